with

delivered as (
    select * from {{ source('raw', 'audit_findings') }}
),

spellings as (
    select * from {{ ref('region_spellings') }}
),

newest as (
    {{ newest_version('delivered') }}
),

renamed as (
    select
        newest.finding_id,
        newest.found_on,
        {{ own_region_code('newest.region', 'spellings.region_code') }} as region_code,
        {{ known_code('audit_findings', 'newest.process') }} as process,
        {{ known_code('audit_findings', 'newest.severity') }} as severity,
        newest.amount_kzt,
        newest.fuel_litres,
        newest.due_on,
        newest.closed_on,
        newest._business_key,
        newest._delivery_id,
        newest._row_number
    from newest
    left join spellings
        on {{ region_spelling('newest.region') }} = spellings.spelling
)

select * from renamed
