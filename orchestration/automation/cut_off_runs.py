"""Runs that were cut off, by a reboot, a kill or missing memory: given up, and made again once.

`python -m orchestration.automation.cut_off_runs` gives up those that died with the code server. Dagster would take them
for running until they are over time, and keep the next ones waiting. Exit code 0, whatever it finds.
"""

import sys

import dagster as dg

from orchestration.jobs import refresh
from orchestration.runs.exit_codes import ExitCode
from orchestration.settings import is_unattended

# The tag of a run that a code server was asked to execute; one from a shell has none, and may be alive.
OF_A_CODE_SERVER = ".dagster/grpc_info"
UNDER_WAY = [dg.DagsterRunStatus.STARTING, dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.CANCELING]
IN_PLACE_OF = "tauekel/in_place_of"


# Not Dagster's own run retries: they ask for the job when the failure is reported, once, and are lost when the code
# server is not back yet. A sensor waits for it.
@dg.run_failure_sensor(
    monitored_jobs=[refresh],
    request_job=refresh,
    default_status=dg.DefaultSensorStatus.RUNNING if is_unattended() else dg.DefaultSensorStatus.STOPPED,
)
def make_cut_off_runs_again(context: dg.RunFailureSensorContext) -> dg.RunRequest | dg.SkipReason:
    """Request a run in the place of one that ended outside its steps; a run that failed in a step needs somebody."""
    run = context.dagster_run
    if context.get_step_failure_events():
        return dg.SkipReason(f"run {run.run_id} failed in a step")
    if IN_PLACE_OF in run.tags:
        return dg.SkipReason(f"run {run.run_id} was a second try already")
    return dg.RunRequest(run_key=f"in place of {run.run_id}", tags={IN_PLACE_OF: run.run_id})


def give_up(instance: dg.DagsterInstance) -> list[str]:
    """Mark the code server's unfinished runs as failed, and return their ids.

    Runs are processes of the code server: while none is running, none of them can be alive.
    """
    cut_off = [run for run in instance.get_runs(dg.RunsFilter(statuses=UNDER_WAY)) if OF_A_CODE_SERVER in run.tags]
    for run in cut_off:
        instance.report_run_failed(run, "The run was cut off: the process that executed it is gone.")
    return [run.run_id for run in cut_off]


def main() -> int:
    """Say which runs were given up."""
    with dg.DagsterInstance.get() as instance:
        for run_id in give_up(instance):
            print(f"Run {run_id} was cut off. Another one will be made in its place.")
    return ExitCode.OK


if __name__ == "__main__":
    sys.exit(main())
