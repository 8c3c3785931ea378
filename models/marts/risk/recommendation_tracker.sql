with

recommendations as (
    select * from {{ ref('recommendations') }}
),

recommendation_metrics as (
    select * from {{ ref('recommendation_metrics') }}
),

metrics as (
    select * from {{ ref('metrics') }}
),

units as (
    select * from {{ ref('metric_units') }}
),

windows as (
    select * from {{ ref('int_recommendation_windows') }}
),

metric_values as (
    select * from {{ ref('int_metric_values') }}
    where
        region_code = 'KZ'
        and breakdown = 'all'
),

actions as (
    select
        recommendation,
        min(assigned_on) filter (where not is_cancelled) as first_assigned_on,
        count(*) as actions_total,
        count(*) filter (where status = 'open') as actions_open,
        count(*) filter (where status = 'in_progress') as actions_in_progress,
        count(*) filter (where status = 'done') as actions_done,
        count(*) filter (where is_cancelled) as actions_cancelled,
        count(*) filter (where status = 'unknown') as actions_unknown,
        count(*) filter (where is_overdue) as actions_overdue
    from {{ ref('int_recommendation_actions') }}
    group by 1
),

sums as (
    select
        windows.recommendation,
        windows.metric_key,
        {{ ordered_sum('case when metric_values.period_start between windows.before_first and windows.before_last '
            ~ 'then coalesce(metric_values.numerator, metric_values.value) end') }} as before_events,
        sum(metric_values.denominator)
        filter (where metric_values.period_start between windows.before_first and windows.before_last) as before_exposure,
        {{ ordered_sum('case when metric_values.period_start between windows.after_first and windows.after_last '
            ~ 'then coalesce(metric_values.numerator, metric_values.value) end') }} as after_events,
        sum(metric_values.denominator)
        filter (where metric_values.period_start between windows.after_first and windows.after_last) as after_exposure
    from windows
    inner join metric_values
        on
            windows.metric_key = metric_values.metric_key
            and windows.period_grain = metric_values.period_grain
    group by 1, 2
),

tracked as (
    select
        recommendation_metrics.recommendation,
        recommendation_metrics.metric_key,
        recommendation_metrics.wanted,
        units.interval_kind,
        windows.method,
        windows.period_grain,
        windows.periods,
        windows.before_first,
        windows.before_last,
        windows.after_first,
        windows.after_last,
        sums.before_events,
        sums.after_events,
        case units.measure when 'ratio' then sums.before_exposure else windows.periods end as before_exposure,
        case units.measure when 'ratio' then sums.after_exposure else windows.periods end as after_exposure,
        case units.measure when 'ratio' then metrics.scale * sums.before_events / nullif(sums.before_exposure, 0) else sums.before_events end
            as before_value,
        case units.measure when 'ratio' then metrics.scale * sums.after_events / nullif(sums.after_exposure, 0) else sums.after_events end
            as after_value,
        {{ rule('confidence_z') }} as z
    from recommendation_metrics
    inner join metrics
        on recommendation_metrics.metric_key = metrics.metric_key
    inner join units
        on metrics.unit = units.unit
    left join windows
        on
            recommendation_metrics.recommendation = windows.recommendation
            and recommendation_metrics.metric_key = windows.metric_key
    left join sums
        on
            recommendation_metrics.recommendation = sums.recommendation
            and recommendation_metrics.metric_key = sums.metric_key
),

-- shares by their difference in points, numbers by their ratio: 0 and 1 are no change
changed as (
    select
        *,
        case interval_kind when 'wilson' then 'points' else 'ratio' end as change_unit,
        case interval_kind when 'wilson' then 0 else 1 end as no_change,
        case interval_kind
            when 'wilson' then after_value - before_value
            when 'poisson' then {{ rate_ratio('before_events', 'before_exposure', 'after_events', 'after_exposure') }}
            else after_value / nullif(before_value, 0)
        end as change,
        case interval_kind
            when 'wilson' then 100 * {{ newcombe_lower('before_events', 'before_exposure', 'after_events', 'after_exposure', 'z') }}
            when 'poisson' then {{ rate_ratio_lower('before_events', 'before_exposure', 'after_events', 'after_exposure', 'z') }}
        end as change_lower,
        case interval_kind
            when 'wilson' then 100 * {{ newcombe_upper('before_events', 'before_exposure', 'after_events', 'after_exposure', 'z') }}
            when 'poisson' then {{ rate_ratio_upper('before_events', 'before_exposure', 'after_events', 'after_exposure', 'z') }}
        end as change_upper
    from tracked
),

judged as (
    select
        *,
        case
            when change is null then 'no_data'
            when change_lower is null then 'not clear'
            when (wanted = 'down' and change_upper < no_change) or (wanted = 'up' and change_lower > no_change) then 'wanted'
            when (wanted = 'down' and change_lower > no_change) or (wanted = 'up' and change_upper < no_change) then 'unwanted'
            else 'not clear'
        end as moved
    from changed
)

select
    judged.recommendation,
    judged.metric_key,
    recommendations.owner_kk,
    recommendations.owner_ru,
    recommendations.owner_en,
    cast(coalesce(actions.actions_total, 0) as integer) as actions_total,
    cast(coalesce(actions.actions_open, 0) as integer) as actions_open,
    cast(coalesce(actions.actions_in_progress, 0) as integer) as actions_in_progress,
    cast(coalesce(actions.actions_done, 0) as integer) as actions_done,
    cast(coalesce(actions.actions_cancelled, 0) as integer) as actions_cancelled,
    cast(coalesce(actions.actions_unknown, 0) as integer) as actions_unknown,
    cast(coalesce(actions.actions_overdue, 0) as integer) as actions_overdue,
    actions.first_assigned_on,
    judged.wanted,
    judged.method,
    cast(judged.periods as integer) as periods,
    judged.before_first,
    judged.before_last,
    judged.after_first,
    judged.after_last,
    judged.before_value,
    judged.after_value,
    judged.change_unit,
    judged.change,
    judged.change_lower,
    judged.change_upper,
    judged.moved,
    case
        when actions.first_assigned_on is null then 'nothing assigned'
        when judged.method is null then 'source missing, or too little time before or after the assignment'
        when judged.change is null then 'nothing to compare in one of the windows'
        else concat(
            judged.method, ': ', {{ in_words('judged.before_value', 2) }}, ' before, ', {{ in_words('judged.after_value', 2) }}, ' after, ',
            judged.change_unit, ' ', {{ in_words('judged.change', 2) }},
            case
                when judged.change_lower is null then ', a sum without an interval'
                else concat(' (95 %: ', {{ in_words('judged.change_lower', 2) }}, ' to ', {{ in_words('judged.change_upper', 2) }}, ')')
            end,
            ', wanted ', judged.wanted
        )
    end as reason
from judged
inner join recommendations
    on judged.recommendation = recommendations.recommendation
left join actions
    on judged.recommendation = actions.recommendation
