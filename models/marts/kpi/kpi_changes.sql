with

metric_values as (
    select * from {{ ref('int_metric_values') }}
    where
        period_grain = 'year'
        and breakdown = 'all'
),

metrics as (
    select * from {{ ref('metrics') }}
),

units as (
    select * from {{ ref('metric_units') }}
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

-- events out of an exposure: of a percent or ratio its parts, of all others the figure itself
measured as (
    select
        metric_values.metric_key,
        metric_values.period_start,
        metric_values.region_code,
        metrics.scale,
        metrics.additive = 'yes' as is_additive,
        units.measure = 'ratio' as is_ratio,
        units.interval_kind = 'wilson' as is_percent,
        units.interval_kind,
        covered_months.months,
        coalesce(metric_values.numerator, metric_values.value) as events,
        case when units.measure = 'ratio' then metric_values.denominator else 1 end as exposure,
        -- what is divided may be more than what it is divided by: such a percent is no share, and has no interval of shares
        max(case when metric_values.numerator > metric_values.denominator then 1 else 0 end) over (partition by metric_values.metric_key) as is_no_share
    from metric_values
    inner join metrics
        on metric_values.metric_key = metrics.metric_key
    inner join units
        on metrics.unit = units.unit
    left join covered_months
        on
            metric_values.metric_key = covered_months.metric_key
            and metric_values.period_start = covered_months.period_start
),

-- a year of which some months are missing is no smaller year; a ratio does not mind
paired as (
    select
        measured.metric_key,
        measured.period_start,
        measured.region_code,
        measured.scale,
        measured.is_additive,
        measured.is_ratio,
        measured.is_percent,
        case when measured.is_percent and measured.is_no_share = 1 then 'none' else measured.interval_kind end as interval_kind,
        measured.events,
        measured.exposure,
        case when measured.is_ratio or coalesce(measured.months = past.months, true) then past.events end as past_events,
        past.exposure as past_exposure
    from measured
    left join measured as past
        on
            measured.metric_key = past.metric_key
            and measured.region_code = past.region_code
            and measured.period_start - interval '1' year = past.period_start
),

-- each row as it is, and the whole country once more without each of its parts
operands as (
    select
        metric_key,
        period_start,
        region_code,
        cast(null as {{ dbt.type_string() }}) as left_out,
        scale,
        is_ratio,
        is_percent,
        interval_kind,
        events,
        exposure,
        past_events,
        past_exposure
    from paired
    union all
    select
        country.metric_key,
        country.period_start,
        country.region_code,
        part.region_code as left_out,
        country.scale,
        country.is_ratio,
        country.is_percent,
        country.interval_kind,
        country.events - coalesce(part.events, 0) as events,
        case when country.is_ratio then country.exposure - part.exposure else 1 end as exposure,
        country.past_events - coalesce(part.past_events, 0) as past_events,
        case when country.is_ratio then country.past_exposure - part.past_exposure else 1 end as past_exposure
    from paired as country
    inner join paired as part
        on
            country.metric_key = part.metric_key
            and country.period_start = part.period_start
    where
        country.region_code = 'KZ'
        and part.region_code <> 'KZ'
        and country.is_additive
),

-- shares by their difference in points, numbers by their ratio: 0 and 1 are no change
changed as (
    select
        *,
        case when is_ratio then scale * events / nullif(exposure, 0) else events end as value,
        case when is_ratio then scale * past_events / nullif(past_exposure, 0) else past_events end as past_value,
        case when is_percent then 'points' else 'ratio' end as change_unit,
        case when is_percent then 0 else 1 end as no_change,
        case
            when is_percent then 100 * (events / nullif(exposure, 0) - past_events / nullif(past_exposure, 0))
            when interval_kind = 'poisson' then {{ rate_ratio('past_events', 'past_exposure', 'events', 'exposure') }}
            else events / nullif(past_events, 0)
        end as change,
        case interval_kind
            when 'wilson' then 100 * {{ newcombe_lower('past_events', 'past_exposure', 'events', 'exposure', rule('confidence_z')) }}
            when 'poisson' then {{ rate_ratio_lower('past_events', 'past_exposure', 'events', 'exposure', rule('confidence_z')) }}
        end as change_lower,
        case interval_kind
            when 'wilson' then 100 * {{ newcombe_upper('past_events', 'past_exposure', 'events', 'exposure', rule('confidence_z')) }}
            when 'poisson' then {{ rate_ratio_upper('past_events', 'past_exposure', 'events', 'exposure', rule('confidence_z')) }}
        end as change_upper
    from operands
),

judged as (
    select
        *,
        case
            when change is null then 'no_data'
            when change_lower is null then 'no interval'
            when change_lower > no_change then 'up'
            when change_upper < no_change then 'down'
            else 'not clear'
        end as moved
    from changed
),

-- the part without which least is left of the country's change
contributors as (
    select
        parts.*,
        row_number() over (
            partition by parts.metric_key, parts.period_start
            order by case when whole.change >= whole.no_change then parts.change else -parts.change end, parts.left_out
        ) as place
    from judged as parts
    inner join judged as whole
        on
            parts.metric_key = whole.metric_key
            and parts.period_start = whole.period_start
            and parts.region_code = whole.region_code
    where
        parts.left_out is not null
        and whole.left_out is null
        and parts.change is not null
)

select
    judged.metric_key,
    judged.period_start,
    judged.region_code,
    cast(judged.value as double) as value,
    cast(judged.past_value as double) as past_value,
    judged.change_unit,
    cast(judged.change as double) as change,
    cast(judged.change_lower as double) as change_lower,
    cast(judged.change_upper as double) as change_upper,
    judged.moved,
    contributors.left_out as largest_region_code,
    cast(contributors.value as double) as value_without_largest,
    cast(contributors.past_value as double) as past_value_without_largest,
    cast(contributors.change as double) as change_without_largest,
    cast(contributors.change_lower as double) as change_lower_without_largest,
    cast(contributors.change_upper as double) as change_upper_without_largest,
    contributors.moved as moved_without_largest
from judged
left join contributors
    on
        judged.metric_key = contributors.metric_key
        and judged.period_start = contributors.period_start
        and judged.region_code = contributors.region_code
        and contributors.place = 1
where judged.left_out is null
