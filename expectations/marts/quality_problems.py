"""Plausibility of marts.quality_problems: nothing that broke is silent. It warns: the figures do not stand on it."""

from expectations.checks import Check
from expectations.marts.facts import MEND_THE_MODEL

TARGET = "marts.quality_problems"


def suite() -> tuple[Check, ...]:
    """The checks of quality_problems."""
    return (
        Check(
            name="every_broken_check_is_a_problem",
            target=TARGET,
            severity="warn",
            meaning="A check whose newest result is a failure is an open problem, an accepted one an accepted problem.",
            what_to_do=MEND_THE_MODEL,
            rows_query=f"""\
select results.checker, results.check_name, results.target, results.status, problems.status as problem_status
from marts.data_quality_results as results
left join {TARGET} as problems
    on
        results.checker = problems.checker
        and results.check_name = problems.check_name
        and results.target = problems.target
        and problems.status <> 'resolved'
where
    results.is_latest
    and results.status in ('fail', 'error', 'accepted')
    and problems.status is distinct from case when results.status = 'accepted' then 'accepted' else 'open' end""",
        ),
        Check(
            name="every_refused_value_is_in_a_problem",
            target=TARGET,
            severity="warn",
            meaning="The refused values of each source that are still open are all counted in its problems.",
            what_to_do=MEND_THE_MODEL,
            rows_query=f"""\
select
    coalesce(refused.source, told.source) as source,
    coalesce(refused.values_open, 0) as values_open,
    coalesce(told.values_told, 0) as values_told
from (
    select source, count(*) as values_open
    from marts.quarantine
    where status = 'open'
    group by 1
) as refused
full join (
    select source, sum(rows_open) as values_told
    from {TARGET}
    where kind = 'open_quarantine'
    group by 1
) as told
    on refused.source = told.source
where coalesce(refused.values_open, 0) <> coalesce(told.values_told, 0)""",
        ),
    )
