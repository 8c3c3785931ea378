{{ config(materialized='view') }}

-- A view: the rows already stand in int_service_applications, and publishing copies them once more.
select
    application_id,
    service,
    centre_code,
    region_code,
    employee_id,
    applicant_token,
    applicant_token_is_valid,
    month_start,
    opened_at,
    closed_at,
    status,
    is_refusal_overturned,
    medical_certificate,
    training_certificate,
    driving_school,
    is_manual_override,
    suspended_at,
    resumed_at,
    resumed_by,
    is_foreign_power_of_attorney,
    licence_attempt_id,
    is_licence_issued,
    licence_wait_days,
    is_without_medical_certificate,
    is_without_training_certificate,
    is_stuck,
    is_resumed_out_of_hours,
    is_self_or_relative_service
from {{ ref('int_service_applications') }}
