"""Persons of the vault whom no row names any more: their pairs of token and number have nothing left to explain."""

from collections.abc import Iterable, Mapping

from duckdb import DuckDBPyConnection

from orchestration.contract import Source


def named_tokens(sources: Iterable[Source], schema: str = "raw") -> str:
    """SQL for the tokens that rows of these sources hold, in the schema `raw` of some database."""
    return " union ".join(
        f'select "{column.name}" from {schema}."{source.name}" where "{column.name}" is not null'
        for source in sources
        for column in source.columns
        if column.type == "iin"
    )


def forget_unnamed_persons(connection: DuckDBPyConnection, contract: Mapping[str, Source]) -> None:
    """Take out of the vault whom no row names: in a transaction of its own, after that which deleted the rows.

    Vault and warehouse are two files. The other way round, a kill in between would leave rows whose tokens nobody can
    read; so it leaves pairs too many, which the next withdrawal or retention takes out.
    """
    connection.execute(f"delete from vault.iin_tokens where token not in ({named_tokens(contract.values())})")
