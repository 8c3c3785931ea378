with

mentions as (
    select * from {{ ref('int_media_mentions') }}
),

mention_themes as (
    select * from {{ ref('int_media_mention_themes') }}
),

relevant as (
    select *
    from mentions
    where is_relevant
),

breakdowns as (
    select
        mention_id,
        'all' as breakdown,
        'all' as breakdown_value
    from relevant
    union all
    select
        mention_id,
        'medium' as breakdown,
        medium as breakdown_value
    from relevant
    union all
    select
        mention_id,
        'theme' as breakdown,
        theme as breakdown_value
    from mention_themes
),

counted as (
    select
        'media_mentions' as metric_key,
        relevant.month_start,
        relevant.region_code,
        breakdowns.breakdown,
        breakdowns.breakdown_value
    from relevant
    inner join breakdowns
        on relevant.mention_id = breakdowns.mention_id
    union all
    select
        'negative_mentions' as metric_key,
        relevant.month_start,
        relevant.region_code,
        breakdowns.breakdown,
        breakdowns.breakdown_value
    from relevant
    inner join breakdowns
        on relevant.mention_id = breakdowns.mention_id
    where
        relevant.is_negative
        and breakdowns.breakdown <> 'medium'
)

select
    metric_key,
    month_start,
    region_code,
    breakdown,
    breakdown_value,
    cast(count(*) as double) as value,
    cast(null as double) as numerator,
    cast(null as double) as denominator
from counted
group by 1, 2, 3, 4, 5
