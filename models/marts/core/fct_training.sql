select
    employee_id,
    course_code,
    assigned_on,
    month_start,
    region_code,
    completed_on,
    test_score_pct,
    is_completed
from {{ ref('int_training_assignments') }}
