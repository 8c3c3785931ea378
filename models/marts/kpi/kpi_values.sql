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
),

valued as (
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
        -- only what adds up has shares
        case when measure = 'total' then value end as part
    from filled
),

compared as (
    select
        valued.*,
        year_before.value as prior_year_value,
        max(case when valued.breakdown = 'all' then valued.part end) over (
            partition by valued.metric_key, valued.period_grain, valued.period_start, valued.region_code
        ) as whole,
        max(case when valued.region_code = 'KZ' then valued.part end) over (
            partition by
                valued.metric_key, valued.period_grain, valued.period_start, valued.breakdown, valued.breakdown_value
        ) as country
    from valued
    left join valued as year_before
        on
            valued.metric_key = year_before.metric_key
            and valued.period_grain = year_before.period_grain
            and valued.period_start - interval '1' year = year_before.period_start
            and valued.region_code = year_before.region_code
            and valued.breakdown = year_before.breakdown
            and valued.breakdown_value = year_before.breakdown_value
)

select
    metric_key,
    period_grain,
    period_start,
    region_code,
    breakdown,
    breakdown_value,
    value,
    numerator,
    denominator,
    unit,
    prior_year_value,
    100 * (value / nullif(prior_year_value, 0) - 1) as change_pct,
    100 * part / nullif(whole, 0) as share_pct,
    100 * part / nullif(country, 0) as regional_share_pct
from compared
