select
    incident_id,
    started_at,
    month_start,
    ended_at,
    is_open,
    centre_code,
    region_code,
    system,
    kind,
    duration_hours
from {{ ref('int_system_incidents') }}
