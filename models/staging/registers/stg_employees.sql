with

delivered as (
    select * from {{ source('raw', 'employees') }}
),

spellings as (
    select * from {{ ref('region_spellings') }}
),

newest as (
    {{ newest_version('delivered') }}
),

renamed as (
    select
        newest.employee_id,
        newest.iin as token,
        newest.iin_is_valid as token_is_valid,
        {{ own_region_code('newest.region', 'spellings.region_code') }} as region_code,
        newest.centre_code,
        {{ known_code('employees', 'newest.position_group') }} as position_group,
        newest.supervisor_id,
        newest.hired_on,
        newest.left_on,
        newest._business_key,
        newest._delivery_id,
        newest._row_number
    from newest
    left join spellings
        on {{ region_spelling('newest.region') }} = spellings.spelling
)

select * from renamed
