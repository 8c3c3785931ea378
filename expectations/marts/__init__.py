"""The suites of the marts, one file a table: are they plausible, and do they agree with each other?"""

from collections.abc import Callable

from expectations.checks import Check
from expectations.marts import (
    delivery_ledger,
    fct_appeals,
    fct_audit_findings,
    fct_control_checks,
    fct_court_cases,
    fct_criminal_cases,
    fct_exam_attempts,
    fct_hotline_reports,
    fct_media_mentions,
    fct_penalties,
    fct_service_applications,
    fct_vehicle_registrations,
    fct_violations,
    kpi_values,
    memo_reconciliation,
    quality_problems,
    quarantine,
    risk_register,
)

SUITES: dict[str, Callable[[], tuple[Check, ...]]] = {
    "kpi_values": kpi_values.suite,
    "memo_reconciliation": memo_reconciliation.suite,
    "fct_exam_attempts": fct_exam_attempts.suite,
    "fct_court_cases": fct_court_cases.suite,
    "fct_penalties": fct_penalties.suite,
    "fct_appeals": fct_appeals.suite,
    "fct_media_mentions": fct_media_mentions.suite,
    "fct_audit_findings": fct_audit_findings.suite,
    "fct_hotline_reports": fct_hotline_reports.suite,
    "fct_violations": fct_violations.suite,
    "fct_criminal_cases": fct_criminal_cases.suite,
    "fct_control_checks": fct_control_checks.suite,
    "fct_service_applications": fct_service_applications.suite,
    "fct_vehicle_registrations": fct_vehicle_registrations.suite,
    "delivery_ledger": delivery_ledger.suite,
    "quarantine": quarantine.suite,
    "quality_problems": quality_problems.suite,
    "risk_register": risk_register.suite,
}
