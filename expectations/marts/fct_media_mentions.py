"""Plausibility of marts.fct_media_mentions."""

from expectations.checks import Check
from expectations.marts.facts import fact_checks, rows_as_in_kpi_values

TARGET = "marts.fct_media_mentions"
COLUMNS = ("mention_id", "month_start", "region_code")


def suite() -> tuple[Check, ...]:
    """The checks of fct_media_mentions."""
    return (*fact_checks(TARGET, "mention_id", COLUMNS), rows_as_in_kpi_values(TARGET, "media_mentions"))
