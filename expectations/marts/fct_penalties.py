"""Plausibility of marts.fct_penalties."""

from expectations.checks import Check
from expectations.marts.facts import fact_checks, rows_as_in_kpi_values

TARGET = "marts.fct_penalties"


def suite() -> tuple[Check, ...]:
    """The checks of fct_penalties."""
    return (
        *fact_checks(TARGET, key=("record_id",), columns=("imposed_on",)),
        rows_as_in_kpi_values(TARGET, "penalties"),
    )
