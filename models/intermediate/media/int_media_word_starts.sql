with

sentences as (
    select * from {{ ref('int_media_sentences') }}
),

words as (
    select
        mention_id,
        sentence_number,
        sentence,
        {{ split_to_rows('trim(sentence)', ' ') }}
    from sentences
)

select distinct
    mention_id,
    sentence_number,
    sentence,
    {{ word_start('part') }} as word_start
from words
