-- the newest result of each check that did not pass
select
    strftime(run_at, '%Y-%m-%d %H:%M') as run_at,
    checker,
    check_name,
    target,
    severity,
    status,
    failing_rows,
    meaning,
    what_to_do,
    mended_by
from quality.marts.data_quality_results
where is_latest and status not in ('pass', 'no_data')
order by case status when 'error' then 0 when 'fail' then 1 else 2 end, severity, target, check_name
