with

delivered as (
    select * from {{ source('raw', 'service_applications') }}
),

centres as (
    select * from {{ ref('stg_centres') }}
),

zones as (
    select * from {{ ref('regions') }}
),

newest as (
    {{ newest_version('delivered') }}
),

located as (
    select
        newest.*,
        coalesce(centres.region_code, 'unknown') as region_code
    from newest
    left join centres
        on newest.centre_code = centres.centre_code
),

renamed as (
    select
        located.application_id,
        {{ known_code('service_applications', 'located.service') }} as service,
        located.centre_code,
        located.region_code,
        located.employee_id,
        located.applicant_iin as applicant_token,
        located.applicant_iin_is_valid as applicant_token_is_valid,
        {{ civil_time('located.opened_at', 'zones.timezone') }} as opened_at,
        {{ civil_time('located.closed_at', 'zones.timezone') }} as closed_at,
        {{ known_code('service_applications', 'located.status') }} as status,
        located.refusal_overturned,
        located.medical_certificate,
        located.training_certificate,
        located.driving_school,
        located.manual_override,
        {{ civil_time('located.suspended_at', 'zones.timezone') }} as suspended_at,
        {{ civil_time('located.resumed_at', 'zones.timezone') }} as resumed_at,
        {{ known_code('service_applications', 'located.resumed_by') }} as resumed_by,
        located.foreign_power_of_attorney,
        located.licence_attempt_id,
        located._business_key,
        located._delivery_id,
        located._row_number
    from located
    inner join zones
        on located.region_code = zones.region_code
)

select * from renamed
