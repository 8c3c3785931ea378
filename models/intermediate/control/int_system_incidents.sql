with

incidents as (
    select * from {{ ref('stg_system_incidents') }}
),

as_of as (
    select * from {{ ref('int_as_of') }}
),

ended as (
    select
        incidents.*,
        -- what has no end lasts to the end of the day on which it is judged
        coalesce(incidents.ended_at, cast(as_of.as_of + interval '1' day as timestamp)) as counted_to
    from incidents
    cross join as_of
),

timed as (
    select
        *,
        {{ datediff('started_at', 'counted_to', 'microsecond') }} / 1e6 as duration_seconds  -- noqa: LT05
    from ended
)

select
    incident_id,
    started_at,
    cast(date_trunc('month', started_at) as date) as month_start,
    ended_at,
    ended_at is null as is_open,
    centre_code,
    region_code,
    system,
    kind,
    duration_seconds / 3600 as duration_hours
from timed
