"""Plausibility of marts.fct_penalties."""

from expectations.checks import Check
from expectations.marts.facts import fact_checks, rows_as_in_kpi_values

TARGET = "marts.fct_penalties"
COLUMNS = ("record_id", "imposed_on", "month_start", "region_code")


def suite() -> tuple[Check, ...]:
    """The checks of fct_penalties."""
    return (*fact_checks(TARGET, "record_id", COLUMNS), rows_as_in_kpi_values(TARGET, "penalties"))
