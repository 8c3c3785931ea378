with

cases as (
    select * from {{ ref('int_criminal_cases') }}
),

as_of as (
    select * from {{ ref('int_as_of') }}
)

select
    cases.case_id,
    cases.opened_on,
    cases.region_code,
    cases.service,
    cases.scheme,
    cases.stage,
    cases.is_open,
    cases.stage_updated_on,
    cast({{ datediff('cases.opened_on', 'as_of.as_of', 'day') }} as integer) as days_since_opened,
    cast(cases.days_in_stage as integer) as days_in_stage,
    cases.is_stage_stale as is_stale,
    cases.employee_id,
    cases.employees_involved,
    cases.manager_penalised,
    cases.damage_kzt
from cases
cross join as_of
