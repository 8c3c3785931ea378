with

delivered as (
    select * from {{ source('raw', 'control_checks') }}
),

spellings as (
    select * from {{ ref('region_spellings') }}
),

newest as (
    {{ newest_version('delivered') }}
),

renamed as (
    select
        newest.check_id,
        newest.checked_on,
        {{ own_region_code('newest.region', 'spellings.region_code') }} as region_code,
        newest.centre_code,
        {{ known_code('control_checks', 'newest.subject') }} as subject,
        {{ known_code('control_checks', 'newest.trigger') }} as trigger,
        newest.objects_checked,
        newest.violations_found,
        newest._business_key,
        newest._delivery_id,
        newest._row_number
    from newest
    left join spellings
        on {{ region_spelling('newest.region') }} = spellings.spelling
)

select * from renamed
