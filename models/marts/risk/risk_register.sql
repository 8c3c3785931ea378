with

factors as (
    select * from {{ ref('int_risk_factors') }}
),

metric_values as (
    select * from {{ ref('int_metric_values') }}
    where
        period_grain = 'year'
        and breakdown = 'all'
),

judgements as (
    select * from {{ ref('int_risk_judgements') }}
),

regions as (
    select * from {{ ref('regions') }}
),

years as (
    select distinct period_start
    from {{ ref('int_metric_periods') }}
    where period_grain = 'year'
),

delivered_metrics as (
    select distinct metric_key from metric_values
),

ranked as (
    select
        metric_key,
        period_start,
        region_code,
        kind,
        reason,
        case status when 'alert' then 3 when 'watch' then 2 when 'normal' then 1 else 0 end as severity
    from judgements
),

worst as (
    select
        metric_key,
        period_start,
        region_code,
        max(severity) as severity
    from ranked
    group by 1, 2, 3
),

-- the reasons that make the status; where nothing could be judged, why not
reasons as (
    select
        ranked.metric_key,
        ranked.period_start,
        ranked.region_code,
        worst.severity,
        {{ dbt.listagg(measure="concat(ranked.kind, ': ', ranked.reason)", delimiter_text="'; '", order_by_clause="order by ranked.kind") }} as reason
    from ranked
    inner join worst
        on
            ranked.metric_key = worst.metric_key
            and ranked.period_start = worst.period_start
            and ranked.region_code = worst.region_code
            and ranked.severity = worst.severity
    group by 1, 2, 3, 4
),

registered as (
    select
        factors.risk_no,
        factors.factor_no,
        factors.metric_key,
        years.period_start,
        regions.region_code,
        metric_values.value,
        case reasons.severity when 3 then 'alert' when 2 then 'watch' when 1 then 'normal' else 'no_data' end as status,
        case
            when not factors.is_built then 'not_built'
            when delivered_metrics.metric_key is null then 'not_delivered'
            when not factors.is_regional and regions.region_code <> 'KZ' then 'not_regional'
            when metric_values.metric_key is null then 'not_this_year'
            when reasons.severity is null then 'no_threshold'
            when reasons.severity = 0 then 'not_comparable'
        end as no_data_reason,
        case
            when not factors.is_built then 'source missing: the metric is not calculated yet'
            when delivered_metrics.metric_key is null then concat('source missing: nothing delivered of ', factors.sources)
            when not factors.is_regional and regions.region_code <> 'KZ' then 'not measured by region'
            when metric_values.metric_key is null then 'source missing: nothing delivered of this year'
            when reasons.severity is null then 'no threshold is set'
            else reasons.reason
        end as reason
    from factors
    cross join years
    cross join regions
    left join delivered_metrics
        on factors.metric_key = delivered_metrics.metric_key
    left join metric_values
        on
            factors.metric_key = metric_values.metric_key
            and years.period_start = metric_values.period_start
            and regions.region_code = metric_values.region_code
    left join reasons
        on
            factors.metric_key = reasons.metric_key
            and years.period_start = reasons.period_start
            and regions.region_code = reasons.region_code
),

-- a run of years in one status begins where the year before had another
begun as (
    select
        *,
        case
            when status = lag(status) over (partition by factor_no, metric_key, region_code order by period_start) then null
            else period_start
        end as run_start
    from registered
)

select
    risk_no,
    factor_no,
    metric_key,
    period_start,
    region_code,
    value,
    status,
    no_data_reason,
    max(run_start) over (
        partition by factor_no, metric_key, region_code
        order by period_start
        rows between unbounded preceding and current row
    ) as status_since,
    reason
from begun
