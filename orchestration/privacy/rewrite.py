"""Raw tables and vault written anew, beside the old ones, and swapped in together: no freed block keeps what is gone.

The new files grow in `rewrite.draft`. Its rename to `rewrite.ready` is the decision: before it, a killed command has
changed nothing; after it, whoever writes next completes the swap. Only `raw` is written anew; the next refresh builds
what dbt makes of it. Which rows change, and into what, belongs in the commands.
"""

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import duckdb
from duckdb import DuckDBPyConnection

from orchestration.contract import Column, Source
from orchestration.ingestion import typing
from orchestration.ingestion.generations import add_generation, new_generation, refuse_older_vault
from orchestration.ingestion.preflight import check_installation
from orchestration.ingestion.raw_schema import KEY_SEPARATOR, VAULT_GENERATION_DDL
from orchestration.ingestion.tokens import attach_vault, check_fingerprint, fingerprint, load_secret, write_secret
from orchestration.privacy import access_log
from orchestration.settings import Settings
from orchestration.sql_text import literal


@dataclass(frozen=True)
class Rewrite:
    """A rewrite under way. On its connection `warehouse` and `vault` are the old files; `draft` are the new paths.

    A command fills the temporary table `replacements` (old, new: tokens), and calls `write_raw`, `write_vault` and
    `swap_in`, in this order.
    """

    connection: DuckDBPyConnection
    settings: Settings
    draft: Settings
    secret: bytes
    # The one that both new files get: an older vault beside this warehouse is known by it.
    generation: str


# What stands in the log in the place of a severed person's token.
SEVERED_IN_LOG = "'(severed)'"


@dataclass(frozen=True)
class Change:
    """What becomes of the rows of one source: where `applies` (SQL over `delivered`), tokens are replaced.

    `texts` says which personal texts are emptied: none, those of rows (in all their versions) with a replaced
    token, or all where `applies`.
    """

    applies: str = "true"
    texts: Literal["none", "of_replaced", "of_all"] = "none"


class RewriteError(Exception):
    """The new files are not what they must be; nothing was changed."""


@contextmanager
def rewriting(settings: Settings) -> Iterator[Rewrite]:
    """A draft to be written and swapped in; without `swap_in` nothing changes. The caller holds the writer's lock.

    SecretError, OlderVault or DamagedFile when secret, vault and warehouse do not belong together or are not whole.
    """
    check_installation(settings)
    secret = load_secret(settings)
    shutil.rmtree(settings.rewrite_draft_dir, ignore_errors=True)
    settings.rewrite_draft_dir.mkdir(mode=0o700)
    try:
        _fold_in_write_ahead_logs(settings, secret)
        with _connection(settings) as connection:
            connection.execute(f"attach {literal(settings.warehouse)} as warehouse (read_only)")
            attach_vault(connection, settings, secret, read_only=True)
            connection.execute("create temp table replacements (old varchar primary key, new varchar not null)")
            draft = replace(settings, data_dir=settings.rewrite_draft_dir)
            yield Rewrite(connection, settings, draft, secret, new_generation())
    finally:
        shutil.rmtree(settings.rewrite_draft_dir, ignore_errors=True)


def personal_columns(source: Source) -> tuple[list[Column], list[Column]]:
    """The columns of a source that hold tokens, and those that hold personal texts."""
    personal = [column for column in source.columns if column.pii]
    return (
        [column for column in personal if column.type == "iin"],
        [column for column in personal if column.type != "iin"],
    )


def count_changed_rows(
    rewrite: Rewrite, contract: Mapping[str, Source], changes: Mapping[str, Change]
) -> dict[str, int]:
    """How many rows of each source the changes touch; sources without any are left out."""
    counts: dict[str, int] = {}
    for name, change in changes.items():
        tokens, texts = personal_columns(contract[name])
        touched = [f'"by_{token.name}".new is not null' for token in tokens]
        if change.texts == "of_all":
            touched += [f'delivered."{text.name}" is not null' for text in texts]
        row = rewrite.connection.execute(
            f"select count(*) from {_with_replacements(name, tokens)} "
            f"where ({change.applies}) and ({' or '.join(touched)})"
        ).fetchone()
        if row is not None and row[0]:
            counts[name] = row[0]
    return counts


def count_emptied_values(rewrite: Rewrite, contract: Mapping[str, Source], changes: Mapping[str, Change]) -> int:
    """How many refused values in the quarantine the changes empty."""
    row = rewrite.connection.execute(
        "select count(*) from warehouse.raw.quarantine as delivered "
        f"where raw_value is not null and ({_emptied_values(contract, changes)})"
    ).fetchone()
    return int(row[0]) if row else 0


