{{ config(materialized='view') }}

-- A view: the rows already stand in int_exam_attempts, and publishing copies them once more.
select
    exam,
    attempt_id,
    candidate_token,
    candidate_token_is_valid,
    centre_code,
    is_registered_centre,
    region_code,
    category,
    month_start,
    started_at,
    finished_at,
    recorded_at,
    reported_at,
    result,
    is_counting,
    score,
    examiner_id,
    workstation,
    driving_school,
    duration_seconds,
    is_under_5_min,
    is_working_time_assessable,
    is_reported_out_of_hours,
    is_started_out_of_hours,
    out_of_hours_cause,
    is_day_off,
    latest_theory_pass_at,
    is_without_theory_pass,
    is_first_counting_practical
from {{ ref('int_exam_attempts') }}
