{% set microseconds_per_day = 86400 * 1000000 %}

with

applications as (
    select * from {{ ref('stg_service_applications') }}
),

employees as (
    select * from {{ ref('stg_employees') }}
),

relatives as (
    select * from {{ ref('stg_declared_relatives') }}
),

centre_days as (
    select * from {{ ref('int_centre_days') }}
),

shared_certificates as (
    select * from {{ ref('int_certificate_uses') }}
),

shared_medical as (
    select certificate_number
    from shared_certificates
    where certificate = 'medical'
),

shared_training as (
    select certificate_number
    from shared_certificates
    where certificate = 'training'
),

-- whom an employee may not serve
close_people as (
    select
        employee_id,
        token
    from employees
    where token is not null
    union distinct
    select
        employee_id,
        relative_token as token
    from relatives
),

marked as (
    select
        applications.*,
        cast(date_trunc('month', applications.opened_at) as date) as month_start,
        applications.service = 'driving_licence' and applications.status = 'completed' as is_licence_issued,
        applications.medical_certificate is null
        or (shared_medical.certificate_number is not null and applications.applicant_token is not null)
            as lacks_medical_certificate,
        applications.training_certificate is null
        or (shared_training.certificate_number is not null and applications.applicant_token is not null)
            as lacks_training_certificate,
        applications.suspended_at is not null as is_stuck,
        applications.suspended_at is not null
        and applications.resumed_at is not null
        and centre_days.centre_code is not null as is_resumption_assessable,
        -- no opening time is a day off: outside at any hour
        coalesce(
            applications.resumed_at < centre_days.opens_at or applications.resumed_at >= centre_days.closes_at, true
        ) as is_resumed_outside,
        close_people.token is not null as is_close_person
    from applications
    left join shared_medical
        on applications.medical_certificate = shared_medical.certificate_number
    left join shared_training
        on applications.training_certificate = shared_training.certificate_number
    left join centre_days
        on
            applications.centre_code = centre_days.centre_code
            and cast(applications.resumed_at as date) = centre_days.civil_date
    left join close_people
        on
            applications.employee_id = close_people.employee_id
            and applications.applicant_token = close_people.token
)

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
    coalesce(refusal_overturned, false) as is_refusal_overturned,
    medical_certificate,
    training_certificate,
    driving_school,
    coalesce(manual_override, false) as is_manual_override,
    suspended_at,
    resumed_at,
    resumed_by,
    coalesce(foreign_power_of_attorney, false) as is_foreign_power_of_attorney,
    licence_attempt_id,
    is_licence_issued,
    case
        when is_licence_issued
            then {{ datediff('opened_at', 'closed_at', 'microsecond') }} / cast({{ microseconds_per_day }} as double)  -- noqa: LT05
    end as licence_wait_days,
    case when is_licence_issued then lacks_medical_certificate end as is_without_medical_certificate,
    case when is_licence_issued then lacks_training_certificate end as is_without_training_certificate,
    is_stuck,
    case when is_resumption_assessable then is_resumed_outside end as is_resumed_out_of_hours,
    case
        when employee_id is not null and applicant_token is not null
            then is_close_person
    end as is_self_or_relative_service
from marked
