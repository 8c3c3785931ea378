"""Runs the suites of a layer on the warehouse file and says what came out.

Great Expectations takes seconds to import, so it is imported when a validation starts and not before.
Nothing of the data leaves here but numbers of rows: results are asked for as true or false, and an exception's text is
kept only where it can name nothing but tables and columns.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

from expectations import marts, raw_deliveries
from expectations.checks import Check
from expectations.results import CheckResult, Severity
from orchestration.contract import load_contract

Layer = Literal["raw", "marts"]

_GX_SEVERITY: dict[Severity, str] = {"error": "critical", "warn": "warning"}

# Errors of DuckDB whose text speaks of the query and not of the data.
_SPEAKS_OF_THE_QUERY = ("Catalog Error", "Binder Error", "Parser Error")


def declared_checks(layer: Layer, tables: Sequence[str] | None = None) -> dict[str, tuple[Check, ...]]:
    """The checks of the layer by table, without running any; `tables` picks some (KeyError for an unknown one)."""
    if layer == "raw":
        contract = load_contract()
        return {table: raw_deliveries.suite(contract[table], contract) for table in tables or contract}
    return {table: marts.SUITES[table]() for table in tables or marts.SUITES}


def validate(
    warehouse: Path, layer: Layer, tables: Sequence[str] | None = None, keep_in: Path | None = None
) -> list[CheckResult]:
    """Run the checks of `layer` (of `tables`, or of all its tables) on the warehouse, read-only.

    The file is closed at the end: a writer may open it in this process, as nobody may have it open with other settings
    when this starts. `keep_in` is a folder that takes one JSON file a table, for `data_docs.write`.
    FileNotFoundError when there is no warehouse; a great_expectations TestConnectionError when it cannot be opened.
    """
    if not warehouse.is_file():
        raise FileNotFoundError(f"There is no warehouse at {warehouse}: load deliveries first.")

    from expectations.engine import open_warehouse, quiet_context

    with open_warehouse(quiet_context(), warehouse, layer) as datasource:
        results: list[CheckResult] = []
        for table, checks in declared_checks(layer, tables).items():
            results += _validate_table(datasource, table, checks, keep_in)
    return results


def _validate_table(
    datasource: Any, table: str, checks: tuple[Check, ...], keep_in: Path | None
) -> list[CheckResult]:
    from great_expectations import ExpectationSuite

    suite = ExpectationSuite(name=checks[0].target, expectations=[_expectation(check) for check in checks])
    validation = datasource.batch_of(table).validate(suite, result_format="BOOLEAN_ONLY")
    # Great Expectations gives failed ones first, so results are found by the name of their check.
    outcomes = {outcome.expectation_config.meta["check"]: outcome for outcome in validation.results}
    results = [_result(datasource, check, outcomes[check.name]) for check in checks]
    if keep_in is not None:
        keep_in.mkdir(parents=True, exist_ok=True)
        kept = {"suite": suite.to_json_dict(), "validation": validation.to_json_dict()}
        (keep_in / f"{suite.name}.json").write_text(json.dumps(kept, ensure_ascii=False), encoding="utf-8")
    return results


def _expectation(check: Check) -> Any:
    import great_expectations.expectations as gxe

    from expectations.engine import ExpectNoRows

    words = {
        "severity": _GX_SEVERITY[check.severity],
        "notes": f"{check.meaning} If not: {check.what_to_do}",
        "meta": {"check": check.name},
    }
    if check.native is not None:
        return getattr(gxe, check.native.expectation)(**check.native.arguments, **words)
    # Great Expectations formats the query, so braces of its own are doubled.
    query = check.rows_query.replace("{", "{{").replace("}", "}}")
    return ExpectNoRows(unexpected_rows_query=query, **words)


def _result(datasource: Any, check: Check, outcome: Any) -> CheckResult:
    problem = _strip_problem(outcome)
    failing_rows = None
    if problem is None:
        failing_rows = 0 if outcome.success else datasource.count_rows(check.rows_query)
        outcome.result["observed_value"] = f"{failing_rows} failing rows"
    return CheckResult(
        checker="great_expectations",
        check_name=check.name,
        target=check.target,
        severity=check.severity,
        status="error" if problem is not None else "pass" if outcome.success else "fail",
        failing_rows=failing_rows,
        meaning=check.meaning,
        what_to_do=check.what_to_do if problem is None else f"The check could not run: {problem}",
        rows_query=check.rows_query,
    )


def _strip_problem(outcome: Any) -> str | None:
    """Why the check could not run, or None. What else the exception says may hold values, and is taken out."""
    info = outcome.exception_info or {}
    raised = [entry for entry in (info, *info.values()) if isinstance(entry, dict) and entry.get("raised_exception")]
    if not raised:
        return None
    first_line = raised[0]["exception_message"].strip().splitlines()[0]
    safe = any(words in first_line for words in _SPEAKS_OF_THE_QUERY) or "in BatchData does not exist" in first_line
    problem = first_line if safe else "an error whose text may hold personal values; run its rows_query to see it."
    outcome.exception_info = {"raised_exception": True, "exception_message": problem, "exception_traceback": ""}
    return problem
