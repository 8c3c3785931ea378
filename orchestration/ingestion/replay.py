"""Deliveries read again from the landing folder, under the numbers that the ledger gave them.

Reloading some of them repairs the warehouse; replaying all of them makes a new one. Each needs the delivered bytes: a
file that was overwritten or deleted since cannot be read again, and is named.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

import duckdb
from duckdb import DuckDBPyConnection

from orchestration.contract import Source
from orchestration.ingestion.erased import known_persons
from orchestration.ingestion.generations import is_vault_older, note_generation
from orchestration.ingestion.landing import FileStat, LandedFile, scan
from orchestration.ingestion.load import Delivery, load_source, without_personal_numbers
from orchestration.ingestion.raw_schema import table_columns
from orchestration.ingestion.retained import registers_first
from orchestration.ingestion.warehouse import open_for_loading
from orchestration.runs.machine_faults import LOCKED
from orchestration.settings import Settings
from orchestration.sql_text import literal

# How the ledger's reason of a withdrawn delivery begins; `orchestration.withdraw` writes it.
WITHDRAWN = "withdrawn"
# A clock delivered in UTC and the centre's civil time may fall on two days.
CLOCK_SLACK = timedelta(days=1)
LEDGER_COLUMNS = (
    "delivery_id, load_run, source, file_name, sha256, first_seen_at, status, rows_loaded, rows_quarantined, reason"
)

COMMON_FINGERPRINT = "select 1 from raw.secret_fingerprint inner join old.raw.secret_fingerprint using (fingerprint)"

KEEP_MISSING = "; or keep the rows that they have, by --keep-missing"
LEAVE_BEHIND = (
    ". If they are lost for good, move the folder of the published snapshot away and run the refresh: it loads what is "
    "there, in the order of the files' names"
)

Report = Callable[[str], None]
# The readable files of the landing folder by source and SHA-256, each with its stat from before it was hashed.
LandedBytes = dict[tuple[str, str], list[tuple[LandedFile, FileStat]]]


class ReplayError(Exception):
    """The deliveries cannot be read again; the message says which, and what to do. They are as they were."""


class NothingInPeriod(ReplayError):
    """The source has no event time, or no delivery of it has rows in the period: there is nothing to read again."""


@dataclass(frozen=True)
class LedgerRow:
    """A row of the ledger, as far as a replay needs it."""

    delivery_id: int
    load_run: int
    source: str
    file_name: str
    sha256: str | None
    first_seen_at: datetime
    status: str
    rows_loaded: int
    rows_quarantined: int
    reason: str | None

    @property
    def name(self) -> str:
        """The file as messages name it."""
        return f"{self.source}/{self.file_name}"

    @property
    def is_loaded(self) -> bool:
        """Whether the warehouse has rows of it."""
        return self.status in ("loaded", "loaded_with_quarantine")

    @property
    def is_withdrawn(self) -> bool:
        """Whether somebody withdrew it: it is not to be read again."""
        return (self.reason or "").startswith(WITHDRAWN)

    def delivery(self, landed: LandedBytes) -> Delivery | None:
        """The delivery with a file that holds its bytes, its own name first; None when there is none."""
        files = landed.get((self.source, self.sha256 or ""), [])
        for file, stat in sorted(files, key=lambda found: found[0].name != self.file_name):
            return Delivery(
                self.delivery_id,
                self.load_run,
                self.first_seen_at,
                LandedFile(self.source, self.file_name, file.path),
                stat,
                self.sha256 or "",
                is_current=file.name == self.file_name,
            )
        return None


@dataclass(frozen=True)
class Replay:
    """What a replay did: how many deliveries it read again, and which kept the rows that they had."""

    read: int
    kept: list[str]


def period_of(text: str) -> tuple[date, date]:
    """The first day of the period 'YYYY-MM' or 'YYYY', and the first day after it. ValueError for anything else."""
    try:
        if len(text) == len("YYYY"):
            return date(int(text), 1, 1), date(int(text) + 1, 1, 1)
        first = date.fromisoformat(f"{text}-01")
    except (ValueError, OverflowError):
        raise ValueError(f"'{text}' is no period: say a month (2024-03) or a year (2024)") from None
    return first, (first + timedelta(days=31)).replace(day=1)


def reload_source(
    settings: Settings, contract: dict[str, Source], source: Source, period: tuple[date, date] | None = None
) -> Replay:
    """Read again the deliveries of `source`, or those that have rows in `period`; each keeps its place in the order.

    NothingInPeriod when the source has no clock, or no row in the period. ReplayError when bytes are no longer in the
    landing folder, or when a file changed while it was read.
    """
    if period is None:
        return _reload(settings, contract, source.name, "status in ('loaded', 'loaded_with_quarantine')", [])
    if source.clock is None:
        raise NothingInPeriod(f"{source.name} has no event time, so no period: reload the source as a whole")
    clock = f'"{source.clock.name}"'
    replay = _reload(
        settings,
        contract,
        source.name,
        f'delivery_id in (select _delivery_id from raw."{source.name}" where {clock} >= ? and {clock} < ?)',
        [period[0] - CLOCK_SLACK, period[1] + CLOCK_SLACK],
    )
    if not replay.read:
        raise NothingInPeriod(
            f"no delivery of {source.name} has rows from {period[0]} to before {period[1]}: where rows are lost, "
            "reload the source as a whole"
        )
    return replay


def reload_delivery(settings: Settings, contract: dict[str, Source], source: Source, delivery_id: int) -> Replay:
    """Read one delivery again. ReplayError when its bytes are no longer in the landing folder."""
    return _reload(settings, contract, source.name, "delivery_id = ?", [delivery_id])


def _reload(
    settings: Settings, contract: dict[str, Source], source: str, condition: str, parameters: list[object]
) -> Replay:
    with open_for_loading(settings, contract) as connection:
        rows = _ledger(connection, "raw.ledger", f"source = ? and {condition}", [source, *parameters])
        landed = _landed_bytes(connection, settings, contract, source)
        deliveries = {row.delivery_id: row.delivery(landed) for row in rows}
        found = [delivery for delivery in deliveries.values() if delivery is not None]
        if len(found) < len(deliveries):
            raise ReplayError(_missing([row.name for row in rows if deliveries[row.delivery_id] is None]))
        if found:
            _require_unchanged(load_source(connection, settings, contract, found))
        return Replay(len(found), [])


def rebuild_raw(
    settings: Settings, contract: dict[str, Source], keep_missing: bool = False, report: Report = lambda line: None
) -> Replay:
    """Replay the whole ledger into a new warehouse file, which then takes the old one's place.

    The ledger is the old warehouse's; when that does not open, the published snapshot's. What has no rows and no
    bytes (a duplicate, a refused file, a withdrawn delivery) keeps its entry. Deliveries that had rows and have no
    bytes any more are a ReplayError, unless `keep_missing`: they keep the rows of the old warehouse. ReplayError also
    when a file changed while it was read. duckdb.IOException when another program has the old warehouse open.
    """
    for leftover in (settings.warehouse_draft, _wal(settings.warehouse_draft)):
        leftover.unlink(missing_ok=True)
    has_warehouse = _opens(settings.warehouse)
    if not has_warehouse and not settings.published_marts.exists():
        raise ReplayError(
            "neither a warehouse nor a published snapshot opens, so there is no ledger to replay: move "
            f"{settings.warehouse} away if it is there, and run the refresh; it loads all files in their names' order"
        )
    if not has_warehouse:
        report(f"{settings.warehouse.name} does not open: its ledger is taken from {settings.published_marts}")
    with open_for_loading(settings, contract, settings.warehouse_draft) as connection:
        old = settings.warehouse if has_warehouse else settings.published_marts
        connection.execute(f"attach {literal(old)} as old (read_only)")
        ledger = "old.raw.ledger" if has_warehouse else "old.marts.delivery_ledger"
        rows = _ledger(connection, ledger)
        landed = _landed_bytes(connection, settings, contract)
        missing = [row for row in rows if row.is_loaded and row.delivery(landed) is None]
        if missing and not (keep_missing and has_warehouse):
            raise ReplayError(
                _missing([row.name for row in missing]) + (KEEP_MISSING if has_warehouse else LEAVE_BEHIND)
            )
        if missing and not connection.execute(COMMON_FINGERPRINT).fetchone():
            raise ReplayError("rows of the old warehouse cannot be kept: they have the tokens of another secret")
        kept = {row.delivery_id for row in rows if row.is_withdrawn or row.delivery(landed) is None}
        # First, so that duplicates of a kept delivery find it.
        connection.execute(
            f"insert into raw.ledger ({LEDGER_COLUMNS}) select {LEDGER_COLUMNS} from {ledger} "
            "where delivery_id in (select unnest(?::bigint[]))",
            [list(kept)],
        )
        if has_warehouse:
            _carry_over(connection, contract, missing)
        replayed: dict[str, list[Delivery]] = {}
        for row in rows:
            if row.delivery_id not in kept and (delivery := row.delivery(landed)) is not None:
                replayed.setdefault(row.source, []).append(delivery)
        for name in registers_first(connection, contract, list(replayed)):
            _require_unchanged(load_source(connection, settings, contract, replayed[name]))
            report(f"{name}: {len(replayed[name])} deliveries read again")
        if missing and is_vault_older(connection, "old.raw"):
            report("The vault is older than the rows that are kept: persons in them whom it does not know are severed")
            _sever_unknown_persons(connection, contract, missing)
        connection.execute("detach old")
    _wal(settings.warehouse).unlink(missing_ok=True)
    settings.warehouse_draft.replace(settings.warehouse)
    return Replay(sum(map(len, replayed.values())), [row.name for row in missing])


def _ledger(
    connection: DuckDBPyConnection, ledger: str, condition: str = "true", parameters: list[object] | None = None
) -> list[LedgerRow]:
    found = connection.execute(
        f"select {LEDGER_COLUMNS} from {ledger} where {condition} order by delivery_id", parameters or []
    )
    return [LedgerRow(*row) for row in found.fetchall()]


def _landed_bytes(
    connection: DuckDBPyConnection, settings: Settings, contract: dict[str, Source], source: str | None = None
) -> LandedBytes:
    found: LandedBytes = {}
    landed = scan(settings.landing_dir, set(contract))
    for file in without_personal_numbers(connection, landed):
        if source in (None, file.source) and file.trouble is None:
            try:
                # Before it is hashed: whatever happens to it later is seen when it is read.
                stat = file.stat()
                found.setdefault((file.source, file.sha256()), []).append((file, stat))
            except OSError:
                continue
    return found


def _carry_over(connection: DuckDBPyConnection, contract: dict[str, Source], missing: list[LedgerRow]) -> None:
    """Take from the old warehouse what no file holds: rows of missing files, past checks, what was last seen where."""
    if missing:
        note_generation(connection)
    for row in missing:
        columns = ", ".join(f'"{name}"' for name in table_columns(contract[row.source]))
        for table, id_column, names in (
            (f'raw."{row.source}"', "_delivery_id", columns),
            ("raw.quarantine", "delivery_id", "*"),
        ):
            target = f"{table} ({names})" if names != "*" else table
            connection.execute(
                f"insert into {target} select {names} from old.{table} where {id_column} = ?", [row.delivery_id]
            )
    for table in ("check_results", "runs"):
        if _has_table(connection, "old", table):
            connection.execute(f"insert into raw.{table} by name from old.raw.{table}")
    connection.execute("insert or replace into raw.file_state select * from old.raw.file_state")


def _sever_unknown_persons(
    connection: DuckDBPyConnection, contract: dict[str, Source], missing: list[LedgerRow]
) -> None:
    """In the rows of missing files, sever whom the vault does not know.

    A key rotation could not give them the token of their later rows.
    """
    for row in missing:
        columns = ", ".join(f'"{name}" = {sql}' for name, sql in known_persons(contract[row.source]).items())
        if columns:
            connection.execute(f'update raw."{row.source}" set {columns} where _delivery_id = ?', [row.delivery_id])


def _has_table(connection: DuckDBPyConnection, database: str, table: str) -> bool:
    found = connection.execute(
        "select 1 from duckdb_tables() where database_name = ? and schema_name = 'raw' and table_name = ?",
        [database, table],
    ).fetchone()
    return found is not None


def _missing(names: list[str]) -> str:
    return (
        f"the bytes of {len(names)} deliveries are no longer in the landing folder: {', '.join(names)}. Bring the "
        "files back, under any name in their source's folder"
    )


def _require_unchanged(changed: list[Delivery]) -> None:
    if changed:
        names = ", ".join(f"{delivery.file.source}/{delivery.file.name}" for delivery in changed)
        raise ReplayError(f"{names} changed while it was read, and is as it was in the warehouse: try again")


def _opens(database: Path) -> bool:
    try:
        duckdb.connect(str(database), read_only=True).close()
    except duckdb.Error as error:
        # It is whole, and has the latest ledger: an older one must not take its place.
        if LOCKED in str(error):
            raise
        return False
    return True


def _wal(database: Path) -> Path:
    return database.with_name(database.name + ".wal")
