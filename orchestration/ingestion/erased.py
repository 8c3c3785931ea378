"""Rows without their persons: of those erased on request, whom a later delivery does not bring back, and of those
whom no vault knows any more.

How an erasure is done belongs in `orchestration.privacy`.
"""

from duckdb import DuckDBPyConnection

from orchestration.contract import Source
from orchestration.ingestion import typing
from orchestration.ingestion.severed import is_unknown, sever_rows


def sever_erased_persons(connection: DuckDBPyConnection, source: Source) -> None:
    """In `typed`, put a substitute in the place of each erased person's token, and nothing in that of their texts.

    Costs nothing as long as nobody was erased.
    """
    if not _is_anybody_erased(connection):
        return
    texts = [column.name for column in source.columns if column.pii and column.type == "string"]
    for column in (column for column in source.columns if column.type == "iin"):
        mark = typing.erasure_mark(f'incoming."{column.name}"')
        sever_rows(connection, source, column, f"{mark} in (select mark from vault.erased_persons)", texts)


def empty_texts_of_other_versions(connection: DuckDBPyConnection, source: Source) -> None:
    """In the raw table, empty the texts of rows that name nobody, but of which another version is a severed person's.

    For after the rows of `typed` have come in, in their transaction.
    """
    texts = [f'"{column.name}"' for column in source.columns if column.pii and column.type == "string"]
    tokens = [column for column in source.columns if column.type == "iin"]
    if not (texts and tokens and _is_anybody_erased(connection)):
        return
    names_nobody = " and ".join(f'"{column.name}" is null' for column in tokens)
    is_severed = " or ".join(is_unknown(column, "version") for column in tokens)
    connection.execute(
        f"""
        update raw."{source.name}" set {", ".join(f"{text} = null" for text in texts)}
        where
            {names_nobody}
            and ({" or ".join(f"{text} is not null" for text in texts)})
            and _business_key in (select version._business_key from raw."{source.name}" as version where {is_severed})
        """
    )


def _is_anybody_erased(connection: DuckDBPyConnection) -> bool:
    return connection.execute("select count(*) from vault.erased_persons").fetchone() != (0,)


def known_persons(source: Source) -> dict[str, str]:
    """SQL for those columns of a raw row that hold tokens, with a substitute for each that the vault does not know."""
    columns: dict[str, str] = {}
    for column in (column for column in source.columns if column.type == "iin"):
        token = f'"{column.name}"'
        is_severed = is_unknown(column, f'raw."{source.name}"')
        columns[column.name] = f"case when {is_severed} then {typing.substitute(token)} else {token} end"
        if column.name in source.key:
            key = f"replace(_business_key, {token}, {typing.substitute(token)})"
            columns["_business_key"] = f"case when {is_severed} then {key} else _business_key end"
    return columns
