select
    check_id,
    checked_on,
    month_start,
    region_code,
    centre_code,
    subject,
    trigger,
    objects_checked,
    violations_found,
    has_found_violation
from {{ ref('int_control_checks') }}
