"""One writer at a time per data folder: every command that writes holds this lock for as long as it writes.

The lock is the kernel's (flock), so a killed process never leaves one behind. Who holds it stands in the lock's file,
for those who wait. No Dagster here.
"""

import fcntl
import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from orchestration.runs.leftovers import remove_leftovers
from orchestration.settings import Settings

WAIT_VARIABLE = "TAUEKEL_LOCK_WAIT_SECONDS"
DEFAULT_WAIT_SECONDS = 600.0
POLL_SECONDS = 0.5


@dataclass(frozen=True)
class Holder:
    """Who writes: what it does, its process, the UTC time since when, and its run of Dagster's if it is one.

    `killed_run_id`, of one that is none: a run that was killed before, and that no run has ended and told of yet.
    """

    what: str
    pid: int
    since: str
    run_id: str | None = None
    killed_run_id: str | None = None

    @property
    def lost_run_id(self) -> str | None:
        """When it was killed: the run that is to be ended and told of."""
        return self.run_id or self.killed_run_id

    def __str__(self) -> str:
        """The holder in the words of a message."""
        run = f"run {self.run_id}, " if self.run_id else ""
        return f"{self.what} ({run}process {self.pid}, since {self.since})"


class Busy(Exception):
    """Another process went on writing for longer than this one was to wait; nothing was touched."""


# The locks that this process holds: a step of a run finds the lock that its command took, and does not wait for itself.
_held: dict[Path, Holder | None] = {}


@contextmanager
def writing(
    settings: Settings,
    what: str,
    run_id: str | None = None,
    wait_seconds: float | None = None,
    report: Callable[[str], None] = lambda line: None,
) -> Iterator[Holder | None]:
    """Hold the data folder's lock: `with writing(settings, "withdraw delivery 7"): ...`.

    `what` says in a few words what is being done, for those who wait meanwhile. It waits up to `wait_seconds`
    (TAUEKEL_LOCK_WAIT_SECONDS, else 600 s) and tells `report` for whom. What a killed writer left half done on disk is
    removed first; the value is that killed writer, or None when the last one ended by itself. A killed run stays noted
    until a run has come through here: only runs know Dagster's storage. Within a process it may be entered again. Busy
    when the wait is over; OSError when the data folder cannot be written.
    """
    file = settings.run_lock
    if file in _held:
        yield _held[file]
        return
    settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        _acquire(descriptor, _wait_seconds() if wait_seconds is None else wait_seconds, report)
        killed = _read(descriptor)
        # Before anything is written: on a full disk this is what makes room.
        remove_leftovers(settings)
        lost_run_id = killed.lost_run_id if killed else None
        since = datetime.now(UTC).isoformat(timespec="seconds")
        _write(descriptor, Holder(what, os.getpid(), since, run_id, None if run_id else lost_run_id))
        _held[file] = killed
        is_told = False
        try:
            yield killed
            is_told = run_id is not None
        finally:
            del _held[file]
            _write(descriptor, replace(killed, run_id=lost_run_id) if killed and lost_run_id and not is_told else None)
    finally:
        os.close(descriptor)


def tidy(settings: Settings) -> None:
    """Remove what a killed writer left, unless somebody writes at this moment. It waits for nobody and fails nothing.

    For commands that may end before they come to write: copies of deliveries do not lie until one does.
    """
    with suppress(OSError):
        descriptor = os.open(settings.run_lock, os.O_RDWR)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            remove_leftovers(settings)
        finally:
            os.close(descriptor)


def _wait_seconds() -> float:
    return float(os.environ.get(WAIT_VARIABLE) or DEFAULT_WAIT_SECONDS)


def _acquire(descriptor: int, wait_seconds: float, report: Callable[[str], None]) -> None:
    give_up_at = time.monotonic() + wait_seconds
    reported: Holder | None = None
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            # Between its lock and its name a writer is nobody for an instant: the next look tells.
            other = _read(descriptor)
        if time.monotonic() >= give_up_at:
            raise Busy(
                f"Waited {wait_seconds:.0f} s in vain for {other or 'another writer'}. "
                f"Nothing was touched: try again when it has ended, or wait longer by {WAIT_VARIABLE}."
            )
        if other is not None and other != reported:
            report(f"waiting up to {wait_seconds:.0f} s for {other}")
            reported = other
        time.sleep(POLL_SECONDS)


def _read(descriptor: int) -> Holder | None:
    content = os.pread(descriptor, os.fstat(descriptor).st_size, 0)
    try:
        return Holder(**json.loads(content))
    except (ValueError, TypeError):
        return None


def _write(descriptor: int, now: Holder | None) -> None:
    os.ftruncate(descriptor, 0)
    if now is not None:
        os.pwrite(descriptor, json.dumps(asdict(now)).encode(), 0)
