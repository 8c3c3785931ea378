"""What every fact table must hold before it is published; what one of them promises beyond it stands in "
"its own file."""

from collections.abc import Sequence

from expectations.checks import Check, Native, columns_exist, never_empty, one_of
from expectations.raw_deliveries import TOKEN_PATTERN
from expectations.seeds import seed_rows

MEND_THE_MODEL = "This is a fault of a dbt model, not of the deliveries: mend the model and run again."


def fact_checks(target: str, key: Sequence[str], columns: Sequence[str]) -> tuple[Check, ...]:
    """Checks of a fact table: `columns` are there, each row can be named by its `key`, has a month and a "
    "known region."""
    # The whole country is no region that an event happens in.
    regions = [row["region_code"] for row in seed_rows("regions") if row["region_code"] != "KZ"]
    row_key = ", ".join(key)
    return (
        columns_exist(
            target,
            dict.fromkeys((*key, "month_start", "region_code", *columns)),
            meaning=f"{target} has the columns that its readers rely on.",
            what_to_do=MEND_THE_MODEL,
        ),
        *(
            never_empty(
                target,
                column,
                row_key,
                meaning=f"Every row of {target} has its {column}: it cannot be named or placed without.",
                what_to_do=MEND_THE_MODEL,
            )
            for column in (*key, "month_start", "region_code")
        ),
        one_of(
            target,
            "region_code",
            regions,
            row_key,
            meaning=f"Every region of {target} is one of the 20, HQ or unknown.",
            what_to_do=MEND_THE_MODEL,
        ),
    )


def tokens_only(target: str, column: str, key: str) -> Check:
    """An error for each row whose `column` holds anything but a token."""
    return Check(
        name=f"{column}_is_a_token",
        target=target,
        severity="error",
        meaning=f"{column} holds keyed tokens, so that no personal number is published.",
        what_to_do="Do not publish: a value got past tokenisation. " + MEND_THE_MODEL,
        rows_query=f"select {key} from {target} where not regexp_full_match({column}, '{TOKEN_PATTERN}')",
        native=Native("ExpectColumnValuesToMatchRegex", {"column": column, "regex": TOKEN_PATTERN}),
    )


def rows_as_in_kpi_values(
    target: str, metric_key: str, counted: str = "true", breakdown: str = "all", breakdown_value: str = "all"
) -> Check:
    """An error for each month and region in which the rows of the fact that meet `counted` are not the "
    "metric's value."""
    return Check(
        name=f"{metric_key}_as_in_kpi_values",
        target=target,
        severity="error",
        meaning=f"Counting {target} by month and region gives {metric_key} of kpi_values.",
        what_to_do="A reader would find two figures for one thing. " + MEND_THE_MODEL,
        rows_query=f"""\
select
    coalesce(facts.month_start, figures.month_start) as month_start,
    coalesce(facts.region_code, figures.region_code) as region_code,
    coalesce(facts.fact_rows, 0) as fact_rows,
    coalesce(figures.figure, 0) as figure
from (
    select month_start, region_code, count(*) as fact_rows
    from {target}
    where {counted}
    group by 1, 2
) as facts
full join (
    select period_start as month_start, region_code, value as figure
    from marts.kpi_values
    where
        metric_key = '{metric_key}'
        and period_grain = 'month'
        and region_code <> 'KZ'
        and breakdown = '{breakdown}'
        and breakdown_value = '{breakdown_value}'
) as figures
    on
        facts.month_start = figures.month_start
        and facts.region_code = figures.region_code
where coalesce(facts.fact_rows, 0) <> coalesce(figures.figure, 0)""",
    )
