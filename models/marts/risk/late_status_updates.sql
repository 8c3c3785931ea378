with

attempts as (
    select * from {{ ref('int_exam_attempts') }}
    where is_counting
)

select
    centre_code,
    region_code,
    month_start,
    exam,
    cast(count(*) as integer) as attempts,
    cast(count(*) filter (where not is_working_time_assessable) as integer) as not_assessable,
    cast(count(*) filter (where is_reported_out_of_hours) as integer) as reported_out_of_hours,
    cast(count(*) filter (where out_of_hours_cause = 'late_status_update') as integer) as late_updates,
    cast(count(*) filter (where out_of_hours_cause = 'exam_out_of_hours') as integer) as exams_reported_out_of_hours,
    cast(count(*) filter (where is_started_out_of_hours) as integer) as started_out_of_hours,
    cast(count(*) filter (where is_started_out_of_hours and result = 'passed') as integer) as started_out_of_hours_passed,
    100.0 * count(*) filter (where out_of_hours_cause = 'late_status_update')
    / nullif(cast(count(*) filter (where is_reported_out_of_hours) as double), 0) as late_update_pct
from attempts
group by 1, 2, 3, 4
