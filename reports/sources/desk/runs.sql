select
    run_id,
    run_number,
    outcome,
    failed_steps,
    strftime(started_at, '%Y-%m-%d %H:%M') as started_at,
    strftime(ended_at, '%Y-%m-%d %H:%M') as ended_at,
    checks,
    checks_passed,
    checks_failed,
    checks_warned,
    checks_accepted,
    checks_skipped,
    checks_without_data
from quality.marts.pipeline_runs
order by run_number desc
limit 60
