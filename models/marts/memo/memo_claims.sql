with

statements as (
    select * from {{ ref('memo_statements') }}
),

answers as (
    select * from {{ ref('int_claim_answers') }}
)

select
    statements.claim_id,
    statements.section,
    statements.statement_kk,
    statements.statement_ru,
    statements.statement_en,
    coalesce(answers.verdict, 'cannot be said') as verdict,
    coalesce(answers.finding, 'No data of the years that the statement is about.') as finding
from statements
left join answers
    on statements.claim_id = answers.claim_id
