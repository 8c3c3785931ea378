"""Runs that were cut off with the code server, by a reboot or a kill: `python -m orchestration.abandoned_runs`.

Dagster would take them for running until they are over time, and keep the next ones waiting. Runs are processes of
the code server, so when that one starts none of its own can be alive. Exit code 0, whatever it finds.
"""

import sys

import dagster as dg

from orchestration.exit_codes import ExitCode

# The tag of a run that a code server was asked to execute; one from a shell has none, and may be alive.
OF_A_CODE_SERVER = ".dagster/grpc_info"
UNDER_WAY = [dg.DagsterRunStatus.STARTING, dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.CANCELING]


def give_up_abandoned_runs(instance: dg.DagsterInstance) -> list[str]:
    """Mark the code server's unfinished runs as failed, and return their ids. No code server may be running."""
    runs = instance.get_runs(dg.RunsFilter(statuses=UNDER_WAY))
    abandoned = [run for run in runs if OF_A_CODE_SERVER in run.tags]
    for run in abandoned:
        instance.report_run_failed(run, "The run was cut off: the process that executed it is gone.")
    return [run.run_id for run in abandoned]


def main() -> int:
    """Say which runs were given up."""
    with dg.DagsterInstance.get() as instance:
        for run_id in give_up_abandoned_runs(instance):
            print(f"Run {run_id} was cut off: Dagster starts it again.")
    return ExitCode.OK


if __name__ == "__main__":
    sys.exit(main())
