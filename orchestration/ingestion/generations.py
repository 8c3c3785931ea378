"""Which vault the rows were loaded with, so that an older one from a backup is noticed before it does harm.

A vault that changes gets a generation, a random id, in the same transaction, and keeps all that it had. A warehouse
notes the newest one in the transaction that brings rows. The vault comes first: one that is ahead of its warehouse (a
load was killed between the two) is lawful, one that does not know what the warehouse noted is older. Ids, because an
older vault that goes on counting would soon look like the lost one.
"""

import secrets
from pathlib import Path

import duckdb
from duckdb import DuckDBPyConnection

from orchestration.ingestion.tokens import SecretError

GENERATION_BYTES = 16


class OlderVault(SecretError):
    """The vault lacks persons and erasures that came since; the message says what to do."""


def new_generation() -> str:
    """An id that no vault has yet."""
    return secrets.token_hex(GENERATION_BYTES)


def add_generation(connection: DuckDBPyConnection, generation: str, vault: str = "vault") -> None:
    """Give a vault that is being changed a generation. The caller does both in one transaction."""
    connection.execute(
        f"insert into {vault}.generations select coalesce(max(number), 0) + 1, ? from {vault}.generations", [generation]
    )


def note_generation(connection: DuckDBPyConnection) -> None:
    """Note the vault's newest generation in the warehouse, whose rows come in the same transaction."""
    newest = "select generation from vault.generations order by number desc limit 1"
    noted = connection.execute("select generation from raw.vault_generation").fetchall()
    if connection.execute(newest).fetchall() != noted:
        connection.execute("delete from raw.vault_generation")
        connection.execute(f"insert into raw.vault_generation {newest}")


def refuse_older_vault(connection: DuckDBPyConnection, vault: Path) -> None:
    """Refuse a vault (attached) that is older than the warehouse (in use). OlderVault."""
    if is_vault_older(connection):
        raise OlderVault(
            f"{vault} is older than the warehouse: it lacks persons and erasures that came since. Bring the newer one "
            "back; without one `python -m orchestration.rebuild` reads all deliveries again, and who was erased since "
            "is to be erased again"
        )


def is_vault_older(connection: DuckDBPyConnection, raw: str = "raw") -> bool:
    """Whether the vault does not know the generation that the warehouse with this schema `raw` noted."""
    noted = _generations(connection, f"{raw}.vault_generation")
    return not noted <= _generations(connection, "vault.generations")


def _generations(connection: DuckDBPyConnection, table: str) -> set[str]:
    try:
        return {generation for (generation,) in connection.execute(f"select generation from {table}").fetchall()}
    except duckdb.CatalogException:
        # Made before generations were noted.
        return set()
