with

word_starts as (
    select * from {{ ref('int_media_word_starts') }}
),

region_terms as (
    select * from {{ ref('media_region_terms') }}
),

terms as (
    select
        region_code,
        {{ lexicon_words('pattern') }} as words
    from region_terms
),

keyed_terms as (
    select
        region_code,
        words,
        {{ word_start("split_part(ltrim(words), ' ', 1)") }} as word_start
    from terms
),

places as (
    select
        word_starts.mention_id,
        word_starts.sentence_number,
        keyed_terms.region_code,
        instr(word_starts.sentence, keyed_terms.words) as starts_at,
        instr(word_starts.sentence, keyed_terms.words) + length(rtrim(keyed_terms.words)) as ends_at
    from word_starts
    inner join keyed_terms
        on
            word_starts.word_start = keyed_terms.word_start
            and contains(word_starts.sentence, keyed_terms.words)
),

-- "алматы облыс" is not the city, and "түркістан көше" is no region: the longer words win over those inside them.
outermost as (
    select places.*
    from places
    left join places as longer
        on
            places.mention_id = longer.mention_id
            and places.sentence_number = longer.sentence_number
            and places.starts_at >= longer.starts_at
            and places.ends_at <= longer.ends_at
            and longer.ends_at - longer.starts_at > places.ends_at - places.starts_at
    where longer.mention_id is null
),

first_named as (
    select
        mention_id,
        region_code,
        row_number() over (partition by mention_id order by sentence_number, starts_at, region_code) as place_number
    from outermost
    where region_code is not null
)

select
    mention_id,
    region_code
from first_named
where place_number = 1
