with

metric_values as (
    select * from {{ ref('int_metric_values') }}
),

metrics as (
    select * from {{ ref('metrics') }}
),

units as (
    select * from {{ ref('metric_units') }}
),

valued as (
    select
        *,
        -- only what adds up has shares
        case when measure = 'total' then value end as part
    from metric_values
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
),

-- what was counted, out of what and per how many; parts that are no parts of their whole have no interval
counted as (
    select
        compared.*,
        units.interval_kind,
        case when compared.measure = 'ratio' then metrics.scale / nullif(compared.denominator, 0) else 1 end as per_event,
        case when compared.measure = 'ratio' then compared.numerator else compared.value end as events,
        compared.numerator between 0 and compared.denominator as is_share,
        {{ rule('confidence_z') }} as z
    from compared
    inner join metrics
        on compared.metric_key = metrics.metric_key
    inner join units
        on compared.unit = units.unit
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
    100 * part / nullif(country, 0) as regional_share_pct,
    case
        when interval_kind = 'wilson' and is_share and denominator > 0
            then per_event * denominator * {{ wilson_lower('numerator', 'denominator', 'z') }}
        when interval_kind = 'poisson' then per_event * {{ poisson_lower('events', 'z') }}
    end as interval_lower,
    case
        when interval_kind = 'wilson' and is_share and denominator > 0
            then per_event * denominator * {{ wilson_upper('numerator', 'denominator', 'z') }}
        when interval_kind = 'poisson' then per_event * {{ poisson_upper('events', 'z') }}
    end as interval_upper
from counted
