with

delivered as (
    select * from {{ source('raw', 'court_cases') }}
),

spellings as (
    select * from {{ ref('region_spellings') }}
),

newest as (
    {{ newest_version('delivered') }}
),

renamed as (
    select
        newest.case_number,
        newest.filed_on,
        newest.court_name,
        {{ own_region_code('newest.region', 'spellings.region_code') }} as region_code,
        newest.centre_code,
        {{ known_code('court_cases', 'newest.proceeding') }} as proceeding,
        newest.subject,
        {{ known_code('court_cases', 'newest.outcome') }} as outcome,
        newest.decided_on,
        {{ known_code('court_cases', 'newest.root_cause') }} as root_cause,
        newest.claim_kzt,
        newest._business_key,
        newest._delivery_id,
        newest._row_number
    from newest
    left join spellings
        on {{ region_spelling('newest.region') }} = spellings.spelling
)

select * from renamed
