with

checks as (
    select * from {{ ref('int_control_checks') }}
),

actions as (
    select
        month_start,
        -- the departments that carry out the recommendations are those of the central office
        'HQ' as region_code,
        recommendation,
        is_overdue
    from {{ ref('int_recommendation_actions') }}
    where not is_cancelled and due_on is not null
),

checks_by_breakdown as (
    {{ by_breakdown('checks', ['subject', 'trigger']) }}
),

actions_by_breakdown as (
    {{ by_breakdown('actions', ['recommendation']) }}
),

control_checks as (
    select
        'control_checks' as metric_key,
        month_start,
        region_code,
        breakdown,
        breakdown_value,
        cast(count(*) as double) as value,
        cast(null as double) as numerator,
        cast(null as double) as denominator
    from checks_by_breakdown
    group by 1, 2, 3, 4, 5
),

control_check_hit_pct as (
    select
        'control_check_hit_pct' as metric_key,
        month_start,
        region_code,
        breakdown,
        breakdown_value,
        cast(null as double) as value,
        cast(count(*) filter (where has_found_violation) as double) as numerator,
        cast(count(*) as double) as denominator
    from checks_by_breakdown
    where breakdown in ('all', 'trigger')
    group by 1, 2, 3, 4, 5
),

recommendation_actions_overdue_pct as (
    select
        'recommendation_actions_overdue_pct' as metric_key,
        month_start,
        region_code,
        breakdown,
        breakdown_value,
        cast(null as double) as value,
        cast(count(*) filter (where is_overdue) as double) as numerator,
        cast(count(*) as double) as denominator
    from actions_by_breakdown
    group by 1, 2, 3, 4, 5
)

select * from control_checks
union all
select * from control_check_hit_pct
union all
select * from recommendation_actions_overdue_pct
