with

delivered as (
    select * from {{ source('raw', 'smart_data_ukimet_monthly') }}
),

spellings as (
    select * from {{ ref('region_spellings') }}
),

-- the region is part of the key, so it is resolved before the newest version is taken
located as (
    select
        delivered.*,
        {{ own_region_code('delivered.region', 'spellings.region_code') }} as region_code
    from delivered
    left join spellings
        on {{ region_spelling('delivered.region') }} = spellings.spelling
),

newest as (
    {{ newest_version('located', key='_business_key, region_code') }}
),

renamed as (
    select
        newest.month,
        newest.region_code,
        {{ known_code('smart_data_ukimet_monthly', 'newest.kind') }} as kind,
        newest.appeals,
        newest._business_key,
        newest._delivery_id,
        newest._row_number
    from newest
)

select * from renamed
