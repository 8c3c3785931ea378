"""Starts a run when a delivery is complete: when a source's folder has stood still from one tick to the next.

Each source by itself, so that one which never stands still keeps no other waiting; the run takes in all that lies
there. It looks at names, sizes and times only, and never opens the warehouse, whose lock the writer may hold. What is
new in the folder is the ingestion's question.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

import dagster as dg

from orchestration.contract import load_contract
from orchestration.ingestion.landing import FileStat, LandedFile, scan
from orchestration.jobs import refresh
from orchestration.settings import Settings, is_unattended

TICK_SECONDS = 30
# What lies in no source's folder counts as one source: anybody may make folders, and the cursor stays small.
NO_SOURCE = "(no source)"
# Enough to tell two states of a folder apart.
DIGEST_BYTES = 8


@dataclass(frozen=True)
class Listing:
    """The landing folder at one moment: how many files, and by source a hash of their names, sizes and times."""

    files: int
    digests: Mapping[str, str]

    @classmethod
    def of(cls, files: Iterable[tuple[LandedFile, FileStat]], sources: Collection[str]) -> "Listing":
        """The listing of `files`, which come in their order by source and name."""
        hashes: dict[str, hashlib.blake2b] = defaultdict(lambda: hashlib.blake2b(digest_size=DIGEST_BYTES))
        count = 0
        for count, (file, stat) in enumerate(files, start=1):  # noqa: B007 - the last number is the sum
            source = file.source if file.source in sources else NO_SOURCE
            hashes[source].update(json.dumps([file.source, file.name, asdict(stat)]).encode())
        return cls(count, {source: digest.hexdigest() for source, digest in hashes.items()})


@dataclass(frozen=True)
class Cursor:
    """What the sensor remembers, by source: the digest that a run was last requested for, and another one seen since.

    `requested` keeps sources whose files are gone: a share that comes back is no news.
    """

    requested: Mapping[str, str] = field(default_factory=dict)
    seen: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def parse(cls, text: str | None) -> "Cursor":
        """The cursor that `str` wrote; an empty one at the first tick, and after a release that wrote it otherwise."""
        try:
            remembered = json.loads(text or "{}")
            return cls(requested=dict(remembered["requested"]), seen=dict(remembered["seen"]))
        except (KeyError, TypeError, ValueError):
            return cls()

    def __str__(self) -> str:
        """The cursor as Dagster keeps it, two kilobytes at most for any number of files."""
        return json.dumps(asdict(self))


@dataclass(frozen=True)
class Decision:
    """The key of the run to request, or None; why (not); and what to remember."""

    run_key: str | None
    reason: str
    cursor: Cursor


def decide(listing: Listing, cursor: Cursor, run_waits: bool) -> Decision:
    """Request a run when a source is as it was at the last tick, and none was requested for that.

    `run_waits`: a run stands in the queue, and will find all that lies there now.
    """
    changed = {source: digest for source, digest in listing.digests.items() if digest != cursor.requested.get(source)}
    waiting = replace(cursor, seen=changed)
    if listing.files == 0:
        return Decision(None, "the landing folder is empty", waiting)
    if not changed:
        return Decision(None, "nothing has changed since the last run was requested", waiting)
    complete = {source: digest for source, digest in changed.items() if digest == cursor.seen.get(source)}
    if not complete:
        reason = f"{listing.files} files, and since the last tick something changed in {', '.join(changed)}"
        return Decision(None, f"{reason}: is it complete at the next?", waiting)
    # The others as well: the run takes in what lies there now, and what changes later has another digest.
    done = Cursor(requested={**cursor.requested, **listing.digests})
    if run_waits:
        return Decision(None, "a run waits in the queue already, and will find these deliveries", done)
    # Of the complete ones alone: a tick that is made again, after a crash, asks for the same run.
    key = hashlib.blake2b(json.dumps(complete).encode(), digest_size=2 * DIGEST_BYTES).hexdigest()
    return Decision(key, f"{listing.files} files; these sources stand still: {', '.join(complete)}", done)


def read_listing(landing_dir: Path) -> Listing:
    """The landing folder as it is now; FileNotFoundError, which says what to do, when there is none."""
    sources = set(load_contract())
    files = []
    for file in scan(landing_dir, sources):
        try:
            files.append((file, file.stat()))
        except OSError:
            continue  # taken away since it was listed
    return Listing.of(files, sources)


@dg.sensor(
    job=refresh,
    minimum_interval_seconds=TICK_SECONDS,
    default_status=dg.DefaultSensorStatus.RUNNING if is_unattended() else dg.DefaultSensorStatus.STOPPED,
)
def deliveries_complete(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
    """Request a run when a source's folder has changed and then stood still for a tick."""
    try:
        listing = read_listing(Settings.from_env().landing_dir)
    except FileNotFoundError as error:
        return dg.SkipReason(str(error))
    # Asked after the folder was read: a run that waits now starts later, and so sees all of the listing.
    waiting = dg.RunsFilter(job_name=refresh.name, statuses=[dg.DagsterRunStatus.QUEUED])
    decision = decide(listing, Cursor.parse(context.cursor), context.instance.get_runs_count(waiting) > 0)
    if decision.run_key is None:
        return dg.SensorResult(skip_reason=decision.reason, cursor=str(decision.cursor))
    context.log.info(decision.reason)
    return dg.SensorResult(run_requests=[dg.RunRequest(run_key=decision.run_key)], cursor=str(decision.cursor))
