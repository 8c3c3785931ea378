"""Where the logs of runs lie: one file a run, of which so many are kept. What stands in them is `run_log`'s."""

import time
from pathlib import Path

from orchestration.settings import Settings

KEPT_RUNS = 200
ENDING = ".jsonl"
# A file server may be some seconds ahead; what lies further ahead, the clock that is set back now has written.
CLOCKS_DIFFER_BY = 3600.0


def log_file(settings: Settings, run_id: str) -> Path:
    """The log of a run."""
    return settings.logs_dir / f"{run_id}{ENDING}"


def logs_by_age(folder: Path) -> list[Path]:
    """The logs of all runs that are kept, the newest first; last those from before the clock went back."""
    ahead = time.time() + CLOCKS_DIFFER_BY

    def age(log: Path) -> tuple[bool, float]:
        written_at = log.stat().st_mtime
        return written_at > ahead, -written_at

    return sorted(folder.glob(f"*{ENDING}"), key=age)


def forget_old_runs(just_written: Path) -> None:
    """Delete all logs beside this one but the newest, so that KEPT_RUNS are left with it."""
    others = [log for log in logs_by_age(just_written.parent) if log != just_written]
    for path in others[KEPT_RUNS - 1 :]:
        path.unlink(missing_ok=True)
