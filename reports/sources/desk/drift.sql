select
    source,
    strftime(month_start, '%Y-%m') as month,
    measure,
    column_name,
    status,
    observed,
    expected,
    lower_limit,
    upper_limit,
    drift_index,
    drift_index_limit
from quality.marts.source_drift
where is_latest
order by case status when 'usual' then 2 when 'no_data' then 1 else 0 end, source, measure, column_name
