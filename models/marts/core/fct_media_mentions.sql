with

mentions as (
    select * from {{ ref('int_media_mentions') }}
)

select
    mention_id,
    published_at,
    month_start,
    medium,
    outlet,
    language,
    url,
    region_code,
    region_source,
    sentiment,
    is_relevant,
    is_exam_bribery,
    is_illegal_licence,
    is_illegal_registration,
    is_intermediaries,
    is_criminal_prosecution,
    is_other,
    is_negative,
    negative_basis
from mentions
