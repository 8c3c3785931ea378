with

findings as (
    select * from {{ ref('stg_audit_findings') }}
),

as_of as (
    select * from {{ ref('int_as_of') }}
)

select
    findings.finding_id,
    findings.found_on,
    cast(date_trunc('month', findings.found_on) as date) as month_start,
    findings.region_code,
    findings.process,
    findings.severity,
    findings.amount_kzt,
    findings.fuel_litres,
    findings.due_on,
    findings.closed_on,
    {{ is_past_due('findings.due_on', 'findings.closed_on', 'as_of.as_of') }} as is_overdue
from findings
cross join as_of
