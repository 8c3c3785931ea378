"""Plausibility of marts.fct_service_applications."""

from expectations.checks import Check
from expectations.marts.facts import fact_checks, rows_as_in_kpi_values, tokens_only

TARGET = "marts.fct_service_applications"


def suite() -> tuple[Check, ...]:
    """The checks of fct_service_applications."""
    return (
        *fact_checks(TARGET, key=("application_id",), columns=("opened_at", "applicant_token")),
        rows_as_in_kpi_values(TARGET, "service_applications"),
        tokens_only(TARGET, "applicant_token", "application_id"),
    )
