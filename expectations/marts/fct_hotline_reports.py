"""Plausibility of marts.fct_hotline_reports."""

from expectations.checks import Check
from expectations.marts.facts import fact_checks, rows_as_in_kpi_values

TARGET = "marts.fct_hotline_reports"


def suite() -> tuple[Check, ...]:
    """The checks of fct_hotline_reports."""
    return (
        *fact_checks(TARGET, key=("report_id",), columns=("received_at",)),
        rows_as_in_kpi_values(TARGET, "hotline_reports"),
    )