def write_raw(
    rewrite: Rewrite, contract: Mapping[str, Source], changes: Mapping[str, Change], new_secret: bytes | None = None
) -> None:
    """Write all tables of schema raw to the new warehouse, changed where `changes` says so.

    RewriteError when a table did not come over whole.
    """
    connection = rewrite.connection
    connection.execute(f"attach {literal(rewrite.draft.warehouse)} as new; use new; create schema raw")
    tables = connection.execute(
        "select table_name, sql from duckdb_tables() where database_name = 'warehouse' and schema_name = 'raw' "
        "and table_name <> 'vault_generation'"
    ).fetchall()
    for table, ddl in tables:
        connection.execute(ddl)
        if table == "secret_fingerprint":
            own = fingerprint(new_secret or rewrite.secret)
            connection.execute("insert into new.raw.secret_fingerprint values (?)", [own])
        elif table == "quarantine":
            connection.execute(f"insert into new.raw.quarantine by name {_changed_quarantine(contract, changes)}")
        elif table in changes:
            selected = _changed_rows(contract[table], changes[table])
            connection.execute(f'insert into new.raw."{table}" by name {selected}')
        else:
            connection.execute(f'insert into new.raw."{table}" by name from warehouse.raw."{table}"')
        _require_as_many_rows(connection, table)
    connection.execute(VAULT_GENERATION_DDL)
    connection.execute("insert into new.raw.vault_generation values (?)", [rewrite.generation])
    connection.execute("use memory")


def write_vault(
    rewrite: Rewrite,
    pairs: str,
    erased_persons: str = "from vault.erased_persons",
    retention_cuts: str = "from vault.retention_cuts",
    new_secret: bytes | None = None,
) -> None:
    """Write the new vault, each table by its SQL: `pairs` is of (token, iin). Its key for marks stays."""
    connection = rewrite.connection
    attach_vault(connection, rewrite.draft, new_secret or rewrite.secret, name="new_vault")
    connection.execute(f"insert into new_vault.iin_tokens {pairs}")
    connection.execute(f"insert into new_vault.erased_persons {erased_persons}")
    connection.execute(f"insert into new_vault.retention_cuts {retention_cuts}")
    connection.execute("delete from new_vault.keys; insert into new_vault.keys from vault.keys")
    connection.execute("insert into new_vault.generations from vault.generations")
    add_generation(connection, rewrite.generation, "new_vault")


def swap_in(rewrite: Rewrite, action: str, by: str, subject: str, reason: str, logged_as: str = "new") -> None:
    """Log the use, close the new files, and let them take the places of the old ones.

    `logged_as` is SQL over `replacements` for what stands in the log for a token that the vault has no more. Where
    nothing replaces it (its delivery was withdrawn), it is severed.
    """
    settings, connection = rewrite.settings, rewrite.connection
    logged = access_log.tokens_of(settings.access_log)
    replaced = dict(
        connection.execute(
            f"select token, case when old is null then {SEVERED_IN_LOG} else {logged_as} end "
            "from (select unnest(?::varchar[]) as token) left join replacements on token = old "
            "where token not in (select token from new_vault.iin_tokens)",
            [list(logged)],
        ).fetchall()
    )
    access_log.copy_with(settings.access_log, rewrite.draft.access_log, replaced)
    access_log.record(rewrite.draft.access_log, action, by, subject, reason)
    for catalog in ("new", "new_vault"):
        connection.execute(f"checkpoint {catalog}; detach {catalog}")
    connection.close()
    unfolded = list(settings.rewrite_draft_dir.glob("*.wal"))
    if unfolded:
        raise RewriteError(f"{unfolded[0].name} is not folded in")
    for file in settings.rewrite_draft_dir.iterdir():
        file.chmod(0o600)
        _sync(file)
    _sync(settings.rewrite_draft_dir)
    settings.rewrite_draft_dir.rename(settings.rewrite_ready_dir)
    _sync(settings.data_dir)
    finish_rewrite(settings)


def finish_rewrite(settings: Settings) -> bool:
    """Complete a swap that was decided on; whether there was one. It can be killed and done again at any point.

    A new secret stays in `rewrite.ready` until all is swapped: it alone opens the new files, and who sees a half-done
    swap may put the old one back.
    """
    ready = settings.rewrite_ready_dir
    if not ready.exists():
        return False
    new_secret = ready / settings.secret_file.name
    if new_secret.exists():
        _copy_secret(new_secret, settings.secret_file)
    for file in sorted(set(ready.iterdir()) - {new_secret}):
        target = settings.data_dir / file.name
        # Folded in before the draft was made: beside the new file it would be taken for that one's.
        target.with_name(f"{target.name}.wal").unlink(missing_ok=True)
        file.replace(target)
    _sync(settings.data_dir)
    new_secret.unlink(missing_ok=True)
    ready.rmdir()
    return True


def _copy_secret(secret: Path, target: Path) -> None:
    """Put a copy in the place of `target` in one instant, so that a kill never leaves half a secret."""
    copy = secret.with_name(f"{secret.name}.copy")
    copy.unlink(missing_ok=True)
    write_secret(copy, secret.read_bytes())
    _sync(copy)
    copy.replace(target)


@contextmanager
def _connection(settings: Settings) -> Iterator[DuckDBPyConnection]:
    settings.scratch_dir.mkdir(exist_ok=True, mode=0o700)
    with duckdb.connect() as connection:
        connection.execute("set temp_directory = ?", [str(settings.scratch_dir)])
        connection.execute("set temp_file_encryption = true")
        connection.execute("set enable_progress_bar = false")
        yield connection


