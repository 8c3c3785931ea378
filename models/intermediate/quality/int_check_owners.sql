with

checks as (
    select distinct
        kind,
        checker,
        check_name,
        target
    from {{ ref('stg_check_results') }}
    union
    select
        kind,
        checker,
        check_name,
        target
    from {{ ref('int_delivery_problems') }}
),

owners as (
    select * from {{ ref('problem_owners') }}
),

fitting as (
    select
        checks.kind,
        checks.checker,
        checks.check_name,
        checks.target,
        owners.mended_by,
        owners.go_to,
        row_number() over (
            partition by checks.checker, checks.check_name, checks.target, checks.kind
            order by owners.priority
        ) as fit
    from checks
    inner join owners
        on
            checks.kind = owners.kind
            and checks.checker = owners.checker
            and checks.target like owners.target_pattern
            and checks.check_name like owners.check_pattern
)

select
    kind,
    checker,
    check_name,
    target,
    mended_by,
    go_to
from fitting
where fit = 1
