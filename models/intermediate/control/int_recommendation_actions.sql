with

actions as (
    select * from {{ ref('stg_recommendation_actions') }}
),

recommendations as (
    select code
    from {{ ref('breakdown_codes') }}
    where breakdown = 'recommendation'
),

as_of as (
    select * from {{ ref('int_as_of') }}
)

select
    actions.action_id,
    coalesce(recommendations.code, 'unknown') as recommendation,
    actions.owner,
    actions.assigned_on,
    cast(date_trunc('month', actions.assigned_on) as date) as month_start,
    actions.due_on,
    actions.closed_on,
    actions.status,
    actions.status = 'cancelled' as is_cancelled,
    -- nobody is late with what was called off
    case
        when actions.status <> 'cancelled'
            then {{ is_past_due('actions.due_on', 'actions.closed_on', 'as_of.as_of') }}
    end as is_overdue
from actions
cross join as_of
left join recommendations
    on actions.recommendation = recommendations.code
