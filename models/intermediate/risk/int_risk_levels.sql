with

thresholds as (
    select * from {{ ref('risk_thresholds') }}
),

metrics as (
    select * from {{ ref('metrics') }}
),

units as (
    select * from {{ ref('metric_units') }}
),

exposures as (
    select * from {{ ref('int_risk_exposures') }}
),

metric_values as (
    select * from {{ ref('int_metric_values') }}
    where
        period_grain = 'year'
        and breakdown = 'all'
),

covered_months as (
    select
        metric_key,
        cast(date_trunc('year', period_start) as date) as period_start,
        count(*) as months
    from {{ ref('int_metric_periods') }}
    where period_grain = 'month'
    group by 1, 2
),

rules as (
    select
        max(value) filter (where rule_key = 'confidence_z') as z,
        max(value) filter (where rule_key = 'risk_exposure_unit') as exposure_unit
    from {{ ref('rules') }}
),

-- events out of an exposure: of a percent or ratio its parts, of a count itself
counted as (
    select
        thresholds.metric_key,
        thresholds.kind,
        thresholds.direction,
        thresholds.watch,
        thresholds.alert,
        thresholds.minimum_exposure,
        thresholds.exposure_metrics,
        units.interval_kind,
        metrics.unit,
        metric_values.period_start,
        metric_values.region_code,
        metric_values.value,
        coalesce(metric_values.numerator, metric_values.value) as events,
        case
            when units.measure = 'ratio' then metric_values.denominator
            when thresholds.exposure_metrics is not null then exposures.exposure
        end as exposure,
        case
            when units.measure = 'ratio' then metrics.scale
            when thresholds.exposure_metrics is not null then rules.exposure_unit
        end as per,
        units.measure = 'ratio' or thresholds.exposure_metrics is not null as needs_exposure,
        covered_months.months,
        rules.z
    from thresholds
    inner join metric_values
        on thresholds.metric_key = metric_values.metric_key
    inner join metrics
        on thresholds.metric_key = metrics.metric_key
    inner join units
        on metrics.unit = units.unit
    left join exposures
        on
            thresholds.exposure_metrics = exposures.exposure_metrics
            and metric_values.period_start = exposures.period_start
            and metric_values.region_code = exposures.region_code
    left join covered_months
        on
            thresholds.metric_key = covered_months.metric_key
            and metric_values.period_start = covered_months.period_start
    cross join rules
)

select
    metric_key,
    kind,
    direction,
    watch,
    alert,
    minimum_exposure,
    exposure_metrics,
    interval_kind,
    unit,
    period_start,
    region_code,
    value,
    events,
    exposure,
    needs_exposure,
    months,
    value is not null and (not needs_exposure or coalesce(exposure, 0) >= greatest(minimum_exposure, 1)) as is_assessable,
    case when needs_exposure then per * events / nullif(exposure, 0) else value end as level,
    case
        when interval_kind = 'wilson' then per * {{ wilson_lower('events', 'exposure', 'z') }}
        when interval_kind = 'poisson' and needs_exposure then per * {{ poisson_lower('events', 'z') }} / nullif(exposure, 0)
        when interval_kind = 'poisson' then {{ poisson_lower('events', 'z') }}
        when needs_exposure then per * events / nullif(exposure, 0)
        else value
    end as level_lower,
    case
        when interval_kind = 'wilson' then per * {{ wilson_upper('events', 'exposure', 'z') }}
        when interval_kind = 'poisson' and needs_exposure then per * {{ poisson_upper('events', 'z') }} / nullif(exposure, 0)
        when interval_kind = 'poisson' then {{ poisson_upper('events', 'z') }}
        when needs_exposure then per * events / nullif(exposure, 0)
        else value
    end as level_upper,
    z
from counted
