"""How checks run: names, closing, privacy, and checks that cannot run."""

import re
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from expectations import data_docs
from expectations.runner import declared_checks, validate
from orchestration.contract import load_contract

IIN = "990101300123"
NAME = "Ахметов"


def test_checks_have_unique_names_that_dagster_takes():
    declared = declared_checks("raw") | declared_checks("marts")
    assert set(declared) >= set(load_contract())
    for table, checks in declared.items():
        names = [check.name for check in checks]
        assert len(names) == len(set(names)), table
        assert all(re.fullmatch(r"[A-Za-z0-9_]+", name) for name in names)
        assert {check.target.split(".")[1] for check in checks} == {table}


def test_no_query_selects_a_personal_column():
    for source in load_contract().values():
        personal = [column.name for column in source.columns if column.pii]
        for check in declared_checks("raw", [source.name])[source.name]:
            shown = check.rows_query.partition("from ")[0]
            assert not any(f'"{name}"' in shown for name in personal), check


def test_declaring_checks_imports_no_great_expectations():
    code = (
        "import sys; from expectations.runner import declared_checks; declared_checks('raw'); "
        "declared_checks('marts');"
        "sys.exit('great_expectations' in sys.modules or 'dagster' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_writer_can_open_the_file_afterwards_also_after_errors(warehouse, execute):
    execute("drop table marts.fct_penalties")
    validate(warehouse, "marts", ["fct_penalties", "kpi_values"])
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("create table proof (number integer)")


def test_a_missing_table_fails_and_what_needs_it_could_not_run(execute, not_passed):
    execute("drop table marts.fct_penalties")
    failed = not_passed("marts.fct_penalties")
    assert (failed["columns_as_promised"].status, failed["columns_as_promised"].failing_rows) == ("fail", 4)
    others = [result for name, result in failed.items() if name != "columns_as_promised"]
    assert len(others) == len(declared_checks("marts")["fct_penalties"]) - 1
    assert {(result.status, result.failing_rows, result.blocks) for result in others} == {("error", None, True)}


def test_one_check_that_cannot_run_does_not_take_others_with_it(execute, not_passed):
    execute("drop table marts.kpi_values")
    assert set(not_passed("marts.fct_court_cases")) == {"court_cases_as_in_kpi_values"}


def test_no_warehouse_is_said_plainly(tmp_path):
    with pytest.raises(FileNotFoundError, match="load deliveries first"):
        validate(tmp_path / "warehouse.duckdb", "raw")


def test_no_personal_value_in_results_or_docs(warehouse: Path, execute, tmp_path: Path):
    execute(f"""
        update raw.eotinish_appeals set applicant_iin = '{IIN}', text = '{NAME} {IIN}', kind = 'none';
        alter table raw.court_cases alter filed_on type varchar;
        update raw.court_cases set filed_on = '{NAME} {IIN}';
        update marts.fct_exam_attempts set candidate_token = '{IIN}'
    """)
    kept, site = tmp_path / "kept", tmp_path / "site"
    results = validate(warehouse, "raw", ["eotinish_appeals", "court_cases"], keep_in=kept)
    results += validate(warehouse, "marts", ["fct_exam_attempts"], keep_in=kept)
    assert {(result.target, result.check_name) for result in results if result.status == "fail"} == {
        ("raw.eotinish_appeals", "applicant_iin_is_a_token"),
        ("raw.eotinish_appeals", "kind_has_known_codes"),
        ("raw.court_cases", "columns_as_promised"),
        ("marts.fct_exam_attempts", "candidate_token_is_a_token"),
    }
    # DuckDB's words: invalid date field format: "Ахметов 990101300123"
    problems = {result.what_to_do for result in results if result.status == "error"}
    assert any("may hold personal values" in problem for problem in problems)
    data_docs.write(kept, site)
    written = [file.read_text(encoding="utf-8") for folder in (kept, site) for file in folder.iterdir()]
    token = duckdb.sql("select md5('1')").fetchone()[0]
    for text in [repr(results), *written]:
        assert IIN not in text
        assert NAME not in text
        assert token not in text


def test_docs_open_without_a_request_and_say_what_failed(warehouse: Path, execute, tmp_path: Path):
    execute("update raw.court_cases set outcome = 'lost' where case_number = '3'")
    kept, site = tmp_path / "kept", tmp_path / "site"
    site.mkdir()
    (site / "raw.gone.html").write_text("of a table that is no more")
    validate(warehouse, "raw", ["court_cases", "centres"], keep_in=kept)
    index = data_docs.write(kept, site)
    assert {file.name for file in site.iterdir()} == {
        "index.html",
        "raw.court_cases.html",
        "raw.centres.html",
        "data_docs.css",
    }
    for file in site.iterdir():
        text = file.read_text(encoding="utf-8")
        assert not re.search(r"https?:|//cdn|<script|<img|@import|url\(", text), file.name
        linked = re.findall(r'(?:href|src)="([^"#]+)"', text)
        assert all((site / link).is_file() for link in linked), file.name
    assert ">14</td><td>0</td><td>1</td>" in index.read_text(encoding="utf-8")
    page = (site / "raw.court_cases.html").read_text(encoding="utf-8")
    assert "outcome is one of the contract&#39;s codes" in page or "outcome is one of the contract's codes" in page
    assert "1 failing rows" in page


def test_docs_begin_with_what_failed_and_fold_the_queries(warehouse: Path, execute, tmp_path: Path):
    execute("update raw.court_cases set outcome = 'lost' where case_number = '3'")
    validate(warehouse, "raw", ["centres", "court_cases"], keep_in=tmp_path / "kept")
    index = data_docs.write(tmp_path / "kept", tmp_path / "site").read_text(encoding="utf-8")
    assert index.index("raw.court_cases.html") < index.index("raw.centres.html")
    page = (tmp_path / "site" / "raw.court_cases.html").read_text(encoding="utf-8")
    assert "14 checks, 1 failed" in page
    assert page.index("<b>Warning:</b> outcome is one of") < page.index("Table-Level Expectations")
    assert page.count("<details>") == page.count("<pre>") == page.count("</details>") > 0


def test_a_failure_names_the_files_of_its_rows(warehouse: Path, execute):
    execute("update raw.court_cases set outcome = 'lost' where case_number = '3'")
    results = {result.check_name: result for result in validate(warehouse, "raw", ["court_cases"])}
    assert results["outcome_has_known_codes"].deliveries == "courts.csv"
    assert results["filed_on_is_filled"].deliveries is None


def test_docs_without_a_validation_are_refused(tmp_path):
    with pytest.raises(FileNotFoundError, match="run the checks first"):
        data_docs.write(tmp_path, tmp_path / "site")
