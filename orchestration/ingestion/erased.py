"""Rows without their persons: of those erased on request, whom a later delivery does not bring back, and of those
whom no vault knows any more.

How an erasure is done belongs in `orchestration.privacy`.
"""

from duckdb import DuckDBPyConnection

from orchestration.contract import Source
from orchestration.ingestion import typing


def sever_erased_persons(connection: DuckDBPyConnection, source: Source) -> None:
    """In `typed`, put a substitute in the place of each erased person's token, and nothing in that of their texts.

    The person's number is taken out of `incoming` too, so that the vault does not get it. Costs nothing as long as
    nobody was erased.
    """
    if connection.execute("select count(*) from vault.erased_persons").fetchone() == (0,):
        return
    texts = [column.name for column in source.columns if column.pii and column.type == "string"]
    for column in (column for column in source.columns if column.type == "iin"):
        connection.execute(
            f"""
            create or replace temp table erased_rows as
            select typed._delivery_id, typed._row_number, {typing.substitute("typed." + column.name)} as substitute
            from typed
            inner join incoming using (_delivery_id, _row_number)
            where
                typed."{column.name}" is not null
                and {typing.erasure_mark(f'incoming."{column.name}"')} in (select mark from vault.erased_persons)
            """
        )
        replaced = [f'"{column.name}" = erased_rows.substitute', *(f'"{text}" = null' for text in texts)]
        if column.name in source.key:
            key = f'replace(typed._business_key, typed."{column.name}", erased_rows.substitute)'
            replaced.append(f"_business_key = {key}")
        rows = (
            "from erased_rows where {0}._delivery_id = erased_rows._delivery_id "
            "and {0}._row_number = erased_rows._row_number"
        )
        connection.execute(f"update typed set {', '.join(replaced)} {rows.format('typed')}")
        connection.execute(f'update incoming set "{column.name}" = null {rows.format("incoming")}')
    connection.execute("drop table if exists erased_rows")


def known_persons(source: Source) -> dict[str, str]:
    """SQL for those columns of a raw row that hold tokens, with a substitute for each that the vault does not know."""
    columns: dict[str, str] = {}
    for column in (column for column in source.columns if column.type == "iin"):
        token = f'"{column.name}"'
        is_unknown = f"{token} is not null and {token} not in (select token from vault.iin_tokens)"
        columns[column.name] = f"case when {is_unknown} then {typing.substitute(token)} else {token} end"
        if column.name in source.key:
            key = f"replace(_business_key, {token}, {typing.substitute(token)})"
            columns["_business_key"] = f"case when {is_unknown} then {key} else _business_key end"
    return columns
