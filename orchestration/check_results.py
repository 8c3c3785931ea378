"""The results of every check of every run, dbt's and Great Expectations' alike: kept in the warehouse, said in words.

What a rule is belongs to its owner (dbt tests, expectations/); here is only what came out.
"""

import logging
from collections.abc import Iterator
from datetime import UTC, datetime

from expectations.results import CheckResult
from expectations.runner import declared_checks
from expectations.seeds import seed_rows
from orchestration.contract import load_contract
from orchestration.ingestion.warehouse import open_warehouse
from orchestration.quality.accepted_deviations import (
    SEED,
    Deviation,
    DeviationError,
    KnownCheck,
    accept,
    load_deviations,
)
from orchestration.quality.drift_results import known_drift_checks
from orchestration.settings import Settings, run_date
from orchestration.transformation.dbt_tests import known_tests, read_manifest

COLUMNS = (
    *("checker", "check_name", "target", "severity", "status", "failing_rows", "deliveries", "meaning", "what_to_do"),
    *("accepted_until", "accepted_reason", "accepted_by"),
)


def known_checks(settings: Settings) -> Iterator[KnownCheck]:
    """Every check that a run makes."""
    for layer in ("raw", "marts"):
        for checks in declared_checks(layer).values():
            for check in checks:
                yield KnownCheck(check.name, check.target, check.checker, check.severity)
    yield from known_drift_checks(load_contract())
    yield from known_tests(read_manifest(settings.dbt_target))


def deviations(settings: Settings) -> list[Deviation]:
    """What is accepted, by the seed. DeviationError when a line of it is not in order."""
    if not seed_rows(SEED):
        return []
    return load_deviations(known_checks(settings), load_contract(), run_date())


def judge_and_record(settings: Settings, run_id: str, results: list[CheckResult]) -> list[CheckResult]:
    """The results with what is accepted told as such, appended to the warehouse.

    No other connection of this process may be open. DeviationError when the seed of accepted deviations is not in
    order: then the results are kept as they came out.
    """
    if not results:
        return []
    try:
        judged = accept(results, deviations(settings), run_date())
    except DeviationError:
        _record(settings, run_id, results)
        raise
    _record(settings, run_id, judged)
    return judged


def _record(settings: Settings, run_id: str, results: list[CheckResult]) -> None:
    told = ("run_id", "run_at", "judged_on", *COLUMNS)
    run = [run_id, datetime.now(UTC).replace(tzinfo=None), run_date()]
    with open_warehouse(settings) as connection:
        connection.executemany(
            f"insert into raw.check_results ({', '.join(told)}) values ({', '.join('?' * len(told))})",
            [[*run, *(getattr(result, name) for name in COLUMNS)] for result in results],
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
        if result.is_broken:
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
    """How many checks passed, warned and failed, in one line; then what is neither."""
    passed = sum(result.status == "pass" for result in results)
    failed = sum(result.blocks for result in results)
    warned = sum(result.is_broken for result in results) - failed
    others = {"accepted": "accepted", "skipped": "not made", "no_data": "without data"}
    numbers = {words: sum(result.status == status for result in results) for status, words in others.items()}
    more = "".join(f", {number} {words}" for words, number in numbers.items() if number)
    return f"{passed} of {len(results)} checks passed, {warned} warned, {failed} failed{more}"
