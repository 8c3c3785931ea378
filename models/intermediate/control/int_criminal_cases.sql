with

cases as (
    select * from {{ ref('stg_criminal_cases') }}
),

as_of as (
    select * from {{ ref('int_as_of') }}
),

staged as (
    select
        cases.*,
        cast(date_trunc('month', cases.opened_on) as date) as month_start,
        cases.stage in ('pre_trial', 'in_court') as is_open,
        {{ datediff('cases.stage_updated_on', 'as_of.as_of', 'day') }} as days_in_stage  -- noqa: LT05
    from cases
    cross join as_of
)

select
    case_id,
    opened_on,
    month_start,
    region_code,
    service,
    scheme,
    stage,
    stage_updated_on,
    is_open,
    days_in_stage,
    -- a stage that nobody dated is stale
    case when is_open then coalesce(days_in_stage > {{ rule('stale_stage_days') }}, true) end as is_stage_stale,
    damage_kzt,
    vehicles,
    employees_involved,
    employee_id,
    manager_penalised
from staged
