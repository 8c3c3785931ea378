with

source_months as (
    select * from {{ ref('int_source_months') }}
),

regions as (
    select region_code
    from {{ ref('regions') }}
    where {{ is_one_of_the_20('type') }}
),

checked_regions as (
    select distinct
        month_start,
        region_code
    from {{ ref('int_control_checks') }}
),

-- a month of the span without any check has its row too
periods as (
    select
        'month' as period_grain,
        month_start as period_start,
        month_start
    from source_months
    where source = 'control_checks'
    union all
    select
        'year' as period_grain,
        cast(date_trunc('year', month_start) as date) as period_start,
        month_start
    from source_months
    where source = 'control_checks'
),

regional_periods as (
    select
        periods.period_grain,
        periods.period_start,
        regions.region_code,
        count(checked_regions.region_code) = 0 as is_without_check
    from periods
    cross join regions
    left join checked_regions
        on
            periods.month_start = checked_regions.month_start
            and regions.region_code = checked_regions.region_code
    group by 1, 2, 3
)

select
    'regions_without_control_check_pct' as metric_key,
    period_grain,
    period_start,
    'KZ' as region_code,
    'all' as breakdown,
    'all' as breakdown_value,
    cast(null as double) as value,
    cast(count(*) filter (where is_without_check) as double) as numerator,
    cast(count(*) as double) as denominator
from regional_periods
group by 1, 2, 3
