select
    metric_key,
    year(period_start) as year,
    centre_code,
    region_code,
    unit,
    value,
    interval_lower,
    interval_upper
from marts.marts.kpi_centre_values
order by metric_key, period_start, centre_code
