with

claim_periods as (
    select * from {{ ref('int_claim_periods') }}
),

metric_values as (
    select * from {{ ref('int_metric_values') }}
    where period_grain = 'year'
),

claim_metrics as (
    select * from {{ ref('memo_statement_metrics') }}
)

-- years of the period added up; a period of which a year is missing has no row
select
    claim_metrics.claim_id,
    claim_periods.period,
    metric_values.metric_key,
    metric_values.region_code,
    metric_values.breakdown,
    metric_values.breakdown_value,
    sum(metric_values.value) as value,
    sum(metric_values.numerator) as numerator,
    sum(metric_values.denominator) as denominator
from claim_metrics
inner join claim_periods
    on claim_metrics.claim_id = claim_periods.claim_id
inner join metric_values
    on
        claim_metrics.metric_key = metric_values.metric_key
        and metric_values.period_start between claim_periods.first_month and claim_periods.last_month
group by 1, 2, 3, 4, 5, 6, claim_periods.months  -- noqa: AM06
having 12 * count(*) = claim_periods.months
