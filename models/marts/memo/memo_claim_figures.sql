select
    claim_id,
    figure_key,
    period,
    unit,
    value,
    lower_bound,
    upper_bound,
    events,
    trials
from {{ ref('int_claim_figures') }}
