select
    run_id,
    strftime(run_at, '%Y-%m-%d %H:%M') as run_at,
    checker,
    check_name,
    target,
    severity,
    status,
    failing_rows,
    meaning
from marts.marts.data_quality_results
order by case status when 'error' then 0 when 'fail' then 1 else 2 end, target, check_name
