"""What a run prints: a line for each thing that an asset reports, without Dagster's own event chatter."""

import logging
import sys

import dagster as dg

from orchestration.runs.log_lines import NOT_BEGUN
from orchestration.settings import prints_json


class _ReportsOnly(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        meta = getattr(record, "dagster_meta", {})
        is_report = isinstance(meta, dict) and meta.get("dagster_event") is None
        return is_report and not str(meta.get("orig_message")).startswith(NOT_BEGUN)


class _ProgressFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        meta = getattr(record, "dagster_meta", {})
        message = meta.get("orig_message", record.getMessage())
        step = meta.get("step_key") or "refresh"
        return f"{self.formatTime(record, '%H:%M:%S')}  {step:<16} {message}"


@dg.logger({}, description="Progress lines on standard output")
def progress_logger(context: dg.InitLoggerContext) -> logging.Logger:
    """The job's console logger: one line a report, with the time and the step; silent where run_log prints JSON."""
    logger = logging.Logger("tauekel", logging.INFO)
    handler: logging.Handler = logging.StreamHandler(sys.stdout)
    if prints_json():
        handler = logging.NullHandler()
    handler.setFormatter(_ProgressFormatter())
    handler.addFilter(_ReportsOnly())
    logger.addHandler(handler)
    return logger
