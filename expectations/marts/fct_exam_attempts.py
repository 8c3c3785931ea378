"""Plausibility of marts.fct_exam_attempts."""

from expectations.checks import Check, one_of, sql_list
from expectations.marts.facts import MEND_THE_MODEL, fact_checks, rows_as_in_kpi_values, tokens_only
from orchestration.contract import load_contract

TARGET = "marts.fct_exam_attempts"
KEY = ("exam", "attempt_id")  # each exam's system numbers its own attempts
ROW_KEY = ", ".join(KEY)
COLUMNS = ("candidate_token", "centre_code", "started_at", "result")
EXAMS = ("theory", "practical")
# The results with which an attempt counts; metrics.csv words it for every exam metric.
COUNTING_RESULTS = ("passed", "failed")


def suite() -> tuple[Check, ...]:
    """The checks of fct_exam_attempts."""
    results = (*load_contract()["theory_exams"].column("result").codes, "unknown")
    return (
        *fact_checks(TARGET, KEY, COLUMNS),
        tokens_only(TARGET, "candidate_token", ROW_KEY),
        one_of(
            TARGET,
            "exam",
            EXAMS,
            ROW_KEY,
            meaning="Every attempt is a theory or a practical one.",
            what_to_do=MEND_THE_MODEL,
        ),
        one_of(
            TARGET,
            "result",
            results,
            ROW_KEY,
            meaning="Every result is one of the contract's codes or unknown.",
            what_to_do=MEND_THE_MODEL,
        ),
        *(
            rows_as_in_kpi_values(
                TARGET,
                f"{exam}_attempts",
                counted=f"exam = '{exam}' and result in ({sql_list(COUNTING_RESULTS)})",
            )
            for exam in EXAMS
        ),
    )
