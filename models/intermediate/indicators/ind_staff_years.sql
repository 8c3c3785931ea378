with

active_staff as (
    select * from {{ ref('int_active_staff') }}
),

-- each figure is given for the years of its own source
source_years as (
    select distinct
        source,
        cast(date_trunc('year', month_start) as date) as year_start
    from {{ ref('int_source_months') }}
),

placed as (
    select * from active_staff
    union all
    select
        employee_id,
        year_start,
        'KZ' as region_code,
        has_completed_training,
        has_complete_declaration
    from active_staff
),

assessed as (
    select
        'staff_without_training_pct' as metric_key,
        placed.year_start,
        placed.region_code,
        not placed.has_completed_training as is_missing
    from placed
    inner join source_years
        on placed.year_start = source_years.year_start
    where source_years.source = 'training_records'
    union all
    select
        'declarations_missing_pct' as metric_key,
        placed.year_start,
        placed.region_code,
        not placed.has_complete_declaration as is_missing
    from placed
    inner join source_years
        on placed.year_start = source_years.year_start
    where source_years.source = 'conflict_of_interest_declarations'
)

select
    metric_key,
    'year' as period_grain,
    year_start as period_start,
    region_code,
    'all' as breakdown,
    'all' as breakdown_value,
    cast(null as double) as value,
    cast(count(*) filter (where is_missing) as double) as numerator,
    cast(count(*) as double) as denominator
from assessed
group by 1, 2, 3, 4
