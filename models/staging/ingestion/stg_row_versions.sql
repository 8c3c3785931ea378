with

row_versions as (
    select * from {{ source('raw', 'row_versions') }}
),

spellings as (
    select * from {{ ref('region_spellings') }}
),

renamed as (
    select
        row_versions.source,
        row_versions.business_key,
        case
            when row_versions.is_keyed_by_region
                then {{ own_region_code('row_versions.key_region', 'spellings.region_code') }}
        end as key_region_code,
        row_versions.delivery_id,
        row_versions.row_number
    from row_versions
    left join spellings
        on {{ region_spelling('row_versions.key_region') }} = spellings.spelling
)

select * from renamed
