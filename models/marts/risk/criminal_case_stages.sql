with

cases as (
    select * from {{ ref('stg_criminal_cases') }}
),

as_of as (
    select * from {{ ref('int_as_of') }}
),

dated as (
    select
        cases.*,
        cases.stage in ('pre_trial', 'in_court') as is_open,
        {{ dbt.datediff('cases.opened_on', 'as_of.as_of', 'day') }} as days_since_opened,
        {{ dbt.datediff('cases.stage_updated_on', 'as_of.as_of', 'day') }} as days_in_stage
    from cases
    cross join as_of
)

select
    case_id,
    opened_on,
    region_code,
    service,
    scheme,
    stage,
    is_open,
    stage_updated_on,
    cast(days_since_opened as integer) as days_since_opened,
    cast(days_in_stage as integer) as days_in_stage,
    case
        when is_open then coalesce(days_in_stage > {{ rule('stale_stage_days') }}, true)
    end as is_stale,
    employee_id,
    employees_involved,
    manager_penalised,
    damage_kzt
from dated
