with

metrics as (
    select * from {{ ref('metrics') }}
    where built = 'yes'
),

source_months as (
    select * from {{ ref('int_source_months') }}
),

-- one span per source; of several sources the union
metric_months as (
    select distinct
        metrics.metric_key,
        metrics.grains,
        source_months.month_start
    from metrics
    inner join source_months
        on {{ is_listed('source_months.source', 'metrics.sources') }}
),

metric_periods as (
    select
        metric_key,
        grains,
        'month' as period_grain,
        month_start as period_start
    from metric_months
    union
    select
        metric_key,
        grains,
        'year' as period_grain,
        cast(date_trunc('year', month_start) as date) as period_start
    from metric_months
)

select
    metric_key,
    period_grain,
    period_start
from metric_periods
where {{ is_listed('period_grain', 'grains') }}
