select
    metric_key,
    year(period_start) as year,
    region_code,
    value,
    past_value,
    change_unit,
    change,
    change_lower as interval_lower,
    change_upper as interval_upper,
    moved,
    largest_region_code,
    change_without_largest,
    moved_without_largest
from marts.marts.kpi_changes
where past_value is not null
order by metric_key, region_code, period_start
