"""Plausibility of marts.fct_vehicle_registrations."""

from expectations.checks import Check
from expectations.marts.facts import fact_checks, rows_as_in_kpi_values, tokens_only

TARGET = "marts.fct_vehicle_registrations"


def suite() -> tuple[Check, ...]:
    """The checks of fct_vehicle_registrations."""
    return (
        *fact_checks(TARGET, key=("registration_id",), columns=("registered_at", "owner_token")),
        rows_as_in_kpi_values(TARGET, "vehicle_registrations"),
        tokens_only(TARGET, "owner_token", "registration_id"),
    )
