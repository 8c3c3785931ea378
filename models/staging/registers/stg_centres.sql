with

delivered as (
    select * from {{ source('raw', 'centres') }}
),

spellings as (
    select * from {{ ref('region_spellings') }}
),

newest as (
    {{ newest_version('delivered') }}
),

renamed as (
    select
        newest.centre_code,
        {{ own_region_code('newest.region', 'spellings.region_code') }} as region_code,
        newest.name_kk,
        newest.name_ru,
        newest.weekday_opens_at,
        newest.weekday_closes_at,
        newest.saturday_opens_at,
        newest.saturday_closes_at,
        newest.autodrome_count,
        newest.exam_vehicle_count,
        newest._business_key,
        newest._delivery_id,
        newest._row_number
    from newest
    left join spellings
        on {{ region_spelling('newest.region') }} = spellings.spelling
)

select * from renamed
