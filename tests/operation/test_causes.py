"""What of an error may be repeated where everybody reads it."""

from dataclasses import dataclass

import pytest

from orchestration.runs.causes import first_cause

LEFT_OUT = "its text is left out, because it may quote what was delivered"


@dataclass(frozen=True)
class Error:
    message: str
    cause: "Error | None" = None


@pytest.mark.parametrize(
    ("message", "told"),
    [
        ("orchestration.ingestion.tokens.SecretError: too short\n", "SecretError: too short"),
        ("dagster._core.definitions.events.Failure: dbt: 1 check failed\n", "Failure: dbt: 1 check failed"),
        (
            "PermissionError: [Errno 13] Permission denied: '/landing'\n",
            "PermissionError: [Errno 13] Permission denied: '/landing'",
        ),
        ("_duckdb.IOException: IO Error: No space left\n", "IOException: IO Error: No space left"),
        (
            "_duckdb.ConversionException: Could not convert string '900101300126' to DATE\n",
            f"ConversionException: {LEFT_OUT}",
        ),
        ("ValueError: invalid literal: '900101300126'\n", f"ValueError: {LEFT_OUT}"),
        (
            "dagster._core.errors.DagsterSubprocessError: In process 7: ValueError: '900101300126'\n",
            f"DagsterSubprocessError: {LEFT_OUT}",
        ),
    ],
)
def test_own_words_and_words_about_files_are_repeated_others_are_not(message, told):
    wrapped = Error("dagster._core.errors.DagsterExecutionStepExecutionError: in load_deliveries:\n", Error(message))
    assert str(first_cause(wrapped)) == told


def test_a_failure_of_ours_says_more_than_what_it_came_from():
    came_from = Error("FileNotFoundError: [Errno 2] No such file or directory: '/x/secret.key'\n")
    ours = Error("orchestration.ingestion.tokens.SecretError: the key is gone: restore it\n", came_from)
    assert str(first_cause(ours)) == "SecretError: the key is gone: restore it"
