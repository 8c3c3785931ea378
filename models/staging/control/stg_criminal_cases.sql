with

delivered as (
    select * from {{ source('raw', 'criminal_cases') }}
),

spellings as (
    select * from {{ ref('region_spellings') }}
),

newest as (
    {{ newest_version('delivered') }}
),

renamed as (
    select
        newest.case_id,
        newest.opened_on,
        {{ own_region_code('newest.region', 'spellings.region_code') }} as region_code,
        {{ known_code('criminal_cases', 'newest.service') }} as service,
        {{ known_code('criminal_cases', 'newest.scheme') }} as scheme,
        {{ known_code('criminal_cases', 'newest.stage') }} as stage,
        newest.stage_updated_on,
        newest.damage_kzt,
        newest.vehicles,
        newest.employees_involved,
        newest.employee_id,
        newest.manager_penalised,
        newest._business_key,
        newest._delivery_id,
        newest._row_number
    from newest
    left join spellings
        on {{ region_spelling('newest.region') }} = spellings.spelling
)

select * from renamed
