with

metric_values as (
    select * from {{ ref('int_metric_values') }}
    where
        period_grain = 'year'
        and breakdown = 'all'
),

exposure_lists as (
    select distinct exposure_metrics
    from {{ ref('risk_thresholds') }}
    where exposure_metrics is not null
)

-- the exposure in a percent is what it is a part of
select
    exposure_lists.exposure_metrics,
    metric_values.period_start,
    metric_values.region_code,
    sum(coalesce(metric_values.denominator, metric_values.value)) as exposure
from exposure_lists
inner join metric_values
    on {{ is_listed('metric_values.metric_key', 'exposure_lists.exposure_metrics') }}
group by 1, 2, 3
