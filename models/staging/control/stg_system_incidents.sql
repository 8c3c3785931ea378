with

delivered as (
    select * from {{ source('raw', 'system_incidents') }}
),

centres as (
    select * from {{ ref('stg_centres') }}
),

zones as (
    select * from {{ ref('regions') }}
),

newest as (
    {{ newest_version('delivered') }}
),

located as (
    select
        newest.*,
        -- what stands in no centre stands in the central office
        case when newest.centre_code is null then 'HQ' else coalesce(centres.region_code, 'unknown') end as region_code
    from newest
    left join centres
        on newest.centre_code = centres.centre_code
),

renamed as (
    select
        located.incident_id,
        {{ civil_time('located.started_at', 'zones.timezone') }} as started_at,
        {{ civil_time('located.ended_at', 'zones.timezone') }} as ended_at,
        located.centre_code,
        located.region_code,
        {{ known_code('system_incidents', 'located.system') }} as system,
        {{ known_code('system_incidents', 'located.kind') }} as kind,
        located._business_key,
        located._delivery_id,
        located._row_number
    from located
    inner join zones
        on located.region_code = zones.region_code
)

select * from renamed
