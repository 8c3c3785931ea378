"""Where the logs of runs lie: one file a run, of which so many are kept. What stands in them is `run_log`'s."""

from pathlib import Path

from orchestration.settings import Settings

KEPT_RUNS = 200
ENDING = ".jsonl"


def log_file(settings: Settings, run_id: str) -> Path:
    """The log of a run."""
    return settings.logs_dir / f"{run_id}{ENDING}"


def logs_by_age(folder: Path) -> list[Path]:
    """The logs of all runs that are kept, the newest first."""
    return sorted(folder.glob(f"*{ENDING}"), key=lambda path: path.stat().st_mtime_ns, reverse=True)


def forget_old_runs(folder: Path) -> None:
    """Delete the logs of all but the newest KEPT_RUNS runs."""
    for path in logs_by_age(folder)[KEPT_RUNS:]:
        path.unlink(missing_ok=True)
