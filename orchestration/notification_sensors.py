"""Dagster's side of notifications: it sees a run fail, or go through after a failure, and puts it in words."""

import os
import re

import dagster as dg

from orchestration.jobs import refresh
from orchestration.notifications import DOCS, FailedStep, Notification, notifiers, notify
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
# Errors whose words are the project's or Dagster's own, and quote nothing that was delivered.
OWN_WORDS = {"Failure", "SecretError", "DeviationError", "DagsterAssetCheckFailedError"}


def safe_cause(class_name: str, message: str) -> str:
    """The cause in words that cannot quote delivered data: own words, a system error's, or the class's name only."""
    if class_name.split(".")[-1] in OWN_WORDS:
        return re.sub(rf"^[\w.]*{class_name}: ", "", message.strip())
    if number := re.search(r"\[Errno (\d+)\]", message):
        return f"{class_name}: {os.strerror(int(number[1]))}"
    return f"{class_name}; its words may quote data, and stand in the run's log only"


def _failed_step(event: dg.DagsterEvent) -> FailedStep:
    step = event.step_key or NO_STEP.step
    error = event.step_failure_data.error
    # An own failure says more than what it came from; of other errors the first cause says most.
    while error and error.cause and (error.cls_name or "").split(".")[-1] not in OWN_WORDS:
        error = error.cause
    cause = safe_cause(error.cls_name or "an error", error.message) if error else NO_STEP.cause
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
