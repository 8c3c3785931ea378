"""Plausibility of marts.fct_appeals: appeals of eotinish, the only channel that knows each appeal."""

from expectations.checks import Check
from expectations.marts.facts import fact_checks, rows_as_in_kpi_values

TARGET = "marts.fct_appeals"


def suite() -> tuple[Check, ...]:
    """The checks of fct_appeals."""
    return (
        *fact_checks(TARGET, key=("appeal_id",), columns=("registered_at",)),
        rows_as_in_kpi_values(TARGET, "appeals", breakdown="channel", breakdown_value="eotinish"),
    )
