with

outcomes as (
    select * from {{ ref('int_media_outcomes') }}
),

relevant as (
    select mention_id
    from outcomes
    where outcome = 'relevance'
),

themes as (
    select
        mention_id,
        outcome as theme
    from outcomes
    where outcome <> 'relevance'
)

select
    relevant.mention_id,
    coalesce(themes.theme, 'other') as theme
from relevant
left join themes
    on relevant.mention_id = themes.mention_id
