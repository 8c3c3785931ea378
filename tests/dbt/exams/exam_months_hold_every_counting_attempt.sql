-- Every passed or failed attempt of either log is in the cube once: no join dropped or doubled it.
with

logged as (
    select
        'theory' as exam,
        count(*) filter (where result in ('passed', 'failed')) as attempts
    from {{ ref('stg_theory_exams') }}

    union all

    select
        'practical' as exam,
        count(*) filter (where result in ('passed', 'failed')) as attempts
    from {{ ref('stg_practical_exams') }}
),

counted as (
    select
        exam,
        sum(attempts) as attempts
    from {{ ref('int_exam_months') }}
    group by 1
)

select
    logged.exam,
    logged.attempts,
    counted.attempts as attempts_counted
from logged
left join counted
    on logged.exam = counted.exam
where logged.attempts <> coalesce(counted.attempts, 0)
