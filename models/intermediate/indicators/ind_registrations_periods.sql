with

employee_months as (
    select
        cast(date_trunc('month', registered_at) as date) as month_start,
        region_code,
        employee_id,
        count(*) as plates
    from {{ ref('stg_vehicle_registrations') }}
    where attractive_plate
    group by 1, 2, 3
),

placed as (
    select * from employee_months
    union all
    select
        month_start,
        'KZ' as region_code,
        employee_id,
        plates
    from employee_months
),

periods as (
    select
        'month' as period_grain,
        month_start as period_start,
        region_code,
        employee_id,
        plates
    from placed
    union all
    select
        'year' as period_grain,
        cast(date_trunc('year', month_start) as date) as period_start,
        region_code,
        employee_id,
        plates
    from placed
),

employee_periods as (
    select
        period_grain,
        period_start,
        region_code,
        employee_id,
        sum(plates) as plates
    from periods
    group by 1, 2, 3, 4
)

-- plates without an employee are nobody's, but plates
select
    'attractive_plate_top_employee_pct' as metric_key,
    period_grain,
    period_start,
    region_code,
    'all' as breakdown,
    'all' as breakdown_value,
    cast(null as double) as value,
    cast(coalesce(max(plates) filter (where employee_id is not null), 0) as double) as numerator,
    cast(sum(plates) as double) as denominator
from employee_periods
group by 1, 2, 3, 4
