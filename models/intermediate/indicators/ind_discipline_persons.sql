with

penalties as (
    select
        employee_id,
        region_code,
        imposed_on,
        is_over_limit
    from {{ ref('int_penalty_windows') }}
),

-- a person counts in each region for what happened there, and in the country for what happened anywhere
placed as (
    select * from penalties
    union all
    select
        employee_id,
        'KZ' as region_code,
        imposed_on,
        is_over_limit
    from penalties
),

employee_years as (
    select
        cast(date_trunc('year', imposed_on) as date) as period_start,
        region_code,
        employee_id,
        count(*) >= {{ rule('repeat_offender_penalties') }} as is_repeat_offender
    from placed
    group by 1, 2, 3
),

offenders as (
    select
        period_start,
        region_code,
        cast(count(*) filter (where is_repeat_offender) as double) as repeat_offenders,
        cast(count(*) as double) as penalised_employees
    from employee_years
    group by 1, 2
),

over_limit as (
    select
        'month' as period_grain,
        cast(date_trunc('month', imposed_on) as date) as period_start,
        region_code,
        employee_id
    from placed
    where is_over_limit
    union all
    select
        'year' as period_grain,
        cast(date_trunc('year', imposed_on) as date) as period_start,
        region_code,
        employee_id
    from placed
    where is_over_limit
)

select
    'repeat_offenders' as metric_key,
    'year' as period_grain,
    period_start,
    region_code,
    'all' as breakdown,
    'all' as breakdown_value,
    repeat_offenders as value,
    cast(null as double) as numerator,
    cast(null as double) as denominator
from offenders
union all
select
    'repeat_offender_pct' as metric_key,
    'year' as period_grain,
    period_start,
    region_code,
    'all' as breakdown,
    'all' as breakdown_value,
    cast(null as double) as value,
    repeat_offenders as numerator,
    penalised_employees as denominator
from offenders
union all
select
    'employees_over_penalty_limit' as metric_key,
    period_grain,
    period_start,
    region_code,
    'all' as breakdown,
    'all' as breakdown_value,
    cast(count(distinct employee_id) as double) as value,
    cast(null as double) as numerator,
    cast(null as double) as denominator
from over_limit
group by 1, 2, 3, 4
