with

actions as (
    select * from {{ ref('stg_recommendation_actions') }}
    where status <> 'cancelled'
),

as_of as (
    select * from {{ ref('int_as_of') }}
),

rules as (
    select
        cast(max(value) filter (where rule_key = 'tracker_minimum_months') as integer) as minimum_months,
        cast(max(value) filter (where rule_key = 'tracker_window_months') as integer) as window_months
    from {{ ref('rules') }}
),

recommendation_metrics as (
    select * from {{ ref('recommendation_metrics') }}
),

assigned as (
    select
        recommendation,
        min(assigned_on) as assigned_on
    from actions
    group by 1
),

spans as (
    select
        metric_key,
        min(period_start) as first_month,
        max(period_start) as last_month
    from {{ ref('int_metric_periods') }}
    where period_grain = 'month'
    group by 1
),

years as (
    select
        metric_key,
        period_start
    from {{ ref('int_metric_periods') }}
    where period_grain = 'year'
),

-- the month of assignment is partly before and partly after: it is in neither; a month that as_of cuts is left out too
monthly as (
    select
        recommendation_metrics.recommendation,
        recommendation_metrics.metric_key,
        assigned.assigned_on,
        spans.first_month,
        cast(date_trunc('month', assigned.assigned_on) as date) as assigned_month,
        cast({{ dbt.dateadd('month', 1, "date_trunc('month', assigned.assigned_on)") }} as date) as after_first,
        least(
            spans.last_month,
            cast({{ dbt.dateadd('month', -1, "date_trunc('month', " ~ dbt.dateadd('day', 1, 'as_of.as_of') ~ ")") }} as date),
            cast({{ dbt.dateadd('month', 'rules.window_months', "date_trunc('month', assigned.assigned_on)") }} as date)
        ) as after_last,
        rules.minimum_months
    from recommendation_metrics
    inner join assigned
        on recommendation_metrics.recommendation = assigned.recommendation
    inner join spans
        on recommendation_metrics.metric_key = spans.metric_key
    cross join as_of
    cross join rules
),

counted as (
    select
        *,
        {{ dbt.datediff('after_first', 'after_last', 'month') }} + 1 as months
    from monthly
),

month_windows as (
    select
        recommendation,
        metric_key,
        assigned_on,
        'month' as period_grain,
        case
            when {{ dbt.dateadd('month', -12, 'after_first') }} >= first_month then 'same months a year before'
            when {{ dbt.dateadd('month', '-months', 'assigned_month') }} >= first_month then 'months just before'
        end as method,
        months as periods,
        after_first,
        after_last,
        case
            when {{ dbt.dateadd('month', -12, 'after_first') }} >= first_month then cast({{ dbt.dateadd('month', -12, 'after_first') }} as date)
            when {{ dbt.dateadd('month', '-months', 'assigned_month') }} >= first_month
                then cast({{ dbt.dateadd('month', '-months', 'assigned_month') }} as date)
        end as before_first,
        case
            when {{ dbt.dateadd('month', -12, 'after_first') }} >= first_month then cast({{ dbt.dateadd('month', -12, 'after_last') }} as date)
            when {{ dbt.dateadd('month', '-months', 'assigned_month') }} >= first_month
                then cast({{ dbt.dateadd('month', -1, 'assigned_month') }} as date)
        end as before_last
    from counted
    where months >= minimum_months
),

-- a metric that is given for years only: the last whole year before, the first whole year after
year_windows as (
    select
        recommendation_metrics.recommendation,
        recommendation_metrics.metric_key,
        assigned.assigned_on,
        'year' as period_grain,
        'whole years' as method,
        1 as periods,
        after_years.period_start as after_first,
        after_years.period_start as after_last,
        before_years.period_start as before_first,
        before_years.period_start as before_last
    from recommendation_metrics
    inner join assigned
        on recommendation_metrics.recommendation = assigned.recommendation
    left join spans
        on recommendation_metrics.metric_key = spans.metric_key
    cross join as_of
    inner join years as after_years
        on
            recommendation_metrics.metric_key = after_years.metric_key
            and after_years.period_start = date_trunc('year', assigned.assigned_on) + interval '1' year
            and after_years.period_start + interval '1' year <= as_of.as_of + interval '1' day
    inner join years as before_years
        on
            recommendation_metrics.metric_key = before_years.metric_key
            and before_years.period_start = date_trunc('year', assigned.assigned_on) - interval '1' year
    where spans.metric_key is null
)

select * from month_windows
where method is not null
union all
select * from year_windows
