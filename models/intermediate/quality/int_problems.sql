with

checks_failed as (
    select * from {{ ref('int_check_failures') }}
),

deliveries_refused as (
    select * from {{ ref('int_delivery_problems') }}
),

accepted as (
    select * from {{ ref('accepted_deviations') }}
),

-- the day on which the last run judged: never the clock
judged_on as (
    select max(judged_on) as day
    from {{ ref('stg_check_results') }}
),

runs as (
    select
        run_id,
        max(run_at) as run_at
    from {{ ref('stg_check_results') }}
    group by 1
),

of_checks as (
    select
        kind,
        checker,
        check_name,
        target,
        case
            when {{ dbt.split_part('target', "'.'", 1) }} in ('raw', 'landing') then {{ dbt.split_part('target', "'.'", 2) }}
        end as source,
        cast(null as string) as column_name,
        meaning as reason,
        what_to_do,
        severity,
        severity = 'error' and status <> 'accepted' and resolved_at is null as is_blocking,
        status = 'error' as could_not_run,
        deliveries,
        since,
        runs,
        last_seen_at,
        resolved_at,
        case when resolved_at is not null then 'a later run of the check' end as resolved_by,
        failing_rows as rows_open,
        cast(null as bigint) as rows_resolved,
        case when status = 'accepted' then accepted_until end as accepted_until,
        case when status = 'accepted' then accepted_reason end as accepted_reason,
        case when status = 'accepted' then accepted_by end as accepted_by,
        concat(checker, ' ', cast(since as string)) as told_apart_by
    from checks_failed
),

of_deliveries as (
    select
        refused.kind,
        refused.checker,
        refused.check_name,
        refused.target,
        refused.source,
        refused.column_name,
        refused.reason,
        cast(null as string) as what_to_do,
        'warn' as severity,
        false as is_blocking,
        false as could_not_run,
        refused.deliveries,
        refused.since,
        count(distinct runs.run_id) as runs,
        refused.last_seen_at,
        refused.resolved_at,
        refused.resolved_by,
        refused.rows_open,
        refused.rows_resolved,
        max(accepted.accepted_until) as accepted_until,
        max(accepted.reason) as accepted_reason,
        max(accepted.accepted_by) as accepted_by,
        refused.told_apart_by
    from deliveries_refused as refused
    cross join judged_on
    left join runs
        on refused.since <= runs.run_at
    left join accepted
        on
            refused.kind = accepted.kind
            and refused.target = accepted.target
            and coalesce(accepted.column_name, refused.column_name, '') = coalesce(refused.column_name, '')
            and coalesce(accepted.file_name, refused.deliveries) = refused.deliveries
            and judged_on.day between accepted.accepted_from and accepted.accepted_until
            and refused.resolved_at is null
    group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 15, 16, 17, 18, 19, 23
),

together as (
    select * from of_checks
    union all
    select * from of_deliveries
)

select
    {{ dbt.hash("concat(kind, ' ', check_name, ' ', target, ' ', told_apart_by)") }} as problem_id,
    kind,
    checker,
    check_name,
    target,
    source,
    column_name,
    reason,
    what_to_do,
    severity,
    is_blocking,
    case
        when resolved_at is not null then 'resolved'
        when accepted_until is not null then 'accepted'
        else 'open'
    end as status,
    could_not_run,
    deliveries,
    since,
    runs,
    last_seen_at,
    resolved_at,
    resolved_by,
    rows_open,
    rows_resolved,
    accepted_until,
    accepted_reason,
    accepted_by
from together
