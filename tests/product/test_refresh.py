"""A year of one small installation, in the order of these tests: deliveries, a correction, a fault, its mending.

Every figure is worked out by hand from the rows of small_deliveries.
"""

import hashlib
import json
import re

import duckdb
import pytest

from orchestration.settings import PROJECT_DIR
from tests.small_deliveries import SMALL_DELIVERIES


def snapshot_hash(product):
    return hashlib.sha256(product.settings.published_marts.read_bytes()).hexdigest()


def told(product):
    """The notifications: what happened, and in which steps."""
    lines = product.settings.notifications_log.read_text(encoding="utf-8").splitlines()
    return [(line["event"], [step["step"] for step in line["failed_steps"]]) for line in map(json.loads, lines)]


def test_deliveries_become_published_marts(product):
    for name, content in SMALL_DELIVERIES.items():
        product.deliver(name, content)
    assert product.refresh() == 0, product.output
    manifest = json.loads((product.settings.published_dir / "manifest.json").read_text())
    assert manifest["as_of"] == "2025-01-20"
    assert manifest["rows"]["fct_exam_attempts"] == 10
    parquet = product.settings.published_dir / "parquet" / "kpi_values.parquet"
    assert duckdb.sql(f"select count(*) from '{parquet}'").fetchone() == (manifest["rows"]["kpi_values"],)


def test_court_figures(product):
    assert product.kpi("court_cases", "2024-01-01") == 3
    assert product.kpi("court_cases", "2024-01-01", "KZ-75") == 1
    assert product.kpi("court_cases", "2024-01-01", "HQ") == 1
    assert product.kpi("court_cases", "2024-01-01", "unknown") == 1
    assert product.kpi("court_cases", "2023-01-01", "KZ-19") == 1
    # settled + dismissed are decided, none of them satisfied; pending is not decided
    assert product.kpi("court_satisfied_pct", "2024-01-01") == 0
    assert product.marts(
        "select numerator, denominator, prior_year_value, change_pct from kpi_values where period_grain = 'year' "
        "and metric_key = 'court_satisfied_pct' and period_start = '2024-01-01' and region_code = 'KZ'"
    ) == [(0, 2, 100, -100)]


def test_the_note_is_written_from_what_was_published(product):
    """Its year is the last whole one. Nothing is known of 2023 but December: three cases are no rise over one."""
    assert product.run("orchestration.memo", "--lang", "en") == 0, product.output
    page = (product.settings.data_dir / "memo" / "note_2024_en.html").read_text(encoding="utf-8")
    text = re.sub(r"<[^>]+>|\s+", " ", page)
    assert re.search(r"Court cases +\[\d+\] +3 +1–9 +1 +no data +no data", text)
    assert "Hotline reports: no data. Missing source: hotline reports." in text


@pytest.mark.parametrize(
    ("metric", "lower", "upper"),
    [("court_cases", 0.60, 8.77), ("court_satisfied_pct", 0, 65.76), ("repeat_offender_pct", 9.45, 90.55)],
)
def test_small_counts_have_wide_intervals(product, metric, lower, upper):
    """Byar's interval of 3 cases; Wilson's of 0 of 2 decided, and of 1 of 2 employees."""
    assert product.marts(
        "select interval_lower, interval_upper from kpi_values where period_grain = 'year' and breakdown = 'all' "
        f"and metric_key = '{metric}' and period_start = '2024-01-01' and region_code = 'KZ'"
    ) == [(pytest.approx(lower, abs=0.01), pytest.approx(upper, abs=0.01))]


def test_exam_figures(product):
    # T6 did not appear; T4's centre is not registered: counted for KZ and 'unknown', its hours not assessed.
    assert product.kpi("theory_attempts", "2024-01-01") == 5
    assert product.kpi("theory_attempts", "2024-01-01", "unknown") == 1
    # T1 after closing; T2 and T3 inside; T5 began inside, its status was updated at closing time
    assert product.kpi("out_of_hours_exams", "2024-01-01") == 2
    assert product.kpi("out_of_hours_exams", "2024-01-01", "KZ", "cause", "exam_out_of_hours") == 1
    assert product.kpi("out_of_hours_exams", "2024-01-01", "KZ", "cause", "late_status_update") == 1
    assert product.kpi("out_of_hours_exams", "2024-02-01", "KZ-75", period_grain="month") == 1
    # T2 took 299 s, T3 300 s
    assert product.kpi("theory_under_5_min", "2024-01-01") == 1
    # two attempts in December and two in January: four in two months, never three in one
    assert product.kpi("practical_over_month_limit", "2025-01-01") == 0
    assert product.kpi("practical_over_two_month_limit", "2025-01-01", "KZ-71") == 1
    # P1..P3 at C1, P4 at C2, in 2025
    assert product.kpi("multi_centre_candidates_practical", "2025-01-01", "KZ-75") == 1
    # before 1 March 2025 only attempts with a pass in the 12 months before are assessable: all four are
    assert product.kpi("practical_without_theory_pct", "2025-01-01") == 0
    assert product.kpi("practical_attempts_per_autodrome", "2025-01-01", "KZ-75") == 0.5


def test_discipline_figures(product):
    # 9 July less 6 months is 9 January: 10 January is inside, so E1 has three penalties in the window of D3
    assert product.kpi("employees_over_penalty_limit", "2024-01-01", "KZ-75") == 1
    assert product.kpi("employees_over_penalty_limit", "2024-01-01", "KZ-71") == 0
    assert product.kpi("repeat_offenders", "2024-01-01", "KZ-71") == 1
    assert product.kpi("repeat_offenders", "2024-01-01", "KZ-75") == 0
    assert product.kpi("repeat_offender_pct", "2024-01-01") == 50


