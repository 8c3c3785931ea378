"""Runs of a stand-in for the main job: a step that goes through or fails, and a run that is cut off."""

import dagster as dg

from orchestration.jobs import refresh


def run(instance, error=None, job=refresh.name):
    """A run of the stand-in, by that name, whose step raises `error`; the run and its last event."""

    @dg.op
    def load_deliveries():
        if error is not None:
            raise error

    @dg.job(name=job)
    def stand_in():
        load_deliveries()

    result = stand_in.execute_in_process(instance=instance, raise_on_error=False)
    (end,) = [event for event in result.all_events if event.is_run_failure or event.is_job_success]
    return result.dagster_run, end


def under_way(instance, tags=None):
    """A run of the stand-in that has started."""
    made = instance.create_run_for_job(
        dg.GraphDefinition(refresh.name).to_job(), status=dg.DagsterRunStatus.STARTED, tags=tags
    )
    return instance.get_run_by_id(made.run_id)


def cut_off(instance, tags=None):
    """A run of the stand-in that ended outside its steps; the run and its last event."""
    made = under_way(instance, tags)
    instance.report_run_failed(made)
    (end,) = instance.all_logs(made.run_id, of_type=dg.DagsterEventType.RUN_FAILURE)
    return instance.get_run_by_id(made.run_id), end.dagster_event


def seen_by(sensor, instance, dagster_run, event):
    """The context of a status sensor that sees the end of a run."""
    return dg.build_run_status_sensor_context(sensor.name, event, instance, dagster_run)
