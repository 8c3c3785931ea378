"""Starts a run when deliveries are complete: when the landing folder has stood still from one tick to the next.

It looks at names, sizes and times only, and never opens the warehouse, whose lock the writer may hold. What
is new in the folder is the ingestion's question.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import dagster as dg

from orchestration.contract import load_contract
from orchestration.ingestion.landing import FileStat, LandedFile, scan
from orchestration.jobs import refresh
from orchestration.settings import Settings, is_unattended

TICK_SECONDS = 30


@dataclass(frozen=True)
class Listing:
    """The landing folder at one moment: how many files, and a hash of their names, sizes and times."""

    files: int
    digest: str

    @classmethod
    def of(cls, files: Iterable[tuple[LandedFile, FileStat]]) -> "Listing":
        """The listing of `files`, which come in their order by source and name."""
        digest = hashlib.sha256()
        count = 0
        for count, (file, stat) in enumerate(files, start=1):  # noqa: B007 - the last number is the sum
            digest.update(json.dumps([file.source, file.name, asdict(stat)]).encode())
        return cls(count, digest.hexdigest())


@dataclass(frozen=True)
class Cursor:
    """What the sensor remembers: the digest of the last tick, and the one that a run was last requested for."""

    seen: str = ""
    requested: str = ""

    @classmethod
    def parse(cls, text: str | None) -> "Cursor":
        """The cursor that `str` wrote; an empty one at the first tick."""
        return cls(**json.loads(text)) if text else cls()

    def __str__(self) -> str:
        """The cursor as Dagster keeps it, some 150 characters for any number of files."""
        return json.dumps(asdict(self))


@dataclass(frozen=True)
class Decision:
    """Whether to request a run, why (not), and what to remember."""

    request: bool
    reason: str
    cursor: Cursor


def decide(listing: Listing, cursor: Cursor, run_waits: bool) -> Decision:
    """Request a run for a listing that is the last tick's and that none was requested for.

    `run_waits`: a run stands in the queue, and will find all that lies there now.
    """
    if listing.files == 0:
        return Decision(False, "the landing folder is empty", Cursor(listing.digest, cursor.requested))
    if listing.digest == cursor.requested:
        return Decision(False, "nothing has changed since the last run was requested", cursor)
    if listing.digest != cursor.seen:
        reason = f"{listing.files} files, and something changed since the last tick: is it complete at the next?"
        return Decision(False, reason, replace(cursor, seen=listing.digest))
    done = Cursor(seen=listing.digest, requested=listing.digest)
    if run_waits:
        return Decision(False, "a run waits in the queue already, and will find these deliveries", done)
    return Decision(True, f"{listing.files} files stand still", done)


def read_listing(landing_dir: Path) -> Listing:
    """The landing folder as it is now; FileNotFoundError, which says what to do, when there is none."""
    files = []
    for file in scan(landing_dir, set(load_contract())):
        try:
            files.append((file, file.stat()))
        except OSError:
            continue  # taken away since it was listed
    return Listing.of(files)


@dg.sensor(
    job=refresh,
    minimum_interval_seconds=TICK_SECONDS,
    default_status=dg.DefaultSensorStatus.RUNNING if is_unattended() else dg.DefaultSensorStatus.STOPPED,
)
def deliveries_complete(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
    """Request a run when the landing folder has changed and then stood still for a tick."""
    try:
        listing = read_listing(Settings.from_env().landing_dir)
    except FileNotFoundError as error:
        return dg.SkipReason(str(error))
    # Asked after the folder was read: a run that waits now starts later, and so sees all of the listing.
    waiting = dg.RunsFilter(job_name=refresh.name, statuses=[dg.DagsterRunStatus.QUEUED])
    decision = decide(listing, Cursor.parse(context.cursor), context.instance.get_runs_count(waiting) > 0)
    if not decision.request:
        return dg.SensorResult(skip_reason=decision.reason, cursor=str(decision.cursor))
    context.log.info(decision.reason)
    return dg.SensorResult(run_requests=[dg.RunRequest(run_key=listing.digest)], cursor=str(decision.cursor))
