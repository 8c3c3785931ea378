{{ config(severity='warn') }}
-- Hours are end less start, so an incident that ends before it starts takes hours off: whoever delivers it must mend it.
select
    incident_id,
    started_at,
    ended_at
from {{ ref('int_system_incidents') }}
where ended_at < started_at
