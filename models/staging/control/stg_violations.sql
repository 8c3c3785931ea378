with

delivered as (
    select * from {{ source('raw', 'violations') }}
),

spellings as (
    select * from {{ ref('region_spellings') }}
),

newest as (
    {{ newest_version('delivered') }}
),

renamed as (
    select
        newest.violation_id,
        newest.detected_on,
        {{ own_region_code('newest.region', 'spellings.region_code') }} as region_code,
        newest.centre_code,
        {{ known_code('violations', 'newest.service') }} as service,
        {{ known_code('violations', 'newest.kind') }} as kind,
        newest.employee_id,
        newest._business_key,
        newest._delivery_id,
        newest._row_number
    from newest
    left join spellings
        on {{ region_spelling('newest.region') }} = spellings.spelling
)

select * from renamed
