"""The Dagster code location: everything in one graph. Each part says in its own module what it is."""

import dagster as dg
from dagster_dbt import DbtCliResource

from orchestration.checks import marts_checks, raw_checks
from orchestration.console import progress_logger
from orchestration.deliveries import delivered_sources
from orchestration.publication import published_snapshot
from orchestration.serving.asset import postgresql_marts
from orchestration.transformation import PROJECT, dbt_models

refresh = dg.define_asset_job(
    "refresh",
    selection=dg.AssetSelection.all(),
    executor_def=dg.in_process_executor,
    config={"loggers": {"console": {}}},
    description="Deliveries in, audited marts out: load, check, build, check, publish.",
)

defs = dg.Definitions(
    assets=[delivered_sources, dbt_models, published_snapshot, postgresql_marts],
    asset_checks=[raw_checks, marts_checks],
    jobs=[refresh],
    resources={"dbt": DbtCliResource(project_dir=PROJECT)},
    loggers={"console": progress_logger},
)
