"""Connections that write to the warehouse: bare, and with all that loading needs."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import duckdb
from duckdb import DuckDBPyConnection

from orchestration.contract import Source
from orchestration.ingestion.errors import quoting_nothing
from orchestration.ingestion.generations import refuse_older_vault
from orchestration.ingestion.preflight import check_installation
from orchestration.ingestion.raw_schema import create_raw_schema
from orchestration.ingestion.tokens import (
    attach_vault,
    check_fingerprint,
    load_secret,
    use_key,
    use_mark_key,
    use_substitutes,
)
from orchestration.privacy.rewrite import finish_rewrite
from orchestration.settings import Settings


@contextmanager
def open_warehouse(settings: Settings, file: Path | None = None) -> Iterator[DuckDBPyConnection]:
    """A read-write connection to the warehouse (or another `file` like it), its spill files encrypted; then closed."""
    settings.scratch_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    connection = duckdb.connect(str(file or settings.warehouse))
    try:
        connection.execute("set temp_directory = ?", [str(settings.scratch_dir)])
        connection.execute("set temp_file_encryption = true")
        connection.execute("set TimeZone = 'UTC'")
        connection.execute("set enable_progress_bar = false")
        yield connection
    finally:
        connection.close()


@contextmanager
def open_for_loading(
    settings: Settings, contract: dict[str, Source], file: Path | None = None
) -> Iterator[DuckDBPyConnection]:
    """The warehouse (or another `file` like it) with its schema `raw`, the token keys and the vault: all a load needs.

    SecretError when the secret is not the warehouse's own, OlderVault when the vault is not, DamagedFile when one of
    them is not whole: nothing was changed then.
    """
    settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    finish_rewrite(settings)
    check_installation(settings, file)
    secret = load_secret(settings)
    with quoting_nothing(), open_warehouse(settings, file) as connection:
        create_raw_schema(connection, contract)
        check_fingerprint(connection, secret)
        use_key(connection, secret)
        attach_vault(connection, settings, secret)
        refuse_older_vault(connection, settings.vault)
        use_mark_key(connection)
        use_substitutes(connection)
        yield connection


@contextmanager
def in_one_transaction(connection: DuckDBPyConnection) -> Iterator[None]:
    """All that is done inside, or nothing of it."""
    connection.begin()
    try:
        yield
        connection.commit()
    except BaseException:
        # A commit that failed has ended the transaction already; the fault itself is to be told.
        with suppress(duckdb.TransactionException):
            connection.rollback()
        raise
