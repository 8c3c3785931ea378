"""Plausibility of marts.fct_control_checks."""

from expectations.checks import Check
from expectations.marts.facts import fact_checks, rows_as_in_kpi_values

TARGET = "marts.fct_control_checks"


def suite() -> tuple[Check, ...]:
    """The checks of fct_control_checks."""
    return (
        *fact_checks(TARGET, key=("check_id",), columns=("checked_on",)),
        rows_as_in_kpi_values(TARGET, "control_checks"),
    )
