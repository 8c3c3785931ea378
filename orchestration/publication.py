"""The published snapshot as a Dagster asset, downstream of every mart and its blocking checks."""

import dagster as dg

from orchestration.deliveries import WRITER_POOL
from orchestration.publish import publish
from orchestration.settings import Settings
from orchestration.sole_writer import SoleWriter
from orchestration.transformation import mart_asset_keys


@dg.asset(
    name="published_snapshot",
    key_prefix="published",
    group_name="published",
    deps=mart_asset_keys(),
    kinds={"duckdb", "parquet"},
    pool=WRITER_POOL,
)
def published_snapshot(context: dg.AssetExecutionContext, sole_writer: SoleWriter) -> dg.MaterializeResult[None]:
    """The audited marts as one read-only DuckDB file, with Parquet copies and a manifest, swapped in by one rename."""
    settings = Settings.from_env()
    context.log.info("publishing the marts")
    snapshot = publish(settings, context.run_id)
    context.log.info(f"{len(snapshot.rows)} marts, {sum(snapshot.rows.values()):,} rows, as of {snapshot.as_of}")
    return dg.MaterializeResult(
        metadata={
            "path": dg.MetadataValue.path(str(settings.published_marts)),
            "as_of": snapshot.as_of or "no data",
            "rows": snapshot.rows,
            "checks": snapshot.checks,
        }
    )
