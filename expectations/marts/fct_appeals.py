"""Plausibility of marts.fct_appeals: appeals of eotinish, the only channel that knows each appeal."""

from expectations.checks import Check
from expectations.marts.facts import fact_checks, rows_as_in_kpi_values

TARGET = "marts.fct_appeals"
COLUMNS = ("appeal_id", "month_start", "region_code")


def suite() -> tuple[Check, ...]:
    """The checks of fct_appeals."""
    return (
        *fact_checks(TARGET, "appeal_id", COLUMNS),
        rows_as_in_kpi_values(TARGET, "appeals", breakdown="channel", breakdown_value="eotinish"),
    )
