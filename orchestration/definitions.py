"""The Dagster code location: everything in one graph. Each part says in its own module what it is."""

import dagster as dg
from dagster_dbt import DbtCliResource

from orchestration.automation.cut_off_runs import make_cut_off_runs_again
from orchestration.automation.delivery_sensor import deliveries_complete
from orchestration.automation.freshness import landed_sources
from orchestration.automation.notification_sensors import notify_failure, notify_recovery
from orchestration.automation.schedules import nightly
from orchestration.checks import marts_checks, raw_checks, recorded_results
from orchestration.deliveries import WRITER_POOL, delivered_sources
from orchestration.jobs import refresh
from orchestration.publication import published_snapshot
from orchestration.runs.console import progress_logger
from orchestration.runs.sole_writer import SoleWriter
from orchestration.serving.asset import postgresql_marts
from orchestration.settings import DBT_OF_A_RUN
from orchestration.transformation.dbt_assets import PROJECT, dbt_models

defs = dg.Definitions(
    assets=[*landed_sources, delivered_sources, *recorded_results, dbt_models, published_snapshot, postgresql_marts],
    asset_checks=[raw_checks, marts_checks],
    jobs=[refresh],
    schedules=[nightly],
    sensors=[deliveries_complete, notify_failure, notify_recovery, make_cut_off_runs_again],
    resources={
        "dbt": DbtCliResource(project_dir=PROJECT, dbt_executable=str(DBT_OF_A_RUN)),
        "sole_writer": SoleWriter(pool=WRITER_POOL),
    },
    loggers={"console": progress_logger},
    # For runs of a selection of assets too: the lock of the sole writer lives as long as the resources of one process.
    executor=dg.in_process_executor,
)
