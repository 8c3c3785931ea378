with

theory as (
    select * from {{ ref('stg_theory_exams') }}
),

practical as (
    select * from {{ ref('stg_practical_exams') }}
),

histories as (
    select * from {{ ref('int_practical_histories') }}
),

centre_days as (
    select * from {{ ref('int_centre_days') }}
),

rules as (
    select value as short_theory_exam_seconds
    from {{ ref('rules') }}
    where rule_key = 'short_theory_exam_seconds'
),

logged as (
    select
        'theory' as exam,
        theory.*,
        cast(null as timestamp) as latest_theory_pass_at,
        cast(null as boolean) as is_without_theory_pass,
        cast(null as boolean) as is_first_counting_practical
    from theory

    union all

    select
        'practical' as exam,
        practical.*,
        histories.latest_theory_pass_at,
        histories.is_without_theory_pass,
        histories.is_first_counting_practical
    from practical
    left join histories
        on practical.attempt_id = histories.attempt_id
),

timed as (
    select
        *,
        cast(date_trunc('month', started_at) as date) as month_start,
        coalesce(recorded_at, finished_at, started_at) as reported_at,
        {{ is_counting_result('result') }} as is_counting,
        {{ datediff('started_at', 'finished_at', 'microsecond') }}
        / 1e6 as duration_seconds
    from logged
),

placed_in_day as (
    select
        timed.*,
        timed.is_counting
        and started_day.centre_code is not null
        and reported_day.centre_code is not null as is_working_time_assessable,
        not started_day.is_working_day as is_started_on_day_off,
        -- No opening time is a day off: outside at any hour.
        coalesce(timed.started_at < started_day.opens_at or timed.started_at >= started_day.closes_at, true)
            as is_started_outside,
        coalesce(timed.reported_at < reported_day.opens_at or timed.reported_at >= reported_day.closes_at, true)
            as is_reported_outside
    from timed
    left join centre_days as started_day
        on
            timed.centre_code = started_day.centre_code
            and cast(timed.started_at as date) = started_day.civil_date
    left join centre_days as reported_day
        on
            timed.centre_code = reported_day.centre_code
            and cast(timed.reported_at as date) = reported_day.civil_date
)

select
    placed_in_day.exam,
    placed_in_day.attempt_id,
    placed_in_day.candidate_token,
    placed_in_day.candidate_token_is_valid,
    placed_in_day.centre_code,
    placed_in_day.is_registered_centre,
    placed_in_day.region_code,
    placed_in_day.category,
    placed_in_day.month_start,
    placed_in_day.started_at,
    placed_in_day.finished_at,
    placed_in_day.recorded_at,
    placed_in_day.reported_at,
    placed_in_day.result,
    placed_in_day.is_counting,
    placed_in_day.score,
    placed_in_day.examiner_id,
    placed_in_day.workstation,
    placed_in_day.driving_school,
    placed_in_day.duration_seconds,
    case
        when placed_in_day.exam = 'theory' and placed_in_day.is_counting
            then placed_in_day.duration_seconds < rules.short_theory_exam_seconds
    end as is_under_5_min,
    placed_in_day.is_working_time_assessable,
    case when placed_in_day.is_working_time_assessable then placed_in_day.is_reported_outside end
        as is_reported_out_of_hours,
    case when placed_in_day.is_working_time_assessable then placed_in_day.is_started_outside end
        as is_started_out_of_hours,
    case
        when not placed_in_day.is_working_time_assessable or not placed_in_day.is_reported_outside then null
        when placed_in_day.is_started_outside then 'exam_out_of_hours'
        else 'late_status_update'
    end as out_of_hours_cause,
    case when placed_in_day.is_working_time_assessable then placed_in_day.is_started_on_day_off end as is_day_off,
    placed_in_day.latest_theory_pass_at,
    placed_in_day.is_without_theory_pass,
    placed_in_day.is_first_counting_practical
from placed_in_day
cross join rules
