"""Plausibility of marts.fct_court_cases."""

from expectations.checks import Check
from expectations.marts.facts import fact_checks, rows_as_in_kpi_values

TARGET = "marts.fct_court_cases"


def suite() -> tuple[Check, ...]:
    """The checks of fct_court_cases."""
    return (
        *fact_checks(TARGET, key=("case_number",), columns=("filed_on",)),
        rows_as_in_kpi_values(TARGET, "court_cases"),
    )
