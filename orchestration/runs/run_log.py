"""What a run writes down: one JSON line an event, one file a run, in the logs folder of the installation.

Dagster's instance hands every event of every run to `RunLog` (dagster.yaml, `python_logs`), whoever started the run:
a shell, the schedule, a sensor or the UI. Which events are told, and with which fields, is decided here;
docs/operations/README.md lists the fields.
"""

import logging
import os
import sys
from collections.abc import Mapping
from typing import Any

from dagster import DagsterEvent, DagsterEventType

from orchestration.runs.causes import first_cause
from orchestration.runs.log_lines import NOT_BEGUN, json_lines
from orchestration.runs.run_log_files import forget_old_runs, log_file
from orchestration.settings import Settings, prints_json

# The name under which Dagster's log manager, and so our code in a run, logs; libraries have names of their own.
OWN_REPORTS = "dagster"
ADVICE = "see docs/operations/README.md, 'It failed tonight', at {step}"

# The events of Dagster that are told, with our name and level for them. The rest is Dagster's bookkeeping.
TOLD: dict[DagsterEventType, tuple[str, int]] = {
    DagsterEventType.RUN_START: ("run_started", logging.INFO),
    DagsterEventType.RUN_SUCCESS: ("run_done", logging.INFO),
    DagsterEventType.RUN_FAILURE: ("run_failed", logging.ERROR),
    DagsterEventType.RUN_CANCELED: ("run_canceled", logging.ERROR),
    DagsterEventType.STEP_START: ("step_started", logging.INFO),
    DagsterEventType.STEP_SUCCESS: ("step_done", logging.INFO),
    DagsterEventType.STEP_FAILURE: ("step_failed", logging.ERROR),
    DagsterEventType.STEP_UP_FOR_RETRY: ("step_to_be_retried", logging.WARNING),
    DagsterEventType.ASSET_MATERIALIZATION: ("written", logging.INFO),
    DagsterEventType.ASSET_CHECK_EVALUATION: ("checked", logging.INFO),
}
# What a report may say besides its message, as `extra` of the logging call.
EXTRAS = ("event", "check", "target", "rows", "files", "seconds", "rule", "what_to_do", "rows_query")
# The metadata that a load or a publication leaves with what it wrote.
NUMBERS = ("loaded", "duplicate", "rejected", "rows_loaded", "rows_quarantined", "rows_published")


class RunLog(logging.Handler):
    """Writes each line by one append to the file of its run, so that a killed process leaves whole lines only."""

    def __init__(self) -> None:
        """Without arguments: the place comes from the settings, and all levels are looked at."""
        super().__init__()
        self.setFormatter(json_lines())
        # dbt's step sends sys.stdout elsewhere for as long as it runs.
        self._console = sys.stdout if prints_json() else None

    def emit(self, record: logging.LogRecord) -> None:
        """Append the line; a log that cannot be written must not end the run."""
        try:
            line = told(record)
            if line is None:
                return
            self._append(str(line.run_id), self.format(line) + "\n")  # type: ignore[attr-defined]
        except Exception:
            self.handleError(record)

    def _append(self, run_id: str, text: str) -> None:
        path = log_file(Settings.from_env(), run_id)
        is_new = not path.exists()
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(descriptor, text.encode())
        finally:
            os.close(descriptor)
        if is_new:
            forget_old_runs(path)
        if self._console is not None:
            print(text, end="", file=self._console, flush=True)


def told(record: logging.LogRecord) -> logging.LogRecord | None:
    """The record as it is told, in our words and with our fields; None when it is not told, or belongs to no run."""
    meta: Mapping[str, Any] = getattr(record, "dagster_meta", {})
    if meta.get("run_id") is None:
        return None
    event: DagsterEvent | None = meta.get("dagster_event")
    if event is not None:
        if event.event_type not in TOLD:
            return None
        name, level = TOLD[event.event_type]
        fields = {"event": name, "msg": name.replace("_", " ")} | _of_event(event)
    elif record.name == OWN_REPORTS and not str(meta["orig_message"]).startswith(NOT_BEGUN):
        level = record.levelno
        # What stands below the first line of a report for a person has fields of its own here.
        message = str(meta["orig_message"]).partition("\n")[0]
        said = {name: getattr(record, name) for name in EXTRAS if getattr(record, name, None) is not None}
        fields = {"event": "report", "msg": message} | said
    else:
        return None
    where = {"run_id": meta["run_id"], "job": meta.get("job_name"), "step": meta.get("step_key")}
    level_name = {"levelno": level, "levelname": logging.getLevelName(level)}
    return logging.makeLogRecord({"created": record.created} | level_name | where | fields)


def _of_event(event: DagsterEvent) -> dict[str, Any]:
    """The fields of an event; its message in our words, because Dagster's may quote an exception's."""
    match event.event_type:
        case DagsterEventType.STEP_FAILURE:
            error = event.step_failure_data.error
            cause = str(first_cause(error)) if error else "no cause was given"
            return {"msg": cause, "what_to_do": ADVICE.format(step=event.step_key)}
        case DagsterEventType.RUN_FAILURE:
            error = event.job_failure_data.error
            reason = f": {first_cause(error)}" if error else ""
            return {"msg": f"the run failed{reason}; what was published before stands"}
        case DagsterEventType.STEP_SUCCESS:
            return {"seconds": round(event.step_success_data.duration_ms / 1000, 1)}
        case DagsterEventType.ASSET_MATERIALIZATION:
            written = event.step_materialization_data.materialization
            target = ".".join(written.asset_key.path)
            numbers = {name: written.metadata[name].value for name in NUMBERS if name in written.metadata}
            return {"msg": f"{target} is up to date", "target": target} | numbers
        case DagsterEventType.ASSET_CHECK_EVALUATION:
            evaluation = event.asset_check_evaluation_data
            outcome = "passed" if evaluation.passed else "did not pass"
            target = ".".join(evaluation.asset_key.path)
            return {"msg": f"{evaluation.check_name} {outcome}", "check": evaluation.check_name, "target": target}
        case _:
            return {}
