with

concepts as (
    select * from {{ ref('int_media_concepts') }}
),

rules as (
    select * from {{ ref('media_rules') }}
),

by_one_concept as (
    select
        concepts.mention_id,
        rules.outcome
    from concepts
    inner join rules
        on concepts.concept = rules.concept
    where rules.with_concept is null
),

by_two_concepts as (
    select
        concepts.mention_id,
        rules.outcome
    from concepts
    inner join rules
        on concepts.concept = rules.concept
    inner join concepts as others
        on
            concepts.mention_id = others.mention_id
            and rules.with_concept = others.concept
            and abs(concepts.sentence_number - others.sentence_number) <= rules.within_sentences
)

select
    mention_id,
    outcome
from by_one_concept
union
select
    mention_id,
    outcome
from by_two_concepts
