"""How a row that is being loaded loses its person: a substitute takes the token's place.

Whose rows lose their person belongs in `erased` and `retained`, and what is done to rows that are there already in
`orchestration.privacy`.
"""

from collections.abc import Sequence

from duckdb import DuckDBPyConnection

from orchestration.contract import Column, Source
from orchestration.ingestion import typing


def sever_rows(
    connection: DuckDBPyConnection, source: Source, column: Column, is_severed: str, texts: Sequence[str] = ()
) -> None:
    """In `typed`, put substitutes in the place of the tokens of `column`, and nothing in that of `texts`.

    `is_severed` is SQL over `typed` and `incoming`. The numbers are taken out of `incoming` too, so that the vault does
    not get them. The substitutes stay in the temporary table `severed_rows`.
    """
    connection.execute(f"create or replace temp table severed_rows as {_severed_rows(source, column, is_severed)}")
    if connection.execute("select count(*) from severed_rows").fetchone() == (0,):
        return
    replaced = [f'"{column.name}" = severed_rows.substitute', *(f'"{text}" = null' for text in texts)]
    if column.name in source.key:
        replaced.append(f"_business_key = {_key_with(column, 'typed', 'severed_rows.substitute')}")
    rows = (
        "from severed_rows where {0}._delivery_id = severed_rows._delivery_id "
        "and {0}._row_number = severed_rows._row_number"
    )
    connection.execute(f"update typed set {', '.join(replaced)} {rows.format('typed')}")
    connection.execute(f'update incoming set "{column.name}" = null {rows.format("incoming")}')


def is_unknown(column: Column, row: str) -> str:
    """SQL: whether a row of a raw table has lost its person: it holds what no person of the vault has."""
    token = f'{row}."{column.name}"'
    return f"({token} is not null and {token} not in (select token from vault.iin_tokens))"


def _severed_rows(source: Source, column: Column, is_severed: str) -> str:
    """SQL for the rows to be severed, each with its substitute.

    A row that came before and was severed keeps the substitute that it has, so that an export of everything changes no
    count, and so do the person's other rows of this load: nothing that is kept leads from the person to it. Where the
    token is part of the key, the persons of the rest of the key take the substitutes there in their order.
    """
    if column.name in source.key:
        place, number = _key_with(column, "{0}", "''"), "dense_rank() over (partition by place order by token)"
        order = "token"
    else:
        place, number, order = "{0}._business_key", "1", "newest desc"
    return f"""
        with coming as (
            select
                typed._delivery_id,
                typed._row_number,
                typed."{column.name}" as token,
                {place.format("typed")} as place
            from typed
            inner join incoming using (_delivery_id, _row_number)
            where typed."{column.name}" is not null and ({is_severed})
        ),
        severed as (
            select {place.format("delivered")} as place, "{column.name}" as token, max(_delivery_id) as newest
            from raw."{source.name}" as delivered
            where
                {place.format("delivered")} in (select coming.place from coming)
                and {is_unknown(column, "delivered")}
            group by 1, 2
        ),
        numbered as (
            select place, token as substitute, row_number() over (partition by place order by {order}) as number
            from severed
        ),
        found as (
            select coming.*, {number} as number from coming
        )
        select
            _delivery_id,
            _row_number,
            coalesce(substitute, min(substitute) over (partition by token), {typing.substitute("token")}) as substitute
        from found
        left join numbered using (place, number)
    """


def _key_with(column: Column, row: str, value: str) -> str:
    return f'replace({row}._business_key, {row}."{column.name}", {value})'
