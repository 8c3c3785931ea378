"""Four nights of a small installation, as its steward sees them: failed ones, the mended one, one after a date."""

import pytest

from tests.small_deliveries import SMALL_DELIVERIES

pytestmark = pytest.mark.slow

BROKEN = "kind = 'failed_check' and check_name = 'proceeding_is_filled'"
REFUSED = "kind = 'open_quarantine' and source = 'court_cases'"
REJECTED = "kind = 'rejected_delivery'"
SPELLING = "check_name = 'region_has_known_spelling' and target = 'raw.court_cases'"


def test_the_first_night_fails_and_publishes_nothing(product):
    for name, content in SMALL_DELIVERIES.items():
        product.deliver(name, content)
    # A column is missing here, and one day of June is none in cases.csv.
    product.deliver("disciplinary_records/july.csv", "record_id,employee_id,imposed_on\nD9,E1,2024-07-30\n")
    product.load()
    product.write("update raw.court_cases set proceeding = null where case_number = '3'")
    assert product.refresh_on("2026-12-01") == 1
    assert not product.settings.published_marts.exists()


def test_what_broke_is_seen_all_the_same(product):
    assert product.desk("select outcome, failed_steps, checks_failed, judged_on::varchar from pipeline_runs") == [
        ("failed", "check_raw", 1, "2026-12-01")
    ]
    assert product.desk(
        "select status, is_blocking, severity, target, deliveries, rows_open, runs, mended_by, go_to "
        f"from quality_problems where {BROKEN}"
    ) == [
        (
            "open",
            True,
            "error",
            "raw.court_cases",
            "cases.csv",
            1,
            1,
            "data_engineer",
            "docs/operations/README.md#check_raw",
        )
    ]
    # nothing else stands in the way of the publication
    assert product.desk("select count(*) from quality_problems where is_blocking") == [(1,)]


def test_the_broken_column_its_rows_and_the_reason(product):
    assert product.desk(
        f"select status, column_name, in_words, deliveries, rows_open, mended_by from quality_problems where {REFUSED}"
    ) == [
        (
            "open",
            "filed_on",
            "Values of filed_on were refused: not a date (YYYY-MM-DD or DD.MM.YYYY)",
            "cases.csv",
            1,
            "source_owner",
        )
    ]
    assert product.desk("select file_name, row_number, status from quarantine") == [("cases.csv", 5, "open")]
    assert product.desk(f"select status, target, in_words, deliveries from quality_problems where {REJECTED}") == [
        (
            "open",
            "landing.disciplinary_records",
            "The delivery was rejected: required column missing: penalty",
            "july.csv",
        )
    ]


def test_it_is_old_since_the_file_was_first_seen(product):
    ((since, seen),) = product.desk(
        "select problems.since, ledger.first_seen_at from quality_problems as problems, delivery_ledger as ledger "
        f"where ledger.file_name = 'cases.csv' and problems.{REFUSED.replace(' and ', ' and problems.')}"
    )
    assert since == seen


def test_the_figures_that_it_touches(product):
    touched = product.desk(
        "select metric_key from quality_problem_metrics where problem_id = "
        f"(select problem_id from quality_problems where {REFUSED}) order by 1"
    )
    assert touched == [("court_cases",), ("court_not_examined_pct",), ("court_satisfied_pct",)]


def test_a_line_that_is_not_in_order_accepts_nothing_and_says_so(product):
    product.accept("failed_check,no_such_check,raw.court_cases,,,2026-12-01,2026-12-31,a letter,quality_steward")
    assert product.refresh_on("2026-12-02") == 1
    assert "seeds/accepted_deviations.csv is not in order" in product.output
    assert "line 2: there is no check 'no_such_check'" in product.output
    # the night is told all the same, and the check has failed for two nights now
    assert product.desk(f"select status, runs from quality_problems where {BROKEN}") == [("open", 2)]


def test_the_corrected_files_come_and_what_is_known_is_accepted(product):
    seed = product.project / "seeds/accepted_deviations.csv"
    seed.write_text(seed.read_text(encoding="utf-8").splitlines()[0] + "\n", encoding="utf-8")
    product.accept(
        "failed_check,region_has_known_spelling,raw.court_cases,,,2026-12-01,2026-12-31,the court moved,quality_steward"
    )
    product.accept(
        "rejected_delivery,,landing.disciplinary_records,,july.csv,2026-12-01,2026-12-31,a draft,quality_steward"
    )
    product.write("update raw.court_cases set proceeding = 'administrative' where case_number = '3'")
    product.deliver(
        "court_cases/cases_corrected.csv",
        "case_number,filed_on,region,proceeding,outcome\n5,2024-06-30,Алматы,civil,satisfied\n",
    )
    assert product.refresh_on("2026-12-31") == 0, product.output
    assert product.desk("select outcome from pipeline_runs order by run_number") == [
        ("failed",),
        ("failed",),
        ("published",),
    ]


def test_it_turns_resolved_by_the_file_that_mended_it(product):
    assert product.desk(
        f"select status, rows_open, rows_resolved, resolved_by from quality_problems where {REFUSED}"
    ) == [("resolved", 0, 1, "cases_corrected.csv")]
    assert product.desk("select status, resolved_by from quarantine") == [("resolved", "cases_corrected.csv")]
    assert product.desk(f"select status, runs, is_blocking from quality_problems where {BROKEN}") == [
        ("resolved", 2, False)
    ]


def test_what_is_accepted_shows_as_accepted(product):
    assert product.desk(
        "select status, accepted_until::varchar, accepted_reason, accepted_by "
        f"from quality_problems where {SPELLING} or {REJECTED} order by 3"
    ) == [
        ("accepted", "2026-12-31", "a draft", "quality_steward"),
        ("accepted", "2026-12-31", "the court moved", "quality_steward"),
    ]
    # it was no pass before, and is none now
    history = f"select status from data_quality_results where {SPELLING} order by run_at"
    assert product.desk(history) == [("fail",), ("fail",), ("accepted",)]


def test_the_published_marts_tell_the_same(product):
    columns = "problem_id, status, since, runs, rows_open, rows_resolved, metrics_touched, mended_by"
    query = f"select {columns} from quality_problems order by 1"
    assert product.marts(query) == product.desk(query)


def test_the_day_after_it_fails_again(product):
    assert product.refresh_on("2027-01-01") == 0, product.output
    assert product.desk(f"select status, runs from quality_problems where {SPELLING}") == [("open", 4)]
    assert product.desk(f"select status, accepted_until from quality_problems where {REJECTED}") == [("open", None)]
    assert product.desk(f"select status from data_quality_results where {SPELLING} and is_latest") == [("fail",)]
