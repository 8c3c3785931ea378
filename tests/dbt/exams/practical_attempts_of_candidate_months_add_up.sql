-- A candidate's months hold every counting practical attempt, and every candidate has one first attempt.
with

candidate_months as (
    select
        coalesce(sum(attempts), 0) as attempts,
        count(distinct candidate_token) as candidates
    from {{ ref('int_candidate_months') }}
),

exam_months as (
    select
        coalesce(sum(attempts), 0) as attempts,
        coalesce(sum(first_practicals), 0) as candidates
    from {{ ref('int_exam_months') }}
    where exam = 'practical'
)

select
    candidate_months.attempts,
    candidate_months.candidates,
    exam_months.attempts as attempts_counted,
    exam_months.candidates as first_attempts
from candidate_months
cross join exam_months
where
    candidate_months.attempts <> exam_months.attempts
    or candidate_months.candidates <> exam_months.candidates
