"""What an analyst looks for within a minute: the pages show the figures that SQL gives, and filters work."""

import re
from collections import Counter
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.reports.conftest import Reader

pytestmark = [pytest.mark.slow, pytest.mark.timeout(3000)]

DECIMAL_MARKS = [("en", "."), ("ru", ","), ("kk", ",")]


def pass_rate(reader: Reader, grain: str, start: str, region: str) -> list[str]:
    """Practical pass rate and its interval as SQL gives them, with one decimal."""
    ((*numbers,),) = reader.site.sql(
        "select value, interval_lower, interval_upper from kpi_values where metric_key = 'practical_pass_pct' "
        f"and period_grain = '{grain}' and period_start = '{start}' and region_code = '{region}' and breakdown = 'all'"
    )
    return [f"{number:.1f}" for number in numbers]


def figure_row(reader: Reader, table: str, metric: str) -> str:
    """The row of a metric, found by the link to its definition."""
    rows = reader.page.locator(f"[data-table={table}] tbody tr")
    row = rows.filter(has=reader.page.locator(f"a[href*='metric={metric}']")).first
    return " ".join(row.inner_text().split())


@pytest.mark.parametrize(("language", "mark"), DECIMAL_MARKS)
def test_last_years_practical_pass_rate_of_zhetisu_with_its_interval(reader: Reader, language: str, mark: str):
    reader.opens(f"{language}/exams/?region=KZ-33&year=2025")
    row = figure_row(reader, "figures", "practical_pass_pct")
    value, lower, upper = (number.replace(".", mark) for number in pass_rate(reader, "year", "2025-01-01", "KZ-33"))
    assert f"{value} %" in row
    assert f"{lower} – {upper}" in row


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_why_almaty_region_alerts_on_violations(reader: Reader, language: str):
    (before, now) = (
        value
        for (value,) in reader.site.sql(
            "select value from kpi_values where metric_key = 'violations' and period_grain = 'year' "
            "and region_code = 'KZ-19' and breakdown = 'all' order by period_start"
        )
    )
    reader.opens(f"{language}/violations/?region=KZ-19&year=2025")
    row = reader.page.locator("[data-table=figures] tbody tr[data-status=alert]")
    row.locator("a[href*='/why/?'][href*='metric=violations']").click()
    reader.page.wait_for_url(f"**/{language}/why/**")
    reader.waits()
    past = reader.page.locator("[data-comparison=own_past]")
    ((level, past_level, ratio, alert),) = reader.site.sql(
        "select level, past_level, estimate, alert_limit from risk_comparisons where metric_key = 'violations' "
        "and region_code = 'KZ-19' and kind = 'own_past' and period_start = '2025-01-01'"
    )
    shown = past.inner_text().replace(",", ".")
    assert past.locator("[data-status=alert]").count() == 1
    for number in (f"{level:.0f} (", f"\n{past_level:.0f}\n", f"{ratio:.2f} (", f"{alert:.2f}"):
        assert number in shown
    by_region = figure_row_of_region(reader, "KZ-19")
    assert f"{now:.0f}" in by_region
    assert f"{before:.0f}" in by_region


def figure_row_of_region(reader: Reader, region: str) -> str:
    rows = reader.page.locator("[data-table=by_region] tbody tr")
    return " ".join(rows.filter(has=reader.page.locator(f"a[href*='region={region}']")).first.inner_text().split())


def test_which_factors_of_risk_2_alert_in_zhetisu_and_since_when(reader: Reader):
    alerts = reader.site.sql(
        "select factor_no, year(status_since) from risk_register where risk_no = '2' and region_code = 'KZ-33' "
        "and period_start = '2025-01-01' and status = 'alert'"
    )
    reader.opens("en/risks/?region=KZ-33&risk=2&status=alert&year=2025")
    rows = reader.page.locator("[data-table=factors] tbody tr")
    shown = [" ".join(text.split()) for text in rows.all_inner_texts()]
    assert len(alerts) > 0
    assert len(shown) == len(alerts)
    for factor, since in alerts:
        assert any(row.startswith(f"{factor} ") and f" {since} " in row for row in shown), (factor, since, shown)


def test_the_overview_counts_each_of_the_39_factors_once_by_its_worst_figure(reader: Reader):
    worst_first = ("alert", "watch", "no_data", "normal")
    factors: dict[str, str] = {}
    for factor, status in reader.site.sql(
        "select factor_no, status from risk_register where region_code = 'KZ' and period_start = '2025-01-01'"
    ):
        factors[factor] = min(status, factors.get(factor, status), key=worst_first.index)
    counts = Counter(factors.values())
    assert counts.total() == 39
    reader.opens("en/?region=KZ&year=2025")
    for status in worst_first:
        shown = reader.page.locator(f"[data-cards=factors] [data-count={status}]").inner_text()
        assert shown == str(counts[status]), status


@pytest.mark.parametrize(("language", "mark"), DECIMAL_MARKS)
def test_where_the_memo_is_wrong(reader: Reader, language: str, mark: str):
    reader.opens(f"{language}/memo/")
    line = " ".join(reader.page.locator("[data-differs=P05]").inner_text().split())
    assert f"50{mark}1 %" in line
    assert f"50{mark}8 %" in line
    counts = "1,570 / 3,091" if language == "en" else "1 570 / 3 091"
    assert counts in line.replace("\u00a0", " ")
    reader.chooses("status", "differs")
    expect(reader.page.locator("[data-table=memo_figures] tbody tr")).to_have_count(2)


