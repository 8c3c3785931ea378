select
    action_id,
    recommendation,
    owner,
    assigned_on,
    month_start,
    due_on,
    closed_on,
    status,
    is_overdue
from {{ ref('int_recommendation_actions') }}
