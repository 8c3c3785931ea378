"""The jobs: which assets a run makes, and how it is executed. When they run belongs in `schedules` and the sensors."""

import dagster as dg

refresh = dg.define_asset_job(
    "refresh",
    selection=dg.AssetSelection.all(),
    config={"loggers": {"console": {}}},
    description="Deliveries in, audited marts out: load, check, build, check, publish.",
)
