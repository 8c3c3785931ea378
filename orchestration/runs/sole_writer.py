"""The run lock as a Dagster resource: a run holds it from before its first step until after its last.

So this is also where a run ends, whoever started it and however it ended: the steward's desk is published then.

It asks for the in-process executor, which keeps a run's resources for the whole run. What the lock is belongs in
`run_lock`; here is what only Dagster's storage knows of killed runs.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, Self

import dagster as dg
from dagster._core.execution.stats import StepEventStatus

from orchestration.quality.desk import RunEnd, close_run
from orchestration.runs.run_lock import Holder, writing
from orchestration.settings import Settings

# The steps that build and publish, as the run calls them.
BUILD, PUBLICATION = "dbt_build", "published__published_snapshot"


class SoleWriter(dg.ConfigurableResource[Any]):
    """Every op that writes requires it. `pool` names the Dagster pool whose slot writers take."""

    pool: str

    @contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Iterator[Self]:
        """Wait for other writers, end what is left of killed runs, and hold the lock. Busy when the wait is over."""
        run, instance, log = context.run, context.instance, context.log
        if run is None or instance is None or log is None:
            raise ValueError("the writer's lock is held by runs: it needs one")
        with writing(Settings.from_env(), "a run", run.run_id, report=log.info) as killed:
            for run_id in _end_killed_runs(instance, self.pool, run.run_id, killed):
                log.warning(f"run {run_id} was killed: from now on it counts as failed")
            try:
                yield self
            finally:
                close_run(Settings.from_env(), _end_of(instance, run.run_id), log)


def _end_of(instance: dg.DagsterInstance, run_id: str) -> RunEnd:
    """How the run ended, by the steps that Dagster's storage knows of."""
    steps = instance.get_run_step_stats(run_id)
    done = {step.step_key for step in steps if step.status == StepEventStatus.SUCCESS}
    starts = [step.start_time for step in steps if step.start_time]
    return RunEnd(
        run_id=run_id,
        started_at=datetime.fromtimestamp(min(starts), UTC).replace(tzinfo=None) if starts else None,
        is_published=PUBLICATION in done,
        has_built=BUILD in done,
        failed_steps=sorted(step.step_key for step in steps if step.status == StepEventStatus.FAILURE),
    )


def _end_killed_runs(instance: dg.DagsterInstance, pool: str, own_run_id: str, killed: Holder | None) -> set[str]:
    """Free the slots of dead runs, which nobody else would, and mark these runs as failed.

    Whoever holds the lock is the only living writer: any other run that has or awaits a slot of the pool is dead.
    """
    storage = instance.event_log_storage
    slots = storage.get_concurrency_info(pool)
    dead = slots.active_run_ids | slots.pending_run_ids | slots.assigned_run_ids
    if killed is not None and killed.lost_run_id is not None:
        dead.add(killed.lost_run_id)
    dead.discard(own_run_id)
    for run_id in dead:
        storage.free_concurrency_slots_for_run(run_id)
        run = instance.get_run_by_id(run_id)
        if run is not None and not run.is_finished:
            instance.report_run_failed(run, "The process of this run was killed; a later run found it out.")
    return dead
