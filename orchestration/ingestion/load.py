"""One load run: what is new in the landing folder goes into `raw`, with its ledger, quarantine and vault entries.

Each delivery is loaded whole or not at all. How a file is read belongs in `readers`, what becomes of its
rows in `rows`.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path

from duckdb import DuckDBPyConnection

from orchestration.contract import Source
from orchestration.ingestion.erased import empty_texts_of_other_versions, sever_erased_persons
from orchestration.ingestion.landing import CANNOT_BE_READ, FileStat, LandedFile, refusal, scan
from orchestration.ingestion.personal_numbers import masked_message, masked_name
from orchestration.ingestion.readers import UnreadableFile, create_incoming, read_file
from orchestration.ingestion.retained import registers_first, sever_retained_rows
from orchestration.ingestion.rows import delete_rows, fill_vault, insert_rows, type_rows
from orchestration.ingestion.tokens import use_mark_key
from orchestration.ingestion.warehouse import in_one_transaction, open_for_loading
from orchestration.settings import Settings

# Files of one source are typed together up to this size, so that many small files cost little and large ones fit.
BATCH_BYTES = 512 * 1024 * 1024
# In the place of a hash: the bytes of this file could not be read.
UNREAD = ""


@dataclass(frozen=True)
class SourceLoad:
    """What a load run did for one folder of the landing area: numbers of files by status, and of rows."""

    source: str
    loaded: int = 0
    duplicate: int = 0
    rejected: int = 0
    rows_loaded: int = 0
    rows_quarantined: int = 0


@dataclass(frozen=True)
class LoadRun:
    """What a load run did. `load_run` is None when nothing was new; `postponed` names files that changed while read."""

    load_run: int | None
    files_seen: int
    sources: list[SourceLoad]
    postponed: list[str] = field(default_factory=list)

    @property
    def total(self) -> SourceLoad:
        """The sum over all folders."""
        counts = ("loaded", "duplicate", "rejected", "rows_loaded", "rows_quarantined")
        return SourceLoad("all", **{name: sum(getattr(load, name) for load in self.sources) for name in counts})


@dataclass(frozen=True)
class Delivery:
    """A file to be loaded, with what the ledger says of it: its number, its load run, when it was first seen (UTC).

    `is_current`: these bytes lie under this name now, and were not replaced or renamed since (which a replay meets).
    """

    delivery_id: int
    load_run: int
    first_seen_at: datetime
    file: LandedFile
    stat: FileStat
    sha256: str
    is_current: bool = True


@dataclass(frozen=True)
class Verdict:
    """The ledger's status and reason for a delivery; rows are counted from what was loaded."""

    delivery: Delivery
    status: str
    reason: str | None


def load_deliveries(
    settings: Settings,
    contract: dict[str, Source],
    report: Callable[[str], None] = lambda line: None,
    sources: set[str] | None = None,
) -> LoadRun:
    """Load all new deliveries, or those of `sources` only; a line a source goes to `report`.

    NoLandingFolder without one; SecretError when the secret is not the warehouse's own.
    """
    landed = scan(settings.landing_dir, set(contract))
    with open_for_loading(settings, contract) as connection:
        files = [
            file for file in without_personal_numbers(connection, landed) if sources is None or file.source in sources
        ]
        deliveries = _new_deliveries(connection, files)
        if not deliveries:
            return LoadRun(None, len(files), [])
        load_run = deliveries[0].load_run
        loads: list[SourceLoad] = []
        postponed: list[str] = []
        by_source = {
            name: list(found) for name, found in groupby(deliveries, key=lambda delivery: delivery.file.source)
        }
        for name in registers_first(connection, contract, list(by_source)):
            late = load_source(connection, settings, contract, by_source[name])
            postponed += [f"{name}/{delivery.file.name}" for delivery in late]
            loads.append(_summary(connection, name, load_run))
            report(_line(loads[-1]))
        return LoadRun(load_run, len(files), loads, postponed)


def load_source(
    connection: DuckDBPyConnection,
    settings: Settings,
    contract: dict[str, Source],
    deliveries: list[Delivery],
) -> list[Delivery]:
    """Load deliveries of one source, in the order of their numbers; return those that changed while they were read.

    A delivery that was loaded before under its number is replaced, in the transaction that loads it.
    """
    source = contract.get(deliveries[0].file.source)
    postponed: list[Delivery] = []
    for batch in _batches(deliveries):
        postponed += _load_batch(connection, settings, contract, source, batch)
    return postponed