def test_absent_sources_are_no_data(product):
    assert product.marts("select count(*) from kpi_values where metric_key = 'appeals'") == [(0,)]
    statuses = dict(product.marts("select figure_id, status from memo_reconciliation"))
    assert statuses["P01"] == "no_data"
    assert statuses["C01"] == "differs"


def test_bad_rows_are_named_and_the_figures_they_touch_wait(product):
    assert product.marts("select source, file_name, row_number, column_name, status from quarantine") == [
        ("court_cases", "cases.csv", 5, "filed_on", "open")
    ]


def test_nothing_new_changes_nothing(product):
    before = product.marts("select * from kpi_values order by all")
    assert product.refresh() == 0, product.output
    assert "nothing new among 5 files" in product.output
    assert not product.settings.notifications_log.exists()
    assert product.marts("select * from kpi_values order by all") == before


def test_a_correction_replaces_the_row_and_resolves_the_quarantine(product):
    product.deliver(
        "court_cases/correction.csv",
        "case_number;filed_on;proceeding;outcome\n5;30.06.2024;civil;satisfied\n2;2024-01-01;civil;settled\n",
    )
    assert product.refresh() == 0, product.output
    assert product.marts("select status from quarantine") == [("resolved",)]
    # case 5 is now in 2024, and case 2 lost its region with the correction: an empty one is the central office
    assert product.kpi("court_cases", "2024-01-01") == 4
    assert product.kpi("court_cases", "2024-01-01", "HQ") == 3
    assert product.kpi("court_cases", "2024-01-01", "KZ", "outcome", "dismissed") == 0


def test_a_failed_blocking_check_leaves_the_old_snapshot(product):
    before = snapshot_hash(product)
    product.deliver("court_cases/more.csv", "case_number,filed_on,proceeding,outcome\n6,2024-07-01,civil,settled\n")
    with duckdb.connect(str(product.settings.warehouse)) as connection:
        connection.execute("update raw.court_cases set proceeding = null where case_number = '3'")
    assert product.refresh() == 1
    assert "FAILED: great_expectations check proceeding_is_filled on raw.court_cases (1 rows)" in product.output
    assert "what to do:" in product.output
    assert "Dependencies for step" not in product.output
    assert snapshot_hash(product) == before
    assert told(product) == [("failed", ["check_raw"])]


def test_once_mended_the_next_run_publishes_what_waited(product):
    with duckdb.connect(str(product.settings.warehouse)) as connection:
        connection.execute("update raw.court_cases set proceeding = 'administrative' where case_number = '3'")
    assert product.refresh() == 0, product.output
    assert product.kpi("court_cases", "2024-01-01") == 5
    assert told(product) == [("failed", ["check_raw"]), ("recovered", [])]


def test_no_personal_number_leaves_the_vault(product):
    delivered = [b"900101300126", b"800000000028"]
    for path in product.settings.data_dir.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert not any(iin in content for iin in delivered), path
    assert not any(iin.decode() in product.output for iin in delivered)
    with duckdb.connect(str(product.settings.warehouse), read_only=True) as connection:
        texts = connection.execute(
            "select schema_name, table_name, column_name from duckdb_columns() "
            "where data_type = 'VARCHAR' and database_name = 'warehouse' and not internal"
        ).fetchall()
        for schema, table, column in texts:
            found = connection.execute(
                f'select count(*) from {schema}.{table} where "{column}" in (?, ?)',
                [iin.decode() for iin in delivered],
            ).fetchone()
            assert found == (0,), (schema, table, column)
    # the same two people in both logs are the same two tokens
    assert product.marts("select count(distinct candidate_token) from fct_exam_attempts") == [(2,)]


def test_files_are_readable_by_their_owner_only(product):
    for path in product.settings.data_dir.rglob("*"):
        assert path.stat().st_mode & 0o077 == 0, path


def test_every_run_left_its_log(product):
    logs = [path.read_text(encoding="utf-8") for path in product.settings.logs_dir.glob("*.jsonl")]
    runs = [[json.loads(line) for line in log.splitlines()] for log in logs]
    ends = sorted(lines[-1]["event"] for lines in runs)
    assert ends == ["run_done", "run_done", "run_done", "run_done", "run_failed"]
    (failed,) = [lines for lines in runs if lines[-1]["event"] == "run_failed"]
    first = next(line for line in failed if line["level"] == "ERROR")
    assert (first["step"], first["check"], first["target"], first["rows"]) == (
        "check_raw",
        "proceeding_is_filled",
        "raw.court_cases",
        1,
    )
    assert first["what_to_do"]


def test_the_operations_page_has_a_part_for_every_step(product):
    page = (PROJECT_DIR / "docs/operations/README.md").read_text(encoding="utf-8")
    logs = [path.read_text(encoding="utf-8") for path in product.settings.logs_dir.glob("*.jsonl")]
    steps = {json.loads(line)["step"] for log in logs for line in log.splitlines()} - {None}
    assert "published__published_snapshot" in steps
    assert steps <= set(re.findall(r"^### (\w+)", page, re.MULTILINE))


def test_the_doctor_finds_nothing_wrong_after_all_that(product):
    assert product.run("orchestration.doctor") == 0, product.output
    assert "ok       last run    went through" in product.output
