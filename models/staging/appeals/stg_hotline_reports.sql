with

delivered as (
    select * from {{ source('raw', 'hotline_reports') }}
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
        located.report_id,
        {{ civil_time('located.received_at', 'zones.timezone') }} as received_at,
        located.region_code,
        located.known_centre_code as centre_code,
        {{ known_code('hotline_reports', 'located.topic') }} as topic,
        located.corruption_confirmed,
        located.forwarded_to_law_enforcement,
        located._business_key,
        located._delivery_id,
        located._row_number
    from located
    inner join zones
        on coalesce(located.centre_region_code, located.region_code) = zones.region_code
)

select * from renamed
