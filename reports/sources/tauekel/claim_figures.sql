select
    claim_id,
    figure_key,
    period,
    unit,
    value,
    lower_bound as interval_lower,
    upper_bound as interval_upper,
    events,
    trials
from marts.marts.memo_claim_figures
order by claim_id, figure_key, period
