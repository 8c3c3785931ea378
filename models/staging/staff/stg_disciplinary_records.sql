with

delivered as (
    select * from {{ source('raw', 'disciplinary_records') }}
),

spellings as (
    select * from {{ ref('region_spellings') }}
),

newest as (
    {{ newest_version('delivered') }}
),

renamed as (
    select
        newest.record_id,
        newest.employee_id,
        newest.imposed_on,
        {{ own_region_code('newest.region', 'spellings.region_code') }} as region_code,
        newest.centre_code,
        {{ known_code('disciplinary_records', 'newest.position_group') }} as position_group,
        {{ known_code('disciplinary_records', 'newest.penalty') }} as penalty,
        {{ known_code('disciplinary_records', 'newest.ground') }} as ground,
        newest.lifted_on,
        newest._business_key,
        newest._delivery_id,
        newest._row_number
    from newest
    left join spellings
        on {{ region_spelling('newest.region') }} = spellings.spelling
)

select * from renamed
