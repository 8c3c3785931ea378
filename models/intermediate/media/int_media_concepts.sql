with

word_starts as (
    select * from {{ ref('int_media_word_starts') }}
),

lexicon as (
    select * from {{ ref('media_lexicon') }}
),

terms as (
    select
        concept,
        role,
        {{ lexicon_words('pattern') }} as words
    from lexicon
),

keyed_terms as (
    select
        concept,
        role,
        words,
        {{ word_start("split_part(split_part(ltrim(words), ' ', 1), '%', 1)") }} as word_start
    from terms
),

hits as (
    select distinct
        word_starts.mention_id,
        word_starts.sentence_number,
        keyed_terms.concept,
        keyed_terms.role
    from word_starts
    inner join keyed_terms
        on
            word_starts.word_start = keyed_terms.word_start
            and word_starts.sentence like '%' || keyed_terms.words || '%'
),

silenced_texts as (
    select distinct
        mention_id,
        concept
    from hits
    where role = 'not_in_text'
)

select
    hits.mention_id,
    hits.sentence_number,
    hits.concept
from hits
left join hits as in_sentence
    on
        hits.mention_id = in_sentence.mention_id
        and hits.sentence_number = in_sentence.sentence_number
        and hits.concept = in_sentence.concept
        and in_sentence.role = 'not_in_sentence'
left join silenced_texts as in_text
    on
        hits.mention_id = in_text.mention_id
        and hits.concept = in_text.concept
where
    hits.role = 'term'
    and in_sentence.mention_id is null
    and in_text.mention_id is null
