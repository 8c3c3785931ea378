with

theory as (
    select * from {{ ref('stg_theory_exams') }}
),

practical as (
    select * from {{ ref('stg_practical_exams') }}
),

rules as (
    select cast(value as integer) as theory_pass_valid_months
    from {{ ref('rules') }}
    where rule_key = 'theory_pass_valid_months'
),

-- A pass older than the first day of the log cannot be looked up: until its term has run out, that there is none in the
-- log says nothing.
theory_log as (
    select
        {{ dateadd(
            'month', 'max(rules.theory_pass_valid_months)', 'cast(min(cast(theory.started_at as date)) as timestamp)'
        ) }} as assessable_from
    from theory
    cross join rules
),

-- Attempts and passes in one line of time, so that one window finds the latest pass before each attempt. A join over
-- the range would grow with the square of a candidate's exams. At the same second the attempt comes first: a pass
-- must lie before the start.
events as (
    select
        candidate_token,
        started_at as event_at,
        1 as event_order,
        attempt_id,
        cast(null as timestamp) as passed_at
    from practical
    where {{ is_counting_result('result') }}

    union all

    select
        candidate_token,
        started_at as event_at,
        2 as event_order,
        cast(null as varchar) as attempt_id,
        started_at as passed_at
    from theory
    where result = 'passed'
),

lines as (
    select
        attempt_id,
        event_at as started_at,
        max(passed_at) over candidate_line as latest_theory_pass_at,
        count(attempt_id) over candidate_line as attempt_number
    from events
    window candidate_line as (
        partition by candidate_token
        order by event_at, event_order, attempt_id
        rows between unbounded preceding and current row
    )
),

attempts as (
    select
        lines.attempt_id,
        lines.started_at,
        lines.latest_theory_pass_at,
        lines.attempt_number,
        lines.latest_theory_pass_at >= {{ dateadd('month', '-rules.theory_pass_valid_months', 'lines.started_at') }}
            as has_theory_pass
    from lines
    cross join rules
    where lines.attempt_id is not null
)

select
    attempts.attempt_id,
    attempts.latest_theory_pass_at,
    case
        when attempts.has_theory_pass then false
        when attempts.started_at >= theory_log.assessable_from then true
    end as is_without_theory_pass,
    attempts.attempt_number = 1 as is_first_counting_practical
from attempts
cross join theory_log
