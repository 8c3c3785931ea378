"""Plausibility of marts.fct_audit_findings."""

from expectations.checks import Check
from expectations.marts.facts import fact_checks, rows_as_in_kpi_values

TARGET = "marts.fct_audit_findings"


def suite() -> tuple[Check, ...]:
    """The checks of fct_audit_findings."""
    return (
        *fact_checks(TARGET, key=("finding_id",), columns=("found_on",)),
        rows_as_in_kpi_values(TARGET, "audit_findings"),
    )
