"""When the main job runs by the clock. Runs that deliveries start belong in `delivery_sensor`."""

import dagster as dg

from orchestration.jobs import refresh
from orchestration.settings import TIME_ZONE, is_unattended

nightly = dg.ScheduleDefinition(
    name="nightly",
    job=refresh,
    # After the source systems' own exports around midnight, and done before the offices open.
    cron_schedule="30 2 * * *",
    execution_timezone=TIME_ZONE,
    default_status=dg.DefaultScheduleStatus.RUNNING if is_unattended() else dg.DefaultScheduleStatus.STOPPED,
    description="Every night, whatever arrived: also what a failed or missed run of the day left behind.",
)
