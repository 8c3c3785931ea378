"""dbt's documentation in a browser: models, columns and lineage, and nothing of the machine that made it."""

import os
import socket
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from orchestration.settings import PROJECT_DIR
from tests.installations import Product

# the first test waits for the demo's run
pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]


@pytest.fixture(scope="module")
def made(demo_installation, tmp_path_factory) -> Path:
    """The page of an installation that has a snapshot, made with something in the environment that dbt copies."""
    product = Product(tmp_path_factory.mktemp("docs"))
    product.settings.data_dir.mkdir()
    (product.settings.data_dir / "published").symlink_to(demo_installation.published_dir)
    assert product.run("orchestration.model_docs", DBT_ENV_CUSTOM_ENV_MACHINE="not-for-readers") == 0, product.output
    return product.settings.dbt_docs_dir / "index.html"


@pytest.fixture(scope="module")
def asked() -> list[str]:
    """What the page asked other machines for."""
    return []


@pytest.fixture(scope="module")
def page(browser: Browser, asked: list[str]):
    opened = browser.new_page(viewport={"width": 1400, "height": 900})
    opened.on("request", lambda request: asked.append(request.url))
    return opened


def test_a_mart_shows_its_columns_with_types_and_descriptions(page: Page, made: Path):
    page.goto(f"{made.as_uri()}#!/model/model.tauekel.kpi_values")
    row = page.locator("tr", has_text="prior_year_value").first
    row.wait_for()
    assert "DOUBLE" in row.inner_text()
    assert "The same row's value one year earlier" in page.content()


def test_the_lineage_leads_from_a_delivery_to_a_metric(page: Page, made: Path):
    page.goto(f"{made.as_uri()}#!/model/model.tauekel.fct_court_cases")
    page.locator("tr", has_text="root_cause").first.wait_for()
    page.get_by_text("Referenced By", exact=True).first.wait_for()
    assert page.get_by_text("stg_court_cases").count()
    page.get_by_title("View Lineage Graph").click()
    page.locator("canvas").first.wait_for()
    page.screenshot(path=str(made.with_name("lineage.png")))


def test_metrics_are_documented(page: Page, made: Path):
    page.goto(f"{made.as_uri()}#!/metric/metric.tauekel.court_satisfied_pct")
    page.get_by_text("An indicator of the catalogue under its own key").first.wait_for()


def test_the_page_asks_nobody_outside(page: Page, asked: list[str]):
    assert asked
    assert [url for url in asked if not url.startswith(("file:", "data:", "blob:"))] == []


def test_it_says_nothing_of_the_machine(made: Path):
    text = made.read_text(encoding="utf-8")
    for secret in (str(PROJECT_DIR), str(made.parent.parent), str(Path.home()), "not-for-readers"):
        assert f'"{secret}' not in text and f"{secret}/" not in text, secret
    assert socket.gethostname() == "localhost" or f'"{socket.gethostname()}"' not in text
    assert made.stat().st_mode & 0o077 == 0
    assert made.parent.stat().st_mode & 0o077 == 0


def test_without_a_snapshot_it_is_made_all_the_same(tmp_path: Path):
    product = Product(tmp_path)
    assert product.run("orchestration.model_docs") == 0, product.output
    text = (product.settings.dbt_docs_dir / "index.html").read_text(encoding="utf-8")
    assert "model.tauekel.kpi_values" in text
    assert not product.settings.warehouse.exists()
    assert str(tmp_path) not in text and os.fspath(PROJECT_DIR) not in text
