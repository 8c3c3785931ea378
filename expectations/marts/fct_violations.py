"""Plausibility of marts.fct_violations."""

from expectations.checks import Check
from expectations.marts.facts import fact_checks, rows_as_in_kpi_values

TARGET = "marts.fct_violations"


def suite() -> tuple[Check, ...]:
    """The checks of fct_violations."""
    return (
        *fact_checks(TARGET, key=("violation_id",), columns=("detected_on",)),
        rows_as_in_kpi_values(TARGET, "violations"),
    )
