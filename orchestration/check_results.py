"""The results of every check of every run, dbt's and Great Expectations' alike: kept in the warehouse, said in words.

What a rule is belongs to its owner (dbt tests, expectations/); here is only what came out.
"""

import logging
from datetime import UTC, datetime

from expectations.results import CheckResult
from orchestration.ingestion.warehouse import open_warehouse
from orchestration.settings import Settings


def record(settings: Settings, run_id: str, results: list[CheckResult]) -> None:
    """Append the results of a run to the warehouse; no other connection of this process may be open."""
    if not results:
        return
    run_at = datetime.now(UTC).replace(tzinfo=None)
    with open_warehouse(settings) as connection:
        connection.executemany(
            "insert into raw.check_results values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                [
                    run_id,
                    run_at,
                    result.checker,
                    result.check_name,
                    result.target,
                    result.severity,
                    result.status,
                    result.failing_rows,
                    result.meaning,
                ]
                for result in results
            ],
        )


def as_text(result: CheckResult, settings: Settings) -> str:
    """A check that did not pass, in the words that its reader needs: which check, which rows, what to do."""
    outcome = "FAILED" if result.blocks else "warning"
    rows = f"{result.failing_rows:,} rows" if result.failing_rows is not None else "could not run"
    lines = [
        f"{outcome}: {result.checker} check {result.check_name} on {result.target} ({rows})",
        f"    rule: {result.meaning}",
        f"    what to do: {result.what_to_do}",
    ]
    if result.rows_query:
        query = " ".join(result.rows_query.split())
        lines.append(f"    the rows, in {settings.warehouse} opened read-only: {query}")
    return "\n".join(lines)


def report_unmet(log: logging.Logger, results: list[CheckResult], settings: Settings) -> None:
    """Report each check that did not pass: the words for a person, and its parts for the run's log."""
    for result in results:
        if result.status != "pass":
            log.log(
                logging.ERROR if result.blocks else logging.WARNING,
                as_text(result, settings),
                extra={
                    "event": "check_failed" if result.blocks else "check_warned",
                    "check": result.check_name,
                    "target": result.target,
                    "rows": result.failing_rows,
                    "rule": result.meaning,
                    "what_to_do": result.what_to_do,
                    "rows_query": result.rows_query and " ".join(result.rows_query.split()),
                },
            )


def counts(results: list[CheckResult]) -> str:
    """How many checks passed, warned and failed, in one line."""
    passed = sum(result.status == "pass" for result in results)
    failed = sum(result.blocks for result in results)
    return f"{passed} of {len(results)} checks passed, {len(results) - passed - failed} warned, {failed} failed"
