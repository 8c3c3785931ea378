with

refused as (
    select * from {{ source('raw', 'quarantine') }}
),

contract_columns as (
    select * from {{ source('raw', 'contract_columns') }}
),

spellings as (
    select * from {{ ref('region_spellings') }}
),

keyed_by_region as (
    select distinct source
    from contract_columns
    where is_key and type = 'region'
),

-- the raw value stays in raw
renamed as (
    select
        refused.source,
        refused.delivery_id,
        refused.row_number,
        refused.column_name,
        refused.reason,
        refused.business_key,
        case
            when keyed_by_region.source is not null
                then {{ own_region_code('refused.business_key_region', 'spellings.region_code') }}
        end as key_region_code
    from refused
    left join keyed_by_region
        on refused.source = keyed_by_region.source
    left join spellings
        on {{ region_spelling('refused.business_key_region') }} = spellings.spelling
)

select * from renamed
