with

delivered as (
    select * from {{ source('raw', 'media_mentions') }}
),

spellings as (
    select * from {{ ref('region_spellings') }}
),

regions as (
    select * from {{ ref('regions') }}
),

newest as (
    select *
    from (
        select
            *,
            row_number() over (partition by _business_key order by _delivery_id desc, _row_number desc) as version
        from delivered
    ) as versions
    where version = 1
),

resolved as (
    select
        newest.*,
        {{ own_region_code('newest.region', 'spellings.region_code') }} as region_code
    from newest
    left join spellings
        on {{ region_spelling('newest.region') }} = spellings.spelling
),

renamed as (
    select
        resolved.mention_id,
        {{ civil_time('resolved.published_at', 'regions.timezone') }} as published_at,
        {{ known_code('media_mentions', 'resolved.medium') }} as medium,
        resolved.outlet,
        {{ known_code('media_mentions', 'resolved.language') }} as language,
        resolved.url,
        resolved.title,
        resolved.body,
        {{ known_code('media_mentions', 'resolved.sentiment') }} as sentiment,
        resolved.region_code,
        resolved.region is not null as is_region_delivered,
        resolved._business_key,
        resolved._delivery_id,
        resolved._row_number
    from resolved
    inner join regions
        on resolved.region_code = regions.region_code
)

select * from renamed
