"""The Dagster code location: everything in one graph. Each part says in its own module what it is."""

import dagster as dg
from dagster_dbt import DbtCliResource

from orchestration.checks import marts_checks, raw_checks
from orchestration.console import progress_logger
from orchestration.deliveries import WRITER_POOL, delivered_sources
from orchestration.publication import published_snapshot
from orchestration.sole_writer import SoleWriter
from orchestration.transformation import DBT_OF_A_RUN, PROJECT, dbt_models

refresh = dg.define_asset_job(
    "refresh",
    selection=dg.AssetSelection.all(),
    executor_def=dg.in_process_executor,
    config={"loggers": {"console": {}}},
    description="Deliveries in, audited marts out: load, check, build, check, publish.",
)

defs = dg.Definitions(
    assets=[delivered_sources, dbt_models, published_snapshot],
    asset_checks=[raw_checks, marts_checks],
    jobs=[refresh],
    # The writer's lock is held by a run for as long as its resources live: in one process, from start to end.
    executor=dg.in_process_executor,
    resources={
        "dbt": DbtCliResource(project_dir=PROJECT, dbt_executable=str(DBT_OF_A_RUN)),
        "sole_writer": SoleWriter(pool=WRITER_POOL),
    },
    loggers={"console": progress_logger},
)
