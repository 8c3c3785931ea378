"""Plausibility of marts.fct_exam_attempts."""

from expectations.checks import Check, one_of, sql_list
from expectations.marts.facts import MEND_THE_MODEL, fact_checks, rows_as_in_kpi_values, tokens_only
from orchestration.contract import load_contract

TARGET = "marts.fct_exam_attempts"
COLUMNS = (
    "attempt_id",
    "exam",
    "candidate_token",
    "centre_code",
    "region_code",
    "started_at",
    "month_start",
    "result",
)
EXAMS = ("theory", "practical")
# The results with which an attempt counts; metrics.csv words it for every exam metric.
COUNTING_RESULTS = ("passed", "failed")


def suite() -> tuple[Check, ...]:
    """The checks of fct_exam_attempts."""
    results = (*load_contract()["theory_exams"].column("result").codes, "unknown")
    return (
        *fact_checks(TARGET, "attempt_id", COLUMNS),
        tokens_only(TARGET, "candidate_token", "attempt_id"),
        one_of(
            TARGET,
            "exam",
            EXAMS,
            "attempt_id",
            meaning="Every attempt is a theory or a practical one.",
            what_to_do=MEND_THE_MODEL,
        ),
        one_of(
            TARGET,
            "result",
            results,
            "attempt_id",
            meaning="Every result is one of the contract's codes or unknown.",
            what_to_do=MEND_THE_MODEL,
        ),
        *(
            rows_as_in_kpi_values(
                TARGET, f"{exam}_attempts", counted=f"exam = '{exam}' and result in ({sql_list(COUNTING_RESULTS)})"
            )
            for exam in EXAMS
        ),
    )
