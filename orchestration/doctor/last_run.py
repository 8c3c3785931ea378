"""What the log of the newest run says of it. The lines are `orchestration.runs.run_log`'s."""

import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from orchestration.doctor.facts import Outcome, Run
from orchestration.runs.run_log_files import logs_by_age
from orchestration.settings import Settings

ENDED: dict[str, Outcome] = {"run_done": "done", "run_failed": "failed", "run_canceled": "failed"}


def last_run(settings: Settings, is_held: bool) -> Run | None:
    """The newest run that left a log, or None. `is_held`: somebody writes, so a run without an end goes on."""
    logs = logs_by_age(settings.logs_dir)
    return run_of(_lines(logs[0]), is_held) if logs else None


def run_of(lines: Sequence[dict[str, Any]], is_held: bool) -> Run | None:
    """What the lines of one run say of it; None when there are none."""
    if not lines:
        return None
    ends = [ENDED[line["event"]] for line in lines if line["event"] in ENDED]
    outcome: Outcome = ends[-1] if ends else "running" if is_held else "cut off"
    # The first check that failed says more than the step that it failed.
    errors = [line for line in lines if line["level"] == "ERROR" and line.get("what_to_do")]
    first = errors[0] if errors else {}
    return Run(
        run_id=lines[0]["run_id"],
        at=datetime.fromisoformat(lines[-1]["at"]),
        outcome=outcome,
        why=f"{first['step']}: {first['message']}" if first else None,
        what_to_do=first.get("what_to_do"),
        postponed=tuple(line["target"] for line in lines if line["event"] == "postponed"),
    )


def _lines(log: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
