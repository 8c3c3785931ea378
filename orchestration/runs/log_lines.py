"""How a line of a log looks: the JSON form of every line, and the loggers of commands. No Dagster: it takes seconds.

What a run tells is `run_log`'s; what its console shows while it runs is `console`'s.
"""

import logging
import sys
import time

from pythonjsonlogger.json import JsonFormatter

from orchestration.settings import prints_json

# Every line has these, in this order; what else it has follows. A line said outside of a run has no run_id.
FIELDS = {
    "asctime": "at",
    "levelname": "level",
    "run_id": "run_id",
    "job": "job",
    "step": "step",
    "event": "event",
    "message": "message",
}
UTC_FORMAT = "%Y-%m-%dT%H:%M:%SZ"
# Dagster says it as an error of each step that comes after a failed one, with all their names: it buries the cause.
NOT_BEGUN = "Dependencies for step "


def json_lines() -> logging.Formatter:
    """One JSON object a record, with FIELDS and the record's own attributes. Kazakh and Russian stay readable."""
    formatter = JsonFormatter(list(FIELDS), UTC_FORMAT, rename_fields=FIELDS, json_ensure_ascii=False)
    formatter.converter = time.gmtime
    return formatter


def progress_lines(step: str) -> logging.Formatter:
    """A line for a person: the time, the step, the message."""
    return logging.Formatter(f"%(asctime)s  {step:<16} %(message)s", "%H:%M:%S")


def command_log(command: str) -> logging.Logger:
    """What a command says outside of a run: progress on standard output, warnings and errors on standard error."""
    logger = logging.Logger(command, logging.INFO)
    progress = logging.StreamHandler(sys.stdout)
    progress.addFilter(lambda record: record.levelno < logging.WARNING)
    progress.setFormatter(json_lines() if prints_json() else progress_lines(command))
    trouble = logging.StreamHandler(sys.stderr)
    trouble.setLevel(logging.WARNING)
    if prints_json():
        trouble.setFormatter(json_lines())
    logger.addHandler(progress)
    logger.addHandler(trouble)
    return logger
