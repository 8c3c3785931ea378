"""What the steward looks for within a minute: are the data complete, which column broke, its rows, its mending."""

import pytest
from playwright.sync_api import expect

from tests.reports.conftest import Reader

pytestmark = [pytest.mark.slow, pytest.mark.timeout(3000)]


def test_whether_last_nights_data_are_complete(reader: Reader):
    late = [source for (source,) in reader.site.desk("select source from source_freshness where status = 'late'")]
    ((rejected,),) = reader.site.desk(
        "select count(*) from delivery_ledger where status = 'rejected' "
        "and load_run = (select max(load_run) from delivery_ledger)"
    )
    ((outcome,),) = reader.site.desk("select outcome from pipeline_runs order by run_number desc limit 1")
    ((problems,),) = reader.site.desk("select count(*) from quality_problems where status = 'open'")
    for path in ("en/", "en/quality/"):
        reader.opens(path)
        answer = reader.page.locator("[data-complete]")
        assert (
            answer.get_attribute("data-complete") == str(outcome == "published" and not late and not rejected).lower()
        )
        counts = {"sources": len(late), "deliveries": rejected, "problems": problems}
        for words, count in counts.items():
            assert reader.page.locator(f"[data-cards=quality] [data-count={words}]").inner_text() == str(count)
    assert reader.page.locator("[data-table=freshness] tbody tr[data-status=late]").count() == len(late)


def test_a_problem_says_since_when_who_mends_it_and_which_figures_it_touches(reader: Reader):
    ((problem, since, touched),) = reader.site.desk(
        "select problem_id, strftime(since, '%Y-%m-%d %H:%M'), metrics_touched from quality_problems "
        "where status = 'open' and metrics_touched > 0 order by metrics_touched, problem_id limit 1"
    )
    reader.opens("kk/quality/?state=open")
    reader.page.locator(f"[data-table=problems] a[href*='{problem}']").click()
    shown = reader.page.locator(f"[data-problem='{problem}']")
    shown.wait_for()
    assert since in shown.inner_text()
    expect(shown.locator("a[href*='/kk/metric/']")).to_have_count(touched)


def test_the_list_of_problems_names_the_check_the_column_and_the_file(reader: Reader):
    ((check,),) = reader.site.desk(
        "select check_name from quality_problems where kind = 'failed_check' and status = 'open' "
        "order by check_name limit 1"
    )
    reader.opens("en/quality/?state=open")
    shown = reader.page.locator("[data-table=problems]").inner_text()
    assert f"· {check}" in shown
    assert "landing.disciplinary_records · disciplinary_records_2025-01_draft.tsv" in shown
    assert "raw.treasury_receipts · paid_on" in shown


def test_a_delivery_without_a_required_column_stands_first_with_its_reason(reader: Reader):
    ((file_name,),) = reader.site.desk(
        "select file_name from delivery_ledger where status = 'rejected' "
        "and reason = 'required column missing: penalty'"
    )
    reader.opens("ru/quality/?status=rejected")
    row = reader.row("deliveries", file_name)
    assert "отклонено" in row
    assert "нет обязательного столбца: penalty" in row


def test_the_rows_of_a_broken_column_and_what_became_of_them(reader: Reader):
    """The demo has a delivery some of whose rows came anew, and well: these are resolved, the others open."""
    ((delivery, rows, still_open, resolved),) = reader.site.desk(
        "select delivery_id, count(*), count(*) filter (where status = 'open'), "
        "count(*) filter (where status = 'resolved') "
        "from quarantine group by 1 having count(distinct status) = 2 order by 1 limit 1"
    )
    reader.opens("en/quality/?status=loaded_with_quarantine")
    reader.page.locator(f"[data-table=deliveries] tbody a[href*='delivery={delivery}#']").click()
    table = reader.page.locator("[data-table=refused_rows]")
    expect(table).to_have_attribute("data-rows", str(rows), timeout=20_000)
    more = table.get_by_role("button", name="Show all")
    if more.count():
        more.click()
    assert table.locator("tbody tr[data-status=open]").count() == still_open
    assert table.locator("tbody tr[data-status=resolved]").count() == resolved
    ((row_number, column, reason),) = reader.site.desk(
        f"select row_number, column_name, reason from quarantine where delivery_id = {delivery} and status = 'open' "
        "order by row_number limit 1"
    )
    shown = [" ".join(text.split()) for text in table.locator("tbody tr[data-status=open]").all_inner_texts()]
    assert any(text.startswith(f"{row_number:,} {column} {reason}") for text in shown), shown


def test_no_refused_value_is_in_what_the_site_gives_out(reader: Reader):
    """Only where and why a value was refused: the pages' data hold no column of values, tokens or persons."""
    names = {
        name
        for path in (reader.site.settings.reports_dir / "data").rglob("*.parquet")
        for (name,) in reader.site.sql(f"select name from parquet_schema('{path}')")
    }
    assert "column_name" in names
    assert not {name for name in names if "token" in name or "employee" in name or "iin" in name or name == "raw_value"}
