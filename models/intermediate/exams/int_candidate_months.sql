with

attempts as (
    select * from {{ ref('int_exam_attempts') }}
),

rules as (
    select
        max(value) filter (where rule_key = 'practical_month_limit') as month_limit,
        max(value) filter (where rule_key = 'practical_two_month_limit') as two_month_limit
    from {{ ref('rules') }}
),

candidate_months as (
    select
        candidate_token,
        month_start,
        max_by(region_code, (started_at, attempt_id)) as region_code,
        count(*) as attempts
    from attempts
    where
        exam = 'practical'
        and is_counting
    group by 1, 2
),

with_month_before as (
    select
        *,
        case
            when lag(month_start) over candidate_line = month_start - interval '1' month
                then lag(attempts) over candidate_line
            else 0
        end as attempts_month_before
    from candidate_months
    window candidate_line as (partition by candidate_token order by month_start)
)

select
    with_month_before.candidate_token,
    with_month_before.month_start,
    with_month_before.region_code,
    with_month_before.attempts,
    with_month_before.attempts + with_month_before.attempts_month_before as attempts_two_months,
    with_month_before.attempts > rules.month_limit as is_over_month_limit,
    with_month_before.attempts + with_month_before.attempts_month_before > rules.two_month_limit
        as is_over_two_month_limit
from with_month_before
cross join rules
