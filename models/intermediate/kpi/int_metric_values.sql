with

grid as (
    select * from {{ ref('int_metric_grid') }}
),

cells as (
    select * from {{ ref('int_metric_cells') }}
),

metrics as (
    select * from {{ ref('metrics') }}
),

units as (
    select * from {{ ref('metric_units') }}
),

-- nothing happened: counts, people and ratios' parts are 0, a percentile of nothing is empty
filled as (
    select
        grid.metric_key,
        grid.period_grain,
        grid.period_start,
        grid.region_code,
        grid.breakdown,
        grid.breakdown_value,
        metrics.unit,
        metrics.scale,
        units.measure,
        case when units.measure in ('total', 'persons') then coalesce(cells.value, 0) else cells.value end as value,
        case when units.measure = 'ratio' then coalesce(cells.numerator, 0) end as numerator,
        case when units.measure = 'ratio' then coalesce(cells.denominator, 0) end as denominator
    from grid
    inner join metrics
        on grid.metric_key = metrics.metric_key
    inner join units
        on metrics.unit = units.unit
    left join cells
        on
            grid.metric_key = cells.metric_key
            and grid.period_grain = cells.period_grain
            and grid.period_start = cells.period_start
            and grid.region_code = cells.region_code
            and grid.breakdown = cells.breakdown
            and grid.breakdown_value = cells.breakdown_value
)

select
    metric_key,
    period_grain,
    period_start,
    region_code,
    breakdown,
    breakdown_value,
    case when measure = 'ratio' then scale * numerator / nullif(denominator, 0) else value end as value,
    numerator,
    denominator,
    unit,
    measure
from filled
