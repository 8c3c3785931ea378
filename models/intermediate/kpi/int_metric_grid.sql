with

metrics as (
    select * from {{ ref('metrics') }}
),

periods as (
    select * from {{ ref('int_metric_periods') }}
),

breakdowns as (
    select * from {{ ref('int_metric_breakdowns') }}
),

regions as (
    select * from {{ ref('regions') }}
)

select
    periods.metric_key,
    periods.period_grain,
    periods.period_start,
    regions.region_code,
    breakdowns.breakdown,
    breakdowns.breakdown_value
from periods
inner join metrics
    on periods.metric_key = metrics.metric_key
inner join breakdowns
    on periods.metric_key = breakdowns.metric_key
inner join regions
    on metrics.regional = 'yes' or regions.region_code = 'KZ'
