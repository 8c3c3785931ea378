"""Plausibility of marts.fct_media_mentions."""

from expectations.checks import Check
from expectations.marts.facts import fact_checks, rows_as_in_kpi_values

TARGET = "marts.fct_media_mentions"


def suite() -> tuple[Check, ...]:
    """The checks of fct_media_mentions."""
    return (
        *fact_checks(TARGET, key=("mention_id",), columns=("published_at", "is_relevant")),
        rows_as_in_kpi_values(TARGET, "media_mentions", counted="is_relevant"),
    )
