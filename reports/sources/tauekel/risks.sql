select
    risk_no,
    year(period_start) as year,
    region_code,
    factors,
    factors_alert,
    factors_watch,
    factors_normal,
    factors_no_data,
    factors_worse,
    factors_better
from marts.marts.risk_summary
order by cast(risk_no as integer), region_code, period_start
