with

delivered as (
    select * from {{ source('raw', 'vehicle_registrations') }}
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
        located.registration_id,
        located.application_id,
        {{ civil_time('located.registered_at', 'zones.timezone') }} as registered_at,
        located.centre_code,
        located.region_code,
        located.employee_id,
        located.vin,
        located.plate,
        located.attractive_plate,
        located.owner_iin as owner_token,
        located.owner_iin_is_valid as owner_token_is_valid,
        located.foreign_documents,
        located.foreign_documents_verified,
        located.declared_year,
        located.customs_year,
        located.fee_receipt,
        located.fee_due_kzt,
        located._business_key,
        located._delivery_id,
        located._row_number
    from located
    inner join zones
        on located.region_code = zones.region_code
)

select * from renamed
