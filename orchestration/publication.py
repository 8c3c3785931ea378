"""The published snapshot as a Dagster asset, downstream of every mart and its blocking checks."""

import time
from collections.abc import Mapping

import dagster as dg

from orchestration.automation.freshness import publication_policy
from orchestration.deliveries import LEDGER, WRITER_POOL
from orchestration.ownership import owners_of
from orchestration.publish import publish
from orchestration.runs.sole_writer import SoleWriter
from orchestration.runs.transient import retried_when_transient
from orchestration.settings import Settings
from orchestration.transformation.dbt_assets import mart_asset_keys

GROUP = "published"


@dg.asset(
    name="published_snapshot",
    key_prefix=GROUP,
    group_name=GROUP,
    deps=mart_asset_keys(),
    freshness_policy=publication_policy(),
    owners=owners_of(GROUP),
    kinds={"duckdb", "parquet"},
    pool=WRITER_POOL,
)
def published_snapshot(context: dg.AssetExecutionContext, sole_writer: SoleWriter) -> dg.MaterializeResult[None]:
    """The audited marts as one read-only DuckDB file, with Parquet copies and a manifest, swapped in by one rename."""
    settings = Settings.from_env()
    started = time.monotonic()
    context.log.info("publishing the marts")
    with retried_when_transient(context):
        snapshot = publish(settings, context.run.run_id)
    context.log.info(f"{len(snapshot.rows)} marts, {sum(snapshot.rows.values()):,} rows, as of {snapshot.as_of}")
    return dg.MaterializeResult(
        metadata={
            "path": dg.MetadataValue.path(str(settings.published_marts)),
            "as_of": snapshot.as_of or "no data",
            "rows_published": sum(snapshot.rows.values()),
            "rows": snapshot.rows,
            "checks": snapshot.checks,
            **_loaded(context),
            "seconds": _seconds_before(context) | {"published_snapshot": round(time.monotonic() - started, 1)},
        }
    )


def _loaded(context: dg.AssetExecutionContext) -> Mapping[str, dg.MetadataValue]:
    """What this run loaded, as its ledger reports it; nothing when it loaded nothing of its own."""
    event = context.instance.get_latest_materialization_event(LEDGER)
    if event is None or event.run_id != context.run.run_id or event.asset_materialization is None:
        return {}
    metadata = event.asset_materialization.metadata
    return {
        name: metadata[key]
        for name, key in (
            ("new_files_loaded", "loaded"),
            ("new_files_rejected", "rejected"),
            ("new_rows_loaded", "rows_loaded"),
            ("new_rows_quarantined", "rows_quarantined"),
        )
    }


def _seconds_before(context: dg.AssetExecutionContext) -> dict[str, float]:
    """How long each finished step of this run took, in seconds."""
    return {
        step.step_key: round(step.end_time - step.start_time, 1)
        for step in context.instance.get_run_step_stats(context.run.run_id)
        if step.start_time and step.end_time
    }
