"""Whether the files of an installation fit together: one secret for warehouse and vault, both whole, no older vault.

All of it is looked at before anything is written, so that a run that is refused has changed nothing.
"""

from contextlib import suppress
from pathlib import Path

import duckdb
from duckdb import DuckDBPyConnection

from orchestration.ingestion.generations import refuse_older_vault
from orchestration.ingestion.tokens import SecretError, attach_vault, has_fingerprint_of, load_secret
from orchestration.runs.machine_faults import LOCKED
from orchestration.settings import Settings
from orchestration.sql_text import literal

WRONG_KEY = "Wrong encryption key"
# A DuckDB file begins with three headers of 4 KiB; the last says how many blocks follow.
HEADERS_BYTES = 3 * 4096


class DamagedFile(Exception):
    """The warehouse or the vault is no whole database file, or not there; the message says what to do."""


def check_installation(settings: Settings, warehouse: Path | None = None) -> None:
    """Refuse to go on with a secret, a vault or a warehouse that do not belong together, or that are damaged.

    `warehouse` is the file to be written, if it is another than the settings' (a rebuild's). On the very first run the
    secret is made. SecretError, OlderVault or DamagedFile; nothing was changed then.
    """
    secret = load_secret(settings)
    with duckdb.connect() as connection:
        if settings.vault.exists():
            _check_vault(connection, settings, secret)
        file = warehouse or settings.warehouse
        if file.exists():
            _check_warehouse(connection, file, settings.vault, secret)
        elif warehouse is None:
            _require_no_trace_of_one(settings)


def _check_vault(connection: DuckDBPyConnection, settings: Settings, secret: bytes) -> None:
    try:
        attach_vault(connection, settings, secret, read_only=True)
        _require_all_blocks(connection, "vault", settings.vault)
        # A run that was killed at its very start leaves a vault without its table.
        with suppress(duckdb.CatalogException):
            connection.execute("select count(*) from vault.iin_tokens")
    except duckdb.Error as error:
        if WRONG_KEY in str(error):
            raise SecretError(
                f"{settings.vault} was made with another secret: use that one. If it is lost for good, move the vault "
                "and the warehouse away, and run again: all deliveries are read anew, with new tokens"
            ) from None
        raise _damaged(
            settings.vault, error, "bring it back from a backup; without one, move it away and rebuild"
        ) from None


def _check_warehouse(connection: DuckDBPyConnection, file: Path, vault: Path, secret: bytes) -> None:
    try:
        connection.execute(f"attach {literal(file)} as warehouse (read_only)")
        connection.execute("use warehouse")
        _require_all_blocks(connection, "warehouse", file)
        with suppress(duckdb.CatalogException):
            has_fingerprint_of(connection, secret)
            (loaded,) = connection.execute("select count(*) from raw.ledger where rows_loaded > 0").fetchall()
            if loaded != (0,) and not vault.exists():
                raise DamagedFile(
                    f"{vault} is gone, but the warehouse has rows that were loaded with it: bring it back "
                    "from a backup; without one, `python -m orchestration.rebuild` fills a new one from the landing "
                    "folder"
                )
        if vault.exists():
            refuse_older_vault(connection, vault)
    except duckdb.Error as error:
        # Somebody has it open. Whoever writes waits for that; there is nothing to be seen yet.
        if LOCKED in str(error):
            return
        raise _damaged(file, error, "bring it back from a backup, or rebuild") from None


def _require_no_trace_of_one(settings: Settings) -> None:
    """DamagedFile where a warehouse is missing that was there: a run would load the files in the order of their names.

    Then corrections could come before what they correct, withdrawn deliveries would come back, and the published
    ledger, which knows better, would be overwritten.
    """
    if settings.vault.exists() and settings.published_marts.exists():
        raise DamagedFile(
            f"{settings.warehouse} is gone, but its vault and what was published from it are there: bring it back from "
            "a backup; without one, `python -m orchestration.rebuild` replays the deliveries in the published order"
        )


def _require_all_blocks(connection: DuckDBPyConnection, database: str, file: Path) -> None:
    """duckdb.IOException when the file is shorter than the blocks in use: DuckDB itself would find out much later.

    Free blocks at its end are not there: DuckDB cuts them off, and counts them all the same.
    """
    (whole,) = connection.execute(
        "select used_blocks * block_size + ? from pragma_database_size() where database_name = ?",
        [HEADERS_BYTES, database],
    ).fetchall()
    if file.stat().st_size < whole[0]:
        raise duckdb.IOException("the file is cut off")


def _damaged(file: Path, error: duckdb.Error, remedy: str) -> DamagedFile:
    return DamagedFile(
        f"{file} cannot be read as a database ({type(error).__name__}): it is damaged, or no file of this pipeline. "
        f"Nothing was touched. What to do: {remedy} (`python -m orchestration.rebuild` reads all deliveries again)"
    )
