"""Every page in every language: it loads without errors, asks no other host, and shows no key where a word belongs."""

import re

import pytest

from orchestration.settings import PROJECT_DIR
from tests.reports.conftest import Reader

pytestmark = [pytest.mark.slow, pytest.mark.timeout(3000)]

REPORTS = PROJECT_DIR / "reports"
LANGUAGES = ("kk", "ru", "en")
PAGES = sorted("" if path.stem == "index" else f"{path.stem}/" for path in (REPORTS / "pages" / "[lang]").glob("*.md"))
# A key of the labels that stands on a page as it is: its label is missing.
BARE_KEY = re.compile(
    r"\b(?:nav|status|column|filter|table|note|word|unit|kind|why|section|breakdown|source|measure|estimate|reason|overview|quality)"
    r"\.[a-z_]+\b"
)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", PAGES)
def test_a_page_loads_in_its_language(reader: Reader, language: str, path: str):
    reader.opens(f"{language}/{path}")
    reader.keeps(f"{path.strip('/') or 'overview'}_{language}")
    shown = reader.page.locator("body").inner_text()
    assert reader.faults == []
    assert reader.page.locator("[role=alert]").count() == 0
    assert BARE_KEY.findall(shown) == []
    assert reader.page.get_attribute("html", "lang") == language
    assert len(reader.page.locator("main h1").inner_text()) > 2


@pytest.mark.parametrize("path", PAGES)
def test_a_page_fits_a_phone(phone: Reader, path: str):
    phone.opens(f"kk/{path}")
    phone.keeps(f"phone_{path.strip('/') or 'overview'}")
    assert phone.page.evaluate("document.documentElement.scrollWidth") <= 390
    assert phone.faults == []


def test_a_page_prints(reader: Reader):
    reader.opens("ru/regions/")
    reader.page.emulate_media(media="print")
    reader.keeps("print_regions_ru")
    assert not reader.page.locator("nav#pages").is_visible()
    assert not reader.page.locator("form.filters").is_visible()
    assert reader.page.locator("[data-table=by_region] tbody tr").count() == 20


def test_the_first_page_leads_to_the_languages(reader: Reader):
    reader.page.goto(f"{reader.site.address}/")
    for language in LANGUAGES:
        assert reader.page.locator(f"a[href='/{language}/']").count() == 1


def test_the_map_draws_every_region_and_names_its_source(reader: Reader):
    reader.opens("en/regions/")
    reader.page.wait_for_selector("figure.map[data-shapes='20']")
    assert "© OpenStreetMap contributors" in reader.page.locator("figure.map").inner_text()
    reader.page.locator("figure.map a[href*='KZ-33']").focus()
    reader.page.keyboard.press("Enter")
    reader.page.wait_for_url("**/en/region/?region=KZ-33*")
