"""Dagster's side of notifications: it sees a run fail, or go through after a failure, and puts it in words."""

import dagster as dg

from orchestration.automation.notifications import DOCS, FailedStep, Notification, notifiers, notify
from orchestration.jobs import refresh
from orchestration.runs.causes import first_cause
from orchestration.settings import Settings, is_unattended

STATUS = dg.DefaultSensorStatus.RUNNING if is_unattended() else dg.DefaultSensorStatus.STOPPED
FINISHED = [dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE]

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


@dg.run_failure_sensor(monitored_jobs=[refresh], default_status=STATUS)
def notify_failure(context: dg.RunFailureSensorContext) -> None:
    """Say that a run failed: where, why, and what to do."""
    steps = [_failed_step(event) for event in context.get_step_failure_events()] or [NO_STEP]
    run = context.dagster_run
    notification = Notification("failed", run.run_id, run.job_name, steps)
    notify(notifiers(Settings.from_env()), notification, context.log.warning)


@dg.run_status_sensor(run_status=dg.DagsterRunStatus.SUCCESS, monitored_jobs=[refresh], default_status=STATUS)
def notify_recovery(context: dg.RunStatusSensorContext) -> None:
    """Say that a run went through, when the finished one before it had failed."""
    run = context.dagster_run
    record = context.instance.get_run_record_by_id(run.run_id)
    # Runs go one at a time, so the order of their making is that of their ends.
    earlier = dg.RunsFilter(
        job_name=run.job_name, statuses=FINISHED, created_before=record.create_timestamp if record else None
    )
    before = context.instance.get_run_records(earlier, limit=1)
    if before and before[0].dagster_run.status == dg.DagsterRunStatus.FAILURE:
        notification = Notification("recovered", run.run_id, run.job_name)
        notify(notifiers(Settings.from_env()), notification, context.log.warning)
