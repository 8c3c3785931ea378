"""Runs the suites of a layer on the warehouse file and says what came out.

Nothing of the data leaves here but numbers of rows: Great Expectations is asked for true or false, and an
exception's text is kept only where it can name nothing but tables and columns.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from expectations import marts, raw_deliveries
from expectations.checks import Check
from expectations.results import CheckResult, Status
from orchestration.contract import load_contract

if TYPE_CHECKING:
    from great_expectations.core import ExpectationValidationResult

    from expectations.engine import DuckDBDatasource

Layer = Literal["raw", "marts"]

# How a query that shows the files of its rows selects them: their names in the ledger are masked, and may be told.
NAMES_FILES = "ledger.file_name"
FILES_NAMED = 20

# Errors whose text speaks of the query and not of the data; the last is Great Expectations' own.
_SPEAKS_OF_THE_QUERY = ("Catalog Error", "Binder Error", "Parser Error", "in BatchData does not exist")


def declared_checks(layer: Layer, tables: Sequence[str] | None = None) -> dict[str, tuple[Check, ...]]:
    """The checks of the layer by table, without running any. KeyError for a table that has none."""
    if layer == "raw":
        contract = load_contract()
        sources = contract if tables is None else tables
        return {table: raw_deliveries.suite(contract[table], contract) for table in sources}
    return {table: marts.SUITES[table]() for table in (marts.SUITES if tables is None else tables)}


def validate(
    warehouse: Path, layer: Layer, tables: Sequence[str] | None = None, keep_in: Path | None = None
) -> list[CheckResult]:
    """Run the checks of `layer` (of `tables`, or of all its tables) on the warehouse, read-only.

    Nobody may have the file open with other settings in this process when this starts; it is closed at the
    end, and a writer may open it. `keep_in` is a folder: one JSON file a table, for `data_docs.write`.
    FileNotFoundError when there is no warehouse; the TestConnectionError of Great Expectations when it cannot
    be opened.
    """
    if not warehouse.is_file():
        raise FileNotFoundError(f"There is no warehouse at {warehouse}: load deliveries first.")

    from expectations.engine import open_warehouse

    with open_warehouse(warehouse, layer) as datasource:
        results: list[CheckResult] = []
        for table, checks in declared_checks(layer, tables).items():
            results += _validate_table(datasource, table, checks, keep_in)
    return results


def _validate_table(
    datasource: "DuckDBDatasource", table: str, checks: tuple[Check, ...], keep_in: Path | None
) -> list[CheckResult]:
    from expectations.engine import run_suite

    validation = run_suite(datasource, table, checks)
    # Those that could not run come first, so results are found by the name of their check.
    outcomes = {_check_name(outcome): outcome for outcome in validation.results}
    results = [_result(datasource, check, outcomes[check.name]) for check in checks]
    if keep_in is not None:
        keep_in.mkdir(parents=True, exist_ok=True)
        kept = json.dumps(validation.to_json_dict(), ensure_ascii=False)
        # Whole or not at all: the pages are made from these files even after a run that was killed.
        draft = keep_in / f".{validation.suite_name}.draft"
        draft.write_text(kept, encoding="utf-8")
        draft.replace(keep_in / f"{validation.suite_name}.json")
    return results


def _check_name(outcome: "ExpectationValidationResult") -> str:
    if outcome.expectation_config is None or outcome.expectation_config.meta is None:
        raise ValueError("Great Expectations gave a result without the expectation it is of.")
    return str(outcome.expectation_config.meta["check"])


def _result(datasource: "DuckDBDatasource", check: Check, outcome: "ExpectationValidationResult") -> CheckResult:
    problem = _take_out_problem(outcome)
    failing_rows, deliveries = None, None
    status: Status = "error" if problem is not None else "pass" if outcome.success else "fail"
    if status == "pass" and check.basis_query is not None and datasource.count_rows(check.basis_query) == 0:
        status = "no_data"
        outcome.result["observed_value"] = "nothing to judge"
    elif problem is None:
        failing_rows = 0 if outcome.success else datasource.count_rows(check.rows_query)
        outcome.result["observed_value"] = f"{failing_rows} failing rows"
        if failing_rows and NAMES_FILES in check.rows_query:
            deliveries = _in_one_line(datasource.texts_of(check.rows_query, "file_name"))
    return CheckResult(
        checker=check.checker,
        check_name=check.name,
        target=check.target,
        severity=check.severity,
        status=status,
        failing_rows=failing_rows,
        meaning=check.meaning,
        what_to_do=check.what_to_do if problem is None else f"The check could not run: {problem}",
        rows_query=check.rows_query,
        deliveries=deliveries,
    )


def _in_one_line(file_names: Sequence[str]) -> str | None:
    """The first of these names, and how many there are besides them."""
    more = len(file_names) - FILES_NAMED
    named = [*file_names[:FILES_NAMED], *([f"and {more} more"] if more > 0 else [])]
    return ", ".join(named) or None


def _take_out_problem(outcome: "ExpectationValidationResult") -> str | None:
    """Why the check could not run, or None. What else the exception says may hold values: it is taken out."""
    # One exception, or one for each metric that raised.
    info = outcome.exception_info
    entries = [info, *info.values()]
    raised = [entry for entry in entries if isinstance(entry, dict) and entry.get("raised_exception")]
    if not raised:
        return None
    problem = str(raised[0]["exception_message"]).strip().splitlines()[0]
    if not any(words in problem for words in _SPEAKS_OF_THE_QUERY):
        problem = "an error whose text may hold personal values. Run its rows_query to see it."
    outcome.exception_info = {
        "raised_exception": True,
        "exception_message": problem,
        "exception_traceback": "",
    }
    return problem
