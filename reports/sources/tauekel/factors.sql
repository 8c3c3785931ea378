select
    risk_no,
    factor_no,
    metric_key,
    year(period_start) as year,
    region_code,
    value,
    status,
    no_data_reason,
    year(status_since) as status_since,
    reason
from marts.marts.risk_register
order by cast(risk_no as integer), length(factor_no), factor_no, metric_key, region_code, period_start
