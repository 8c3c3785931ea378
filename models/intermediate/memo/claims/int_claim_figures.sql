with

shares as (
    select * from {{ ref('int_claim_shares') }}
),

numbers as (
    select * from {{ ref('int_claim_numbers') }}
),

tests as (
    select * from {{ ref('int_claim_fisher') }}
)

select
    claim_id,
    figure_key,
    period,
    'percent' as unit,
    value,
    lower_bound,
    upper_bound,
    events,
    trials
from shares
union all
select
    claim_id,
    figure_key,
    period,
    case
        when figure_key in ('practical_per_theory_pass', 'expected_by_lawful_retakes', 'without_theory_highest_region') then 'percent'
        when figure_key = 'damage' then 'kzt'
        else 'count'
    end as unit,
    value,
    null as lower_bound,
    null as upper_bound,
    null as events,
    null as trials
from numbers
union all
select
    claim_id,
    'fisher_p_value' as figure_key,
    'period' as period,
    'probability' as unit,
    p_value as value,
    null as lower_bound,
    null as upper_bound,
    null as events,
    null as trials
from tests