def without_personal_numbers(connection: DuckDBPyConnection, files: list[LandedFile]) -> list[LandedFile]:
    """The files under the names by which they are spoken of everywhere; `path` keeps the one by which each is read."""
    key = use_mark_key(connection)
    return [replace(file, source=masked_name(file.source, key), name=masked_name(file.name, key)) for file in files]


def _line(load: SourceLoad) -> str:
    files = ", ".join(
        f"{count} {status}"
        for status, count in (
            ("loaded", load.loaded),
            ("duplicate", load.duplicate),
            ("rejected", load.rejected),
        )
        if count
    )
    return f"{load.source}: {files}; {load.rows_loaded:,} rows, {load.rows_quarantined:,} in quarantine"


def _next(connection: DuckDBPyConnection, column: str) -> int:
    row = connection.execute(f"select coalesce(max({column}), 0) + 1 from raw.ledger").fetchone()
    assert row is not None  # noqa: S101 - an aggregate always has a row
    return int(row[0])


def _new_deliveries(connection: DuckDBPyConnection, files: list[LandedFile]) -> list[Delivery]:
    """The files whose bytes are not those that the ledger last saw under their name, in the order of loading.

    A file whose stat is unchanged is not read again; one that was only touched gets its new stat noted.
    """
    seen = {
        (source, name): (FileStat(*stat), sha256)
        for source, name, *stat, sha256 in connection.execute(
            "select source, file_name, size, mtime_ns, ctime_ns, inode, sha256 from raw.file_state"
        ).fetchall()
    }
    first_id, load_run = _next(connection, "delivery_id"), _next(connection, "load_run")
    now = datetime.now(UTC).replace(tzinfo=None)
    deliveries: list[Delivery] = []
    touched: list[Delivery] = []
    for file in files:
        known_stat, known_sha256 = seen.get((file.source, file.name), (None, None))
        try:
            stat = file.stat()
        except OSError:
            # Taken away since the scan: there is nothing to load, or the next run sees its new name.
            continue
        # What could not be read is tried again: the fault may have been the disk's.
        if stat == known_stat and known_sha256 != UNREAD:
            continue
        try:
            sha256 = file.sha256() if file.trouble is None else UNREAD
        except FileNotFoundError:
            continue
        except OSError:
            sha256 = UNREAD
        delivery = Delivery(first_id + len(deliveries), load_run, now, file, stat, sha256)
        (touched if sha256 == known_sha256 else deliveries).append(delivery)
    _remember(connection, touched)
    return deliveries


def _remember(connection: DuckDBPyConnection, deliveries: list[Delivery]) -> None:
    _insert(
        connection,
        "insert or replace into raw.file_state",
        [
            (d.file.source, d.file.name, d.stat.size, d.stat.mtime_ns, d.stat.ctime_ns, d.stat.inode, d.sha256)
            for d in deliveries
        ],
    )


def _insert(connection: DuckDBPyConnection, insert: str, rows: list[tuple[object, ...]]) -> None:
    """Insert `rows` by one statement: of ten thousand small files, one a row would take most of the time."""
    if rows:
        columns = [list(values) for values in zip(*rows, strict=True)]
        connection.execute(f"{insert} select {', '.join('unnest(?)' for _ in columns)}", columns)


def _batches(deliveries: list[Delivery]) -> Iterator[list[Delivery]]:
    batch: list[Delivery] = []
    size = 0
    for delivery in deliveries:
        if batch and size + delivery.stat.size > BATCH_BYTES:
            yield batch
            batch, size = [], 0
        batch.append(delivery)
        size += delivery.stat.size
    if batch:
        yield batch


def _load_batch(
    connection: DuckDBPyConnection,
    settings: Settings,
    contract: dict[str, Source],
    source: Source | None,
    batch: list[Delivery],
) -> list[Delivery]:
    """Load one source's batch in one transaction; return the deliveries that changed while they were read."""
    if source is not None:
        create_incoming(connection, source)
    verdicts: list[Verdict] = []
    postponed: list[Delivery] = []
    seen = _seen_bytes(connection, batch)
    sources = set(contract)
    for delivery in batch:
        if _has_changed(delivery):
            postponed.append(delivery)
            continue
        earlier = [file for number, file in seen[delivery.sha256] if number < delivery.delivery_id]
        if refusal(delivery.file, sources) is None:
            # Bytes that were refused for their place or name were never looked at.
            earlier = [file for file in earlier if refusal(file, sources) is None]
        if earlier:
            verdicts.append(Verdict(delivery, "duplicate", f"same bytes as {earlier[0].name}"))
            continue
        verdict = _read(connection, settings, contract, source, delivery)
        if verdict is None:
            postponed.append(delivery)
            continue
        verdicts.append(verdict)
        if delivery.sha256 != UNREAD:
            seen[delivery.sha256].append((delivery.delivery_id, delivery.file))
    if source is not None:
        type_rows(connection, source)
        sever_erased_persons(connection, source)
        sever_retained_rows(connection, contract, source)
        fill_vault(connection, source)
    with in_one_transaction(connection):
        if source is not None:
            delete_rows(connection, source, [verdict.delivery.delivery_id for verdict in verdicts])
            insert_rows(connection, source)
            empty_texts_of_other_versions(connection, source)
        _insert_ledger(connection, verdicts, has_rows=source is not None)
    return postponed


