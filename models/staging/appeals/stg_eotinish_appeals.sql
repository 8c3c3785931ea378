with

delivered as (
    select * from {{ source('raw', 'eotinish_appeals') }}
),

spellings as (
    select * from {{ ref('region_spellings') }}
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
        {{ own_region_code('newest.region', 'spellings.region_code') }} as region_code,
        centres.region_code as centre_region_code,
        -- what is no code of the register may be a text of the person's in a wrong column
        case when newest.centre_code is not null then coalesce(centres.centre_code, 'unknown') end as known_centre_code
    from newest
    left join spellings
        on {{ region_spelling('newest.region') }} = spellings.spelling
    left join centres
        on newest.centre_code = centres.centre_code
),

renamed as (
    select
        located.appeal_id,
        {{ civil_time('located.registered_at', 'zones.timezone') }} as registered_at,
        {{ known_code('eotinish_appeals', 'located.kind') }} as kind,
        located.region_code,
        located.known_centre_code as centre_code,
        {{ known_code('eotinish_appeals', 'located.topic') }} as topic,
        located.applicant_iin as applicant_token,
        located.applicant_iin_is_valid as applicant_token_is_valid,
        located.due_on,
        located.closed_on,
        {{ known_code('eotinish_appeals', 'located.outcome') }} as outcome,
        located.in_sample_check,
        located._business_key,
        located._delivery_id,
        located._row_number
    from located
    inner join zones
        on coalesce(located.centre_region_code, located.region_code) = zones.region_code
)

select * from renamed
