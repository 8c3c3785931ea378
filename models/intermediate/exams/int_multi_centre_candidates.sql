with

attempts as (
    select * from {{ ref('int_exam_attempts') }}
),

rules as (
    select value as least_centres
    from {{ ref('rules') }}
    where rule_key = 'multi_centre_minimum'
),

candidate_centres as (
    select
        exam,
        cast(date_trunc('year', month_start) as date) as year_start,
        candidate_token,
        centre_code,
        region_code
    from attempts
    where is_counting
    group by 1, 2, 3, 4, 5
),

multi_centre as (
    select
        candidate_centres.exam,
        candidate_centres.year_start,
        candidate_centres.candidate_token,
        count(*) as centres
    from candidate_centres
    group by 1, 2, 3
    having count(*) >= (select rules.least_centres from rules)
)

select
    candidate_centres.exam,
    candidate_centres.year_start,
    candidate_centres.candidate_token,
    candidate_centres.region_code,
    max(multi_centre.centres) as centres
from candidate_centres
inner join multi_centre
    on
        candidate_centres.exam = multi_centre.exam
        and candidate_centres.year_start = multi_centre.year_start
        and candidate_centres.candidate_token = multi_centre.candidate_token
group by 1, 2, 3, 4