def _seen_bytes(
    connection: DuckDBPyConnection, batch: list[Delivery]
) -> defaultdict[str, list[tuple[int, LandedFile]]]:
    """By hash, the deliveries of the batch's bytes that the ledger has, in their order, but for duplicates.

    Rejected ones too: the same bytes again are a duplicate of those.
    """
    source = batch[0].file.source
    seen: defaultdict[str, list[tuple[int, LandedFile]]] = defaultdict(list)
    for sha256, delivery_id, name in connection.execute(
        "select sha256, delivery_id, file_name from raw.ledger "
        "where source = ? and status <> 'duplicate' and sha256 in (select unnest(?::varchar[])) order by delivery_id",
        [source, [delivery.sha256 for delivery in batch]],
    ).fetchall():
        seen[sha256].append((delivery_id, LandedFile(source, name, Path(name))))
    return seen


def _read(
    connection: DuckDBPyConnection,
    settings: Settings,
    contract: dict[str, Source],
    source: Source | None,
    delivery: Delivery,
) -> Verdict | None:
    """Read one delivery into `incoming`; None when the file is not the one that was hashed any more."""
    reason = refusal(delivery.file, set(contract))
    if delivery.sha256 == UNREAD:
        reason = reason or CANNOT_BE_READ
    if reason is not None or source is None or delivery.file.format is None:
        return Verdict(delivery, "rejected", reason)
    verdict: Verdict | None
    try:
        remark = read_file(
            connection,
            delivery.file.path,
            delivery.file.format,
            source,
            delivery.delivery_id,
            settings.scratch_dir,
        )
        verdict = Verdict(delivery, "loaded", remark)
    except UnreadableFile as error:
        verdict = Verdict(delivery, "rejected", str(error))
    except (FileNotFoundError, PermissionError):
        verdict = None
    if verdict is None or _has_changed(delivery):
        connection.execute("delete from incoming where _delivery_id = ?", [delivery.delivery_id])
        return None
    return verdict


def _has_changed(delivery: Delivery) -> bool:
    """Whether the file is not the one any more that was hashed."""
    try:
        return delivery.file.stat() != delivery.stat
    except OSError:
        return True


def _insert_ledger(connection: DuckDBPyConnection, verdicts: list[Verdict], has_rows: bool) -> None:
    counts: dict[int, tuple[int, int]] = {}
    if has_rows:
        counts = {
            delivery_id: (good, bad)
            for delivery_id, good, bad in connection.execute(
                "select _delivery_id, count(*) filter (where _malformed is null and _problems = 0), "
                "count(*) filter (where _malformed is not null or _problems > 0) from typed group by 1"
            ).fetchall()
        }
    rows: list[tuple[object, ...]] = []
    for verdict in verdicts:
        delivery = verdict.delivery
        good, bad = counts.get(delivery.delivery_id, (0, 0))
        rows.append(
            (
                delivery.delivery_id,
                delivery.load_run,
                delivery.file.source,
                delivery.file.name,
                delivery.sha256 or None,
                delivery.first_seen_at,
                "loaded_with_quarantine" if bad else verdict.status,
                good,
                bad,
                masked_message(verdict.reason) if verdict.reason else None,
            )
        )
    _insert(connection, "insert or replace into raw.ledger", rows)
    _remember(connection, [verdict.delivery for verdict in verdicts if verdict.delivery.is_current])


def _summary(connection: DuckDBPyConnection, source: str, load_run: int) -> SourceLoad:
    row = connection.execute(
        "select count(*) filter (where status in ('loaded', 'loaded_with_quarantine')), "
        "count(*) filter (where status = 'duplicate'), count(*) filter (where status = 'rejected'), "
        "coalesce(sum(rows_loaded), 0)::bigint, coalesce(sum(rows_quarantined), 0)::bigint "
        "from raw.ledger where source = ? and load_run = ?",
        [source, load_run],
    ).fetchone()
    assert row is not None  # noqa: S101 - an aggregate always has a row
    return SourceLoad(source, *row)
