with

source_months as (
    select * from {{ ref('int_source_months') }}
),

exam_months as (
    select * from {{ ref('int_exam_months') }}
),

multi_centre_candidates as (
    select * from {{ ref('int_multi_centre_candidates') }}
),

centres as (
    select * from {{ ref('stg_centres') }}
),

regions as (
    select * from {{ ref('regions') }}
),

persons as (
    select
        concat('multi_centre_candidates_', exam) as metric_key,
        year_start,
        region_code,
        count(*) as value
    from multi_centre_candidates
    group by 1, 2, 3

    union all

    select
        concat('multi_centre_candidates_', exam) as metric_key,
        year_start,
        'KZ' as region_code,
        count(distinct candidate_token) as value
    from multi_centre_candidates
    group by 1, 2
),

-- The register counts the same for a month and for a year: so every month of the log has its rows, and a region
-- whose autodromes stood idle has 0, not nothing.
months as (
    select month_start
    from source_months
    where source = 'practical_exams'
),

periods as (
    select
        month_start,
        'month' as period_grain,
        month_start as period_start
    from months

    union all

    select
        month_start,
        'year' as period_grain,
        cast(date_trunc('year', month_start) as date) as period_start
    from months
),

practical as (
    select
        month_start,
        region_code,
        sum(attempts) as attempts
    from exam_months
    where exam = 'practical'
    group by 1, 2
),

-- A region belongs to itself and to the whole country.
territories as (
    select
        region_code as part_code,
        region_code
    from regions
    where region_code <> 'KZ'

    union all

    select
        region_code as part_code,
        'KZ' as region_code
    from regions
    where region_code <> 'KZ'
),

capacities as (
    select
        territories.region_code,
        coalesce(sum(centres.autodrome_count), 0) as autodromes,
        coalesce(sum(centres.exam_vehicle_count), 0) as exam_vehicles
    from territories
    left join centres
        on territories.part_code = centres.region_code
    group by 1
),

loads as (
    select
        periods.period_grain,
        periods.period_start,
        territories.region_code,
        coalesce(sum(practical.attempts), 0) as attempts
    from periods
    cross join territories
    left join practical
        on
            periods.month_start = practical.month_start
            and territories.part_code = practical.region_code
    group by 1, 2, 3
),

ratios as (
    select
        'practical_attempts_per_autodrome' as metric_key,
        loads.period_grain,
        loads.period_start,
        loads.region_code,
        loads.attempts as numerator,
        capacities.autodromes as denominator
    from loads
    inner join capacities
        on loads.region_code = capacities.region_code

    union all

    select
        'practical_attempts_per_exam_vehicle' as metric_key,
        loads.period_grain,
        loads.period_start,
        loads.region_code,
        loads.attempts as numerator,
        capacities.exam_vehicles as denominator
    from loads
    inner join capacities
        on loads.region_code = capacities.region_code
)

select
    metric_key,
    'year' as period_grain,
    year_start as period_start,
    region_code,
    'all' as breakdown,
    'all' as breakdown_value,
    cast(value as double) as value,
    cast(null as double) as numerator,
    cast(null as double) as denominator
from persons

union all

select
    metric_key,
    period_grain,
    period_start,
    region_code,
    'all' as breakdown,
    'all' as breakdown_value,
    cast(null as double) as value,
    cast(numerator as double) as numerator,
    cast(denominator as double) as denominator
from ratios
