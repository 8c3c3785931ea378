with

problems as (
    select * from {{ ref('int_problems') }}
),

owners as (
    select * from {{ ref('int_check_owners') }}
),

touched as (
    select
        problem_id,
        count(*) as metrics_touched
    from {{ ref('quality_problem_metrics') }}
    group by 1
)

select
    problems.problem_id,
    problems.kind,
    problems.status,
    problems.severity,
    problems.is_blocking,
    problems.checker,
    problems.check_name,
    problems.target,
    problems.source,
    problems.column_name,
    case
        when problems.kind = 'rejected_delivery' then concat('The delivery was rejected: ', problems.reason)
        when problems.kind = 'open_quarantine' and problems.column_name is null
            then concat('Rows were refused: ', problems.reason)
        when problems.kind = 'open_quarantine'
            then concat('Values of ', problems.column_name, ' were refused: ', problems.reason)
        when problems.could_not_run then concat('The check could not run. Its rule: ', problems.reason)
        else problems.reason
    end as in_words,
    problems.since,
    cast(problems.runs as bigint) as runs,
    problems.last_seen_at,
    problems.resolved_at,
    problems.resolved_by,
    problems.deliveries,
    problems.rows_open,
    problems.rows_resolved,
    coalesce(touched.metrics_touched, 0) as metrics_touched,
    owners.mended_by,
    owners.go_to,
    problems.what_to_do,
    problems.accepted_until,
    problems.accepted_reason,
    problems.accepted_by
from problems
left join owners
    on
        problems.kind = owners.kind
        and problems.checker = owners.checker
        and problems.check_name = owners.check_name
        and problems.target = owners.target
left join touched
    on problems.problem_id = touched.problem_id
