with

runs as (
    select * from {{ ref('stg_runs') }}
),

counted as (
    select
        run_id,
        min(run_at) as first_check_at,
        max(run_at) as last_check_at,
        max(judged_on) as judged_on,
        count(*) as checks,
        count(*) filter (where status = 'pass') as checks_passed,
        count(*) filter (where severity = 'error' and status in ('fail', 'error')) as checks_failed,
        count(*) filter (where severity <> 'error' and status in ('fail', 'error')) as checks_warned,
        count(*) filter (where status = 'accepted') as checks_accepted,
        count(*) filter (where status = 'skipped') as checks_skipped,
        count(*) filter (where status = 'no_data') as checks_without_data
    from {{ ref('stg_check_results') }}
    group by 1
),

-- a run that was killed has left its checks but not its end
together as (
    select
        coalesce(runs.run_id, counted.run_id) as run_id,
        coalesce(runs.started_at, counted.first_check_at) as started_at,
        runs.ended_at,
        coalesce(runs.judged_on, counted.judged_on) as judged_on,
        case
            when runs.run_id is not null then runs.outcome
            when counted.judged_on is null then 'not_known'
            else 'under_way_or_cut_off'
        end as outcome,
        runs.failed_steps,
        counted.checks,
        counted.checks_passed,
        counted.checks_failed,
        counted.checks_warned,
        counted.checks_accepted,
        counted.checks_skipped,
        counted.checks_without_data
    from runs
    full join counted
        on runs.run_id = counted.run_id
)

select
    run_id,
    cast(row_number() over (order by started_at, run_id) as bigint) as run_number,
    started_at,
    ended_at,
    judged_on,
    outcome,
    failed_steps,
    coalesce(checks, 0) as checks,
    coalesce(checks_passed, 0) as checks_passed,
    coalesce(checks_failed, 0) as checks_failed,
    coalesce(checks_warned, 0) as checks_warned,
    coalesce(checks_accepted, 0) as checks_accepted,
    coalesce(checks_skipped, 0) as checks_skipped,
    coalesce(checks_without_data, 0) as checks_without_data
from together
