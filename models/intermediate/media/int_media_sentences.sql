with

mentions as (
    select * from {{ ref('stg_media_mentions') }}
),

lowered as (
    select
        mention_id,
        replace(lower(title || '. ' || coalesce(body, '')), 'ё', 'е') as text
    from mentions
),

-- The dot of an abbreviation ends no sentence, and the abbreviation ("г." city, "тыс." thousand) says nothing here.
unabbreviated as (
    select
        mention_id,
        {{ regexp_replace_all("text", "(^|[^а-яәіңғүұқөһ])(г|қ|ул|көш|пр|ст|им|тыс|млн|млрд)[.] ", " ") }} as text
    from lowered
),

marked as (
    select
        mention_id,
        {{ regexp_replace_all("text", "[.!?…;]+[»”)\"]*(\\s|$)|[\\r\\n]+", "|") }} as text
    from unabbreviated
),

spaced as (
    select
        mention_id,
        {{ regexp_replace_all("text", "[^а-яәіңғүұқөһa-z0-9|]+", " ") }} as text
    from marked
),

split as (
    select
        mention_id,
        {{ split_to_rows('text', '|') }}
    from spaced
)

select
    mention_id,
    part_number as sentence_number,
    ' ' || trim(part) || ' ' as sentence
from split
where trim(part) <> ''
