"""The jobs: which assets a run makes, and how it is executed. When they run belongs in `schedules` and the sensors."""

import dagster as dg

refresh = dg.define_asset_job(
    "refresh",
    selection=dg.AssetSelection.all(),
    config={"loggers": {"console": {}}},
    # A run whose process was killed starts again from the beginning: its steps share one in_process executor, and
    # loaded deliveries are not loaded twice.
    run_tags={"dagster/retry_strategy": "ALL_STEPS"},
    description="Deliveries in, audited marts out: load, check, build, check, publish.",
)
