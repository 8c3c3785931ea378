with

delivered as (
    select * from {{ source('raw', 'recommendation_actions') }}
),

newest as (
    {{ newest_version('delivered') }}
),

renamed as (
    select
        newest.action_id,
        newest.recommendation,
        newest.owner,
        newest.assigned_on,
        newest.due_on,
        newest.closed_on,
        {{ known_code('recommendation_actions', 'newest.status') }} as status,
        newest._business_key,
        newest._delivery_id,
        newest._row_number
    from newest
)

select * from renamed
