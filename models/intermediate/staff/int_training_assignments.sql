with

training as (
    select * from {{ ref('stg_training_records') }}
),

as_of as (
    select * from {{ ref('int_as_of') }}
)

select
    training.employee_id,
    training.course_code,
    training.assigned_on,
    cast(date_trunc('month', training.assigned_on) as date) as month_start,
    training.region_code,
    training.completed_on,
    training.test_score_pct,
    -- a course without a test is completed without a score
    coalesce(training.completed_on <= as_of.as_of, false)
    and coalesce(training.test_score_pct >= {{ rule('training_pass_score_pct') }}, true) as is_completed
from training
cross join as_of
