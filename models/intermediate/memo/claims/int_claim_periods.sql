with

statements as (
    select * from {{ ref('memo_statements') }}
)

select
    claim_id,
    'period' as period,
    cast(concat(cast(first_year as string), '-01-01') as date) as first_month,
    cast(concat(cast(last_year as string), '-12-01') as date) as last_month,
    12 * (last_year - first_year + 1) as months
from statements
union all
select
    claim_id,
    'compared' as period,
    cast(concat(cast(compared_first_year as string), '-01-01') as date) as first_month,
    cast(concat(cast(compared_last_year as string), '-12-01') as date) as last_month,
    12 * (compared_last_year - compared_first_year + 1) as months
from statements
where compared_first_year is not null