def _fold_in_write_ahead_logs(settings: Settings, secret: bytes) -> None:
    """Make both files whole in themselves, also after a killed run. SecretError when the secret is not theirs."""
    with _connection(settings) as connection:
        connection.execute(f"attach {literal(settings.warehouse)} as warehouse; use warehouse")
        check_fingerprint(connection, secret)
        attach_vault(connection, settings, secret)
        refuse_older_vault(connection, settings.vault)
        connection.execute("force checkpoint warehouse; force checkpoint vault")


def _with_replacements(table: str, tokens: list[Column]) -> str:
    joins = "".join(
        f' left join temp.replacements as "by_{token.name}" on delivered."{token.name}" = "by_{token.name}".old'
        for token in tokens
    )
    return f'warehouse.raw."{table}" as delivered{joins}'


def _changed_rows(source: Source, change: Change) -> str:
    tokens, texts = personal_columns(source)
    replaced: list[str] = []
    for token in tokens:
        new = f'"by_{token.name}".new'
        is_replaced = f"{new} is not null and ({change.applies})"
        replaced.append(f'case when {is_replaced} then {new} else delivered."{token.name}" end as "{token.name}"')
        if token.name in source.key:
            key = f'replace(delivered._business_key, delivered."{token.name}", {new})'
            replaced.append(f"case when {is_replaced} then {key} else delivered._business_key end as _business_key")
    if change.texts != "none":
        emptied = f"({change.applies})"
        if change.texts == "of_replaced":
            # All versions of a row: an earlier one may name nobody, or somebody else by mistake.
            emptied += f" and delivered._business_key in ({_severed_keys(source, change)})"
        replaced += [f'case when not ({emptied}) then delivered."{text.name}" end as "{text.name}"' for text in texts]
    return f"select delivered.* replace ({', '.join(replaced)}) from {_with_replacements(source.name, tokens)}"


def _changed_quarantine(contract: Mapping[str, Source], changes: Mapping[str, Change]) -> str:
    """The quarantine, whose business keys may hold a token, and whose values may be a severed person's.

    It has no clock: only changes of all rows reach its keys.
    """
    value = f"case when not ({_emptied_values(contract, changes)}) then delivered.raw_value end as raw_value"
    branches: list[str] = []
    for name, change in changes.items():
        parts = [part for part in contract[name].key if contract[name].column(part).type != "region"]
        for at, part in enumerate(parts, start=1):
            if contract[name].column(part).type == "iin" and change.applies == Change().applies:
                branches.append(f"when '{name}' then string_split(delivered.business_key, {KEY_SEPARATOR})[{at}]")
    if not branches:
        return f"select delivered.* replace ({value}) from warehouse.raw.quarantine as delivered"
    return (
        "select delivered.* replace (coalesce(replace(delivered.business_key, by_key.old, by_key.new), "
        f"delivered.business_key) as business_key, {value}) from warehouse.raw.quarantine as delivered "
        f"left join temp.replacements as by_key on case delivered.source {' '.join(branches)} end = by_key.old"
    )


def _emptied_values(contract: Mapping[str, Source], changes: Mapping[str, Change]) -> str:
    """SQL over the quarantine: whose value is emptied. Of a refused row it is not known whose it was, or of when.

    So it goes with the good rows of its key and, where rows go by their age, with those of its delivery when all are
    past it. And what may hold a person goes in any case: earlier versions kept it.
    """
    touched = {name: change for name, change in changes.items() if change.texts != "none"}
    if not touched:
        return "false"
    personal = ", ".join(f"'{source.name}'" for source in contract.values() if source.is_personal)
    emptied = [f"(delivered.source in ({personal}) and not {typing.holds_nobody('delivered.raw_value')})"]
    for name, change in touched.items():
        keys = _severed_keys(contract[name], change)
        emptied.append(f"(delivered.source = '{name}' and delivered.business_key in ({keys}))")
        if change.texts == "of_all":
            deliveries = (
                f'select delivered._delivery_id from warehouse.raw."{name}" as delivered '
                f"group by 1 having bool_and({change.applies})"
            )
            emptied.append(f"(delivered.source = '{name}' and delivered.delivery_id in ({deliveries}))")
    return f"coalesce({' or '.join(emptied)}, false)"


def _severed_keys(source: Source, change: Change) -> str:
    """SQL for the business keys of the rows that lose their person or their texts."""
    tokens, _ = personal_columns(source)
    of_person = " or ".join(f'"by_{token.name}".new is not null' for token in tokens)
    severed = f"({change.applies})" + (f" and ({of_person})" if change.texts == "of_replaced" else "")
    return f"select delivered._business_key from {_with_replacements(source.name, tokens)} where {severed}"


def _require_as_many_rows(connection: DuckDBPyConnection, table: str) -> None:
    old, new = (
        connection.execute(f'select count(*) from {catalog}.raw."{table}"').fetchone()
        for catalog in ("warehouse", "new")
    )
    if old != new:
        raise RewriteError(f"raw.{table} has {old} rows in the warehouse and {new} in its copy")


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
