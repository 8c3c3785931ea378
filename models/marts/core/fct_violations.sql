select
    violation_id,
    detected_on,
    cast(date_trunc('month', detected_on) as date) as month_start,
    region_code,
    centre_code,
    service,
    kind,
    employee_id
from {{ ref('stg_violations') }}
