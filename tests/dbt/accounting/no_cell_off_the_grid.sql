-- A figure that was calculated for a period, region or code that kpi_values has no row for would be lost silently.
select cells.*
from {{ ref('int_metric_cells') }} as cells
left join {{ ref('int_metric_grid') }} as grid
    on
        cells.metric_key = grid.metric_key
        and cells.period_grain = grid.period_grain
        and cells.period_start = grid.period_start
        and cells.region_code = grid.region_code
        and cells.breakdown = grid.breakdown
        and cells.breakdown_value = grid.breakdown_value
inner join {{ ref('metrics') }} as metrics
    on cells.metric_key = metrics.metric_key
where
    grid.metric_key is null
    -- months of a metric that is given for years only, and regions of one that is given for the country only
    and {{ is_listed('cells.period_grain', 'metrics.grains') }}
    and (metrics.regional = 'yes' or cells.region_code = 'KZ')
