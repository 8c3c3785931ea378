"""Plausibility of marts.fct_criminal_cases."""

from expectations.checks import Check
from expectations.marts.facts import fact_checks, rows_as_in_kpi_values

TARGET = "marts.fct_criminal_cases"


def suite() -> tuple[Check, ...]:
    """The checks of fct_criminal_cases."""
    return (
        *fact_checks(TARGET, key=("case_id",), columns=("opened_on",)),
        rows_as_in_kpi_values(TARGET, "criminal_cases"),
    )
