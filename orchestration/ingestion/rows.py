"""The rows of a batch: from the text of `incoming` to typed values, the vault, the raw table and the quarantine."""

from duckdb import DuckDBPyConnection

from orchestration.contract import Source
from orchestration.ingestion import typing
from orchestration.ingestion.generations import add_generation, new_generation, note_generation
from orchestration.ingestion.raw_schema import KEY_SEPARATOR, raw_columns
from orchestration.ingestion.warehouse import in_one_transaction


def type_rows(connection: DuckDBPyConnection, source: Source) -> None:
    """Make `typed` from `incoming`: the typed values, the business key, and a bit a column in `_problems`."""
    values = {
        name: f'{sql} as "typed_{name}"'
        for column in source.columns
        for name, sql in typing.typed_columns(column).items()
    }
    problems = {c.name: typing.problem(c, f'"typed_{c.name}"') for c in source.columns}
    mask = " + ".join(
        f"case when {problems[c.name]} then {1 << bit} else 0 end" for bit, c in enumerate(source.columns)
    )
    key_parts = [c for c in source.columns if c.name in source.key and c.type != "region"]
    key = ", ".join(typing.key_part(c, f'"typed_{c.name}"') for c in key_parts)
    key_problem = " or ".join(problems[c.name] for c in source.columns if c.name in source.key)
    region = next((f'"typed_{c.name}"' for c in source.columns if c.name in source.key and c.type == "region"), "null")
    connection.execute(
        f"""
        create or replace temp table typed as
        select
            _delivery_id, _row_number, _malformed,
            {", ".join(f'"typed_{name}" as "{name}"' for name in values)},
            case when _malformed is null then {mask} else 0 end as _problems,
            case when _malformed is null and not ({key_problem}) then concat_ws({KEY_SEPARATOR}, {key}) end
                as _business_key,
            {region} as _business_key_region
        from (select *, {", ".join(values.values())} from incoming)
        """
    )


def fill_vault(connection: DuckDBPyConnection, source: Source) -> None:
    """Keep the new token-to-IIN pairs in the vault. One superfluous pair (of a run that then failed) does no harm."""
    with in_one_transaction(connection):
        known = _count(connection, "vault.iin_tokens")
        for column in source.columns:
            if column.type != "iin":
                continue
            connection.execute(
                f"""
                insert into vault.iin_tokens
                select distinct typed."{column.name}", incoming."{column.name}"
                from typed
                inner join incoming using (_delivery_id, _row_number)
                where
                    typed._problems = 0
                    and typed."{column.name}" is not null
                    and incoming."{column.name}" is not null
                    and typed."{column.name}" not in (select token from vault.iin_tokens)
                """
            )
        if _count(connection, "vault.iin_tokens") > known or not _count(connection, "vault.generations"):
            add_generation(connection, new_generation())


def _count(connection: DuckDBPyConnection, table: str) -> int:
    (count,) = connection.execute(f"select count(*) from {table}").fetchall()
    return int(count[0])


def delete_rows(connection: DuckDBPyConnection, source: Source, ids: list[int]) -> None:
    """Delete what the deliveries of these numbers gave before, good rows and bad."""
    known = connection.execute(
        "select count(*) from raw.ledger where delivery_id in (select unnest(?::bigint[]))", [ids]
    ).fetchone()
    if known == (0,):
        return
    for table, column in ((f'raw."{source.name}"', "_delivery_id"), ("raw.quarantine", "delivery_id")):
        connection.execute(f"delete from {table} where {column} in (select unnest(?::bigint[]))", [ids])


def insert_rows(connection: DuckDBPyConnection, source: Source) -> None:
    """Insert the good rows of `typed` into the raw table, and a quarantine entry a bad column of the others.

    The warehouse notes with which vault they came.
    """
    note_generation(connection)
    columns = ", ".join(f'"{name}"' for column in source.columns for name in raw_columns(column))
    connection.execute(
        f"""
        insert into raw."{source.name}" ({columns}, _business_key, _delivery_id, _row_number)
        select {columns}, _business_key, _delivery_id, _row_number
        from typed
        where _malformed is null and _problems = 0
        """
    )
    connection.execute(
        """
        insert into raw.quarantine
        select _delivery_id, ?, _row_number, null, _malformed, null, null, null from typed where _malformed is not null
        """,
        [source.name],
    )
    if connection.execute("select count(*) from typed where _problems > 0").fetchone() == (0,):
        return
    for bit, column in enumerate(source.columns):
        connection.execute(
            f"""
            insert into raw.quarantine
            select
                incoming._delivery_id, ?, incoming._row_number, ?, {typing.problem_reason(column)},
                {typing.quarantined_value(source, column)}, bad._business_key, bad._business_key_region
            from incoming
            inner join (
                select _delivery_id, _row_number, _business_key, _business_key_region
                from typed
                where _problems & {1 << bit} > 0
            ) as bad using (_delivery_id, _row_number)
            """,
            [source.name, column.name],
        )
