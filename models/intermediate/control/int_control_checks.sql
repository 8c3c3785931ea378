select
    check_id,
    checked_on,
    cast(date_trunc('month', checked_on) as date) as month_start,
    region_code,
    centre_code,
    subject,
    trigger,
    objects_checked,
    violations_found,
    coalesce(violations_found > 0, false) as has_found_violation
from {{ ref('stg_control_checks') }}
