with

-- a check that was not made, or had nothing to judge, neither breaks nor mends
judged as (
    select *
    from {{ ref('stg_check_results') }}
    where status in ('pass', 'fail', 'error', 'accepted')
),

numbered as (
    select
        *,
        sum(case when status = 'pass' then 1 else 0 end) over (
            partition by checker, check_name, target
            order by run_at, run_id
            rows between unbounded preceding and current row
        ) as passes,
        row_number() over (
            partition by checker, check_name, target
            order by run_at, run_id
        ) as place
    from judged
),

failures as (
    select
        checker,
        check_name,
        target,
        passes,
        min(run_at) as since,
        max(run_at) as last_seen_at,
        count(distinct run_id) as runs,
        max(place) as last_place
    from numbered
    where status <> 'pass'
    group by 1, 2, 3, 4
),

mended as (
    select
        checker,
        check_name,
        target,
        passes,
        run_at as mended_at
    from numbered
    where status = 'pass'
),

-- a check that a later run of its table does not know any more; those of volume are made in two steps of a run
checked_tables as (
    select
        checker,
        target,
        max(run_at) as checked_at
    from {{ ref('stg_check_results') }}
    where checker <> 'volume'
    group by 1, 2
),

last_known as (
    select
        checker,
        check_name,
        target,
        max(run_at) as known_at
    from {{ ref('stg_check_results') }}
    group by 1, 2, 3
)

select
    last_results.kind,
    failures.checker,
    failures.check_name,
    failures.target,
    failures.since,
    failures.runs,
    failures.last_seen_at,
    coalesce(
        mended.mended_at,
        case when checked_tables.checked_at > last_known.known_at then checked_tables.checked_at end
    ) as resolved_at,
    last_results.severity,
    last_results.status,
    last_results.failing_rows,
    last_results.deliveries,
    last_results.meaning,
    last_results.what_to_do,
    last_results.accepted_until,
    last_results.accepted_reason,
    last_results.accepted_by
from failures
inner join numbered as last_results
    on
        failures.checker = last_results.checker
        and failures.check_name = last_results.check_name
        and failures.target = last_results.target
        and failures.last_place = last_results.place
left join checked_tables
    on
        failures.checker = checked_tables.checker
        and failures.target = checked_tables.target
inner join last_known
    on
        failures.checker = last_known.checker
        and failures.check_name = last_known.check_name
        and failures.target = last_known.target
left join mended
    on
        failures.checker = mended.checker
        and failures.check_name = mended.check_name
        and failures.target = mended.target
        and failures.passes + 1 = mended.passes