def test_a_filter_changes_the_table_and_stays_in_the_link_and_on_other_pages(reader: Reader):
    reader.opens("en/exams/")
    country = figure_row(reader, "figures", "practical_pass_pct")
    # two choices in a row, the second before the first has its rows: both hold
    reader.page.locator("select[name=region]").select_option("KZ-33")
    reader.chooses("month", "03")
    assert "region=KZ-33" in reader.page.url
    value, lower, upper = pass_rate(reader, "month", "2025-03-01", "KZ-33")
    zhetisu = figure_row(reader, "figures", "practical_pass_pct")
    assert zhetisu != country
    assert f"{value} %" in zhetisu
    assert f"{lower} – {upper}" in zhetisu
    # the link alone gives the same page, in another language too, and the filter goes along to another page
    reader.page.reload()
    reader.waits()
    assert figure_row(reader, "figures", "practical_pass_pct") == zhetisu
    assert reader.page.locator("select[name=region]").input_value() == "KZ-33"
    reader.page.locator("nav.languages a[lang=kk]").click()
    reader.page.wait_for_url("**/kk/exams/**")
    reader.waits()
    assert value.replace(".", ",") in figure_row(reader, "figures", "practical_pass_pct")
    definition = reader.page.locator("[data-table=figures] a[href*='/kk/metric/']").first.get_attribute("href") or ""
    assert "region=KZ-33" in definition
    assert "month=03" in definition
    reader.page.locator("nav#pages a[href*='/kk/courts/']").click()
    reader.page.wait_for_url("**/kk/courts/**")
    reader.waits()
    assert "region=KZ-33" in reader.page.url
    assert "month=03" in reader.page.url
    assert reader.faults == []


def test_rows_of_the_defaults_never_show_under_a_link_with_filters(reader: Reader):
    """The pages bring the rows of the default filters along: a link with others must not show them."""
    reader.opens("en/exams/?region=KZ-71&year=2024")
    value, lower, upper = pass_rate(reader, "year", "2024-01-01", "KZ-71")
    row = figure_row(reader, "figures", "practical_pass_pct")
    assert f"{value} %" in row
    assert f"{lower} – {upper}" in row
    assert "2024" in reader.page.locator("[data-table=figures] figcaption").inner_text()


def test_a_filter_that_makes_no_sense_is_ignored(reader: Reader):
    reader.opens("en/exams/?region=KZ-99'%3B--&year=1066&month=13&metric=nothing")
    assert reader.faults == []
    assert reader.page.locator("select[name=region]").input_value() == "KZ"
    assert reader.page.locator("[data-table=figures] tbody tr").count() > 10


def test_the_keyboard_reaches_the_filters_and_changes_them(reader: Reader):
    reader.opens("en/exams/")
    for _ in range(60):
        reader.page.keyboard.press("Tab")
        if reader.page.evaluate("document.activeElement.name") == "year":
            break
    assert reader.page.evaluate("document.activeElement.name") == "year"
    reader.page.keyboard.press("ArrowUp")
    reader.page.keyboard.press("Enter")
    reader.page.wait_for_url("**year=2024**")
    reader.waits()
    assert reader.page.evaluate("document.activeElement.name") == "year"


def test_a_figure_has_its_definition_a_click_away(reader: Reader):
    reader.opens("ru/courts/")
    reader.page.locator("[data-table=figures] a[href*='metric=court_satisfied_pct']").first.click()
    reader.page.wait_for_url("**/ru/metric/**")
    reader.waits()
    ((rule,),) = reader.site.sql("select definition from dim_metric where metric_key = 'court_satisfied_pct'")
    ((meaning,),) = reader.site.sql(
        "select label_ru from dim_label where label_key = 'note.definition.court_satisfied_pct'"
    )
    shown = reader.page.locator("[data-definition=court_satisfied_pct]").inner_text()
    assert rule in shown
    assert meaning in shown


def test_a_table_can_be_downloaded(reader: Reader, tmp_path: Path):
    reader.opens("en/regions/")
    with reader.page.expect_download() as download:
        reader.page.locator("[data-table=by_region] figcaption button").click()
    lines = Path(download.value.path()).read_text(encoding="utf-8-sig").splitlines()
    assert len(lines) == 21
    value, *_ = pass_rate(reader, "year", "2025-01-01", "KZ-33")
    (zhetisu,) = [line for line in lines if "Zhetisu" in line]
    assert f"{float(zhetisu.split(',')[1].strip(chr(34))):.1f}" == value


def test_a_centre_shows_its_own_figures(reader: Reader):
    reader.opens("en/region/?region=KZ-33&year=2025")
    link = reader.page.locator("[data-table=centres] tbody a").first
    centre = re.search(r"centre=([\w-]+)", link.get_attribute("href") or "")
    link.click()
    reader.page.wait_for_url("**/en/centre/**")
    reader.waits()
    code = centre.group(1) if centre else "SC-10-01"
    ((value,),) = reader.site.sql(
        "select 100.0 * count(*) filter (where result = 'passed') / count(*) from fct_exam_attempts "
        f"where exam = 'practical' and is_counting and year(month_start) = 2025 and centre_code = '{code}'"
    )
    assert f"{value:.1f} %" in figure_row(reader, "centre_figures", "practical_pass_pct")
