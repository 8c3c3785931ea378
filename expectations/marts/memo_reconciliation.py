"""Plausibility of marts.memo_reconciliation: every printed figure once, and none answered without data."""

from expectations.checks import Check, columns_exist, one_of, sql_list
from expectations.marts.facts import MEND_THE_MODEL
from expectations.seeds import seed_relation

TARGET = "marts.memo_reconciliation"
COLUMNS = (
    "figure_id",
    "metric_key",
    "period_start",
    "period_end",
    "region_code",
    "published_value",
    "computed_value",
    "difference",
    "status",
)
COMPUTED_STATUSES = ("match", "truncated", "differs")
STATUSES = (*COMPUTED_STATUSES, "no_data")


def suite() -> tuple[Check, ...]:
    """The checks of memo_reconciliation."""
    return (
        columns_exist(
            TARGET,
            dict.fromkeys(COLUMNS),
            meaning="memo_reconciliation has the columns that were promised to its readers.",
            what_to_do=MEND_THE_MODEL,
        ),
        one_of(
            TARGET,
            "status",
            STATUSES,
            "figure_id",
            meaning="The status says match, truncated, differs or no_data.",
            what_to_do=MEND_THE_MODEL,
        ),
        Check(
            name="every_memo_figure_once",
            target=TARGET,
            severity="error",
            meaning="Each figure of seeds/memo_figures.csv (145 of them) has one row, and there is no other row.",
            what_to_do=MEND_THE_MODEL,
            rows_query=f"""\
select
    coalesce(printed.figure_id, answered.figure_id) as figure_id,
    coalesce(answered.answers, 0) as answers
from {seed_relation("memo_figures")} as printed
full join (
    select figure_id, count(*) as answers
    from {TARGET}
    group by 1
) as answered
    on printed.figure_id = answered.figure_id
where
    printed.figure_id is null
    or answered.answers is distinct from 1""",
        ),
        Check(
            name="no_answer_without_data",
            target=TARGET,
            severity="error",
            meaning="A figure that could not be computed says no_data; only a computed one matches or differs.",
            what_to_do=MEND_THE_MODEL,
            rows_query=f"""\
select figure_id, status
from {TARGET}
where (computed_value is null) <> (coalesce(status, '') = 'no_data')""",
        ),
        Check(
            name="figures_agree_as_expected",
            target=TARGET,
            severity="warn",
            meaning="Each figure that could be computed agrees with the memo as seeds/memo_figures.csv expects.",
            what_to_do="Other deliveries than those behind the memo give other figures: expected then. On "
            "the memo's own "
            "deliveries, find out which delivery or rule changed since the figure last agreed.",
            rows_query=f"""\
select
    answered.figure_id,
    answered.metric_key,
    answered.published_value,
    answered.computed_value,
    printed.expected,
    answered.status
from {TARGET} as answered
inner join {seed_relation("memo_figures")} as printed
    on answered.figure_id = printed.figure_id
where
    answered.status in ({sql_list(COMPUTED_STATUSES)})
    and answered.status <> printed.expected""",
        ),
    )
