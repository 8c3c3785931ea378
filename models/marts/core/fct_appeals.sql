select
    appeal_id,
    registered_at,
    month_start,
    region_code,
    centre_code,
    kind,
    topic,
    applicant_token,
    due_on,
    closed_on,
    outcome,
    is_in_sample_check,
    is_overdue
from {{ ref('int_appeals') }}
