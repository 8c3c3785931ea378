select
    metric_key,
    year(period_start) as year,
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
where period_grain = 'year'
order by metric_key, region_code, breakdown, breakdown_value, period_start
