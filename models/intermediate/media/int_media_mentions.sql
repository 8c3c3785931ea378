with

mentions as (
    select * from {{ ref('stg_media_mentions') }}
),

mention_themes as (
    select * from {{ ref('int_media_mention_themes') }}
),

text_regions as (
    select * from {{ ref('int_media_text_regions') }}
),

themes as (
    select
        mention_id,
        max(case when theme = 'exam_bribery' then 1 else 0 end) = 1 as is_exam_bribery,
        max(case when theme = 'illegal_licence' then 1 else 0 end) = 1 as is_illegal_licence,
        max(case when theme = 'illegal_registration' then 1 else 0 end) = 1 as is_illegal_registration,
        max(case when theme = 'intermediaries' then 1 else 0 end) = 1 as is_intermediaries,
        max(case when theme = 'criminal_prosecution' then 1 else 0 end) = 1 as is_criminal_prosecution,
        max(case when theme = 'other' then 1 else 0 end) = 1 as is_other
    from mention_themes
    group by 1
),

read as (
    select
        mentions.mention_id,
        mentions.published_at,
        cast(date_trunc('month', mentions.published_at) as date) as month_start,
        mentions.medium,
        mentions.outlet,
        mentions.language,
        mentions.url,
        mentions.sentiment,
        case
            when mentions.is_region_delivered then mentions.region_code
            else coalesce(text_regions.region_code, 'HQ')
        end as region_code,
        case
            when mentions.is_region_delivered then 'delivered'
            when text_regions.region_code is not null then 'text'
            else 'none'
        end as region_source,
        themes.mention_id is not null as is_relevant,
        coalesce(themes.is_exam_bribery, false) as is_exam_bribery,
        coalesce(themes.is_illegal_licence, false) as is_illegal_licence,
        coalesce(themes.is_illegal_registration, false) as is_illegal_registration,
        coalesce(themes.is_intermediaries, false) as is_intermediaries,
        coalesce(themes.is_criminal_prosecution, false) as is_criminal_prosecution,
        coalesce(themes.is_other, false) as is_other
    from mentions
    left join themes
        on mentions.mention_id = themes.mention_id
    left join text_regions
        on mentions.mention_id = text_regions.mention_id
),

judged as (
    select
        read.*,
        case
            when not is_relevant then 'not_relevant'
            when sentiment <> 'unknown' then 'monitor_mark'
            else 'themes'
        end as negative_basis
    from read
)

select
    judged.*,
    case negative_basis
        when 'monitor_mark' then sentiment = 'negative'
        when 'themes' then not is_other
        else false
    end as is_negative
from judged
