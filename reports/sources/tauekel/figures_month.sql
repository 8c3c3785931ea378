select
    metric_key,
    strftime(period_start, '%Y-%m') as month,
    region_code,
    breakdown,
    breakdown_value,
    unit,
    value,
    numerator,
    denominator,
    interval_lower,
    interval_upper,
    prior_year_value,
    change_pct,
    share_pct,
    regional_share_pct
from marts.marts.kpi_values
where period_grain = 'month'
order by period_start, metric_key, region_code, breakdown, breakdown_value
