select
    finding_id,
    found_on,
    month_start,
    region_code,
    process,
    severity,
    amount_kzt,
    fuel_litres,
    due_on,
    closed_on,
    is_overdue
from {{ ref('int_audit_findings') }}
