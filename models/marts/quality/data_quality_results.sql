with

results as (
    select * from {{ ref('stg_check_results') }}
),

owners as (
    select * from {{ ref('int_check_owners') }}
),

last_results as (
    select
        checker,
        check_name,
        target,
        max(run_at) as last_run_at
    from results
    group by 1, 2, 3
),

-- what a later run of its table does not make any more has no newest result; those of volume are made in two steps
checked_tables as (
    select
        checker,
        target,
        max(run_at) as checked_at
    from results
    where checker <> 'volume'
    group by 1, 2
)

select
    results.run_id,
    results.run_at,
    results.checker,
    results.check_name,
    results.target,
    results.severity,
    results.status,
    results.failing_rows,
    results.meaning,
    results.deliveries,
    results.kind,
    results.run_at = last_results.last_run_at
    and results.run_at >= coalesce(checked_tables.checked_at, results.run_at) as is_latest,
    results.judged_on,
    results.what_to_do,
    owners.mended_by,
    owners.go_to,
    results.accepted_until,
    results.accepted_reason,
    results.accepted_by
from results
inner join last_results
    on
        results.checker = last_results.checker
        and results.check_name = last_results.check_name
        and results.target = last_results.target
left join checked_tables
    on
        results.checker = checked_tables.checker
        and results.target = checked_tables.target
left join owners
    on
        results.kind = owners.kind
        and results.checker = owners.checker
        and results.check_name = owners.check_name
        and results.target = owners.target
