"""Dagster's side of notifications: it sees a run fail, or go through after a failure, and puts it in words."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import dagster as dg

from orchestration.automation.notifications import DOCS, FailedStep, Notification, notifiers, notify
from orchestration.jobs import refresh
from orchestration.runs.causes import first_cause
from orchestration.settings import Settings, is_unattended

STATUS = dg.DefaultSensorStatus.RUNNING if is_unattended() else dg.DefaultSensorStatus.STOPPED

# What each step's failure asks for; the page has a section of the step's name with the commands.
WHAT_TO_DO = {
    "load_deliveries": "see that the landing folder, the data folder and the secret are there and readable, and that "
    "there is space on the disk; then run again: nothing is loaded twice",
    "check_raw": "read in the run's log which check failed and on which rows; mend the delivery or the loading",
    "dbt_build": "read in the run's log which test or model failed; mend the delivery, or the model",
    "check_marts": "read in the run's log which check failed; the snapshot of before stands until it is mended",
    "published__published_snapshot": "see that there is space on the disk for a second snapshot; then run again",
    "serving__postgresql_marts": "the published file is new, PostgreSQL has the old one: see that its server answers",
}
NO_STEP = FailedStep(
    step="(none)",
    cause="the run ended outside its steps: its process was killed, or it could not start",
    what_to_do="look for a restart or for missing memory in the system's journal; then run again",
    docs=f"{DOCS}#the-run-was-killed",
)


def _failed_step(event: dg.DagsterEvent) -> FailedStep:
    step = event.step_key or NO_STEP.step
    error = event.step_failure_data.error
    cause = first_cause(error).without_names if error else NO_STEP.cause
    return FailedStep(step, cause, WHAT_TO_DO.get(step, "read the run's log"), f"{DOCS}#{step}")


def tell_of_end(instance: dg.DagsterInstance, run_id: str, report: Callable[[str], None]) -> None:
    """Say that a run failed, or that all is well again; nothing of any other end, and of no run twice.

    The sensors ask for it, and the command that makes a run where no daemon looks on.
    """
    run = instance.get_run_by_id(run_id)
    if run is None:
        return
    if run.status == dg.DagsterRunStatus.FAILURE:
        events = [entry.dagster_event for entry in instance.all_logs(run_id, dg.DagsterEventType.STEP_FAILURE)]
        steps = [_failed_step(event) for event in events if event is not None] or [NO_STEP]
        _tell(Notification("failed", run_id, run.job_name, steps), report)
    elif run.status == dg.DagsterRunStatus.SUCCESS and _is_recovery(instance, run):
        _tell(Notification("recovered", run_id, run.job_name), report)


def tell_that_it_broke_off(run_id: str, error: Exception, report: Callable[[str], None]) -> None:
    """Say that a run of the main job failed where Dagster itself could not write that down."""
    step = replace(
        NO_STEP, cause=f"the run broke off ({type(error).__name__})", what_to_do="read what the command said"
    )
    _tell(Notification("failed", run_id, refresh.name, [step]), report)


def _is_recovery(instance: dg.DagsterInstance, run: dg.DagsterRun) -> bool:
    """Whether a run of any job failed since the main job last went through: only that one makes everything."""
    record = instance.get_run_record_by_id(run.run_id)
    if run.job_name != refresh.name or record is None:
        return False
    # Runs go one at a time, so the order of their making is that of their ends.
    made = record.create_timestamp
    well = dg.RunsFilter(job_name=refresh.name, statuses=[dg.DagsterRunStatus.SUCCESS], created_before=made)
    since = [last.create_timestamp for last in instance.get_run_records(well, limit=1)]
    failed = dg.RunsFilter(
        statuses=[dg.DagsterRunStatus.FAILURE], created_before=made, created_after=since[0] if since else None
    )
    return bool(instance.get_run_records(failed, limit=1))


def _tell(notification: Notification, report: Callable[[str], None]) -> None:
    settings = Settings.from_env()
    if not _is_told(settings.notifications_log, notification.run_id):
        notify(notifiers(settings), notification, report)


def _is_told(log: Path, run_id: str) -> bool:
    with suppress(OSError):
        return f'"run_id": "{run_id}"' in log.read_text(encoding="utf-8")
    return False


# All code locations: of a run from a shell Dagster knows none, and this instance has but one.
@dg.run_failure_sensor(monitor_all_code_locations=True, default_status=STATUS)
def notify_failure(context: dg.RunFailureSensorContext) -> None:
    """Say that a run failed: where, why, and what to do."""
    tell_of_end(context.instance, context.dagster_run.run_id, context.log.warning)


@dg.run_status_sensor(run_status=dg.DagsterRunStatus.SUCCESS, monitor_all_code_locations=True, default_status=STATUS)
def notify_recovery(context: dg.RunStatusSensorContext) -> None:
    """Say that the main job went through, when a run before it had failed."""
    tell_of_end(context.instance, context.dagster_run.run_id, context.log.warning)
