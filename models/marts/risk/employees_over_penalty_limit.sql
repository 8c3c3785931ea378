with

windows as (
    select * from {{ ref('int_penalty_windows') }}
    where is_over_limit
),

penalties as (
    select * from {{ ref('stg_disciplinary_records') }}
),

employees as (
    select * from {{ ref('stg_employees') }}
),

as_of as (
    select * from {{ ref('int_as_of') }}
),

current_windows as (
    select
        employee_id,
        max(imposed_on) as latest_over_on
    from windows
    group by 1
)

select
    windows.record_id,
    windows.employee_id,
    windows.imposed_on as over_limit_on,
    cast({{ dbt.dateadd('day', 1, 'windows.window_after') }} as date) as window_start_on,
    cast(windows.penalties_in_window as integer) as penalties_in_window,
    windows.region_code,
    penalties.position_group,
    penalties.penalty,
    penalties.ground,
    windows.imposed_on = current_windows.latest_over_on as is_latest,
    employees.employee_id is not null as is_in_register,
    employees.employee_id is not null
    and (employees.left_on is null or employees.left_on >= as_of.as_of) as is_still_employed
from windows
inner join penalties
    on windows.record_id = penalties.record_id
inner join current_windows
    on windows.employee_id = current_windows.employee_id
left join employees
    on windows.employee_id = employees.employee_id
cross join as_of
