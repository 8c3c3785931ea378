with

attempts as (
    select * from {{ ref('int_exam_attempts') }}
)

select
    month_start,
    region_code,
    exam,
    result,
    out_of_hours_cause,
    count(*) as attempts,
    count(finished_at) as attempts_with_end,
    count(*) filter (where is_under_5_min) as under_5_min,
    count(*) filter (where is_started_out_of_hours) as started_out_of_hours,
    count(*) filter (where is_day_off) as on_day_off,
    count(is_without_theory_pass) as theory_pass_assessable,
    count(*) filter (where is_without_theory_pass) as without_theory_pass,
    count(*) filter (where is_first_counting_practical) as first_practicals
from attempts
where is_counting
group by 1, 2, 3, 4, 5
