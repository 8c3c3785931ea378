"""The pages of the demo deliveries, built once, served on loopback, and a browser that writes down what goes wrong."""

import fcntl
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

import duckdb
import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, Response

from orchestration.reports.build import build_pages
from orchestration.reports.serve import LOOPBACK, pages_server
from orchestration.settings import PROJECT_DIR, Settings

SCREENSHOTS = PROJECT_DIR / "target" / "screenshots"
# What may be said in the console: DuckDB tells that this small server gives whole files only.
HARMLESS = ("fall back to full HTTP read",)
# The content rule forbids to evaluate texts, so this is a selector rather than a script.
LOADED = "html[data-ready=true]:not(:has(figure.figures[data-state=loading]))"
SECONDS = 1000


@dataclass
class Site:
    """The served pages, and the snapshot that they were built from."""

    settings: Settings
    address: str

    def sql(self, query: str) -> list[tuple[Any, ...]]:
        """Rows of the snapshot; `query` names marts without their schema."""
        with duckdb.connect(str(self.settings.published_marts), read_only=True) as connection:
            connection.execute("use marts.marts")
            return connection.execute(query).fetchall()

    def desk(self, query: str) -> list[tuple[Any, ...]]:
        """Rows of the steward's tables of the last run."""
        with duckdb.connect(str(self.settings.published_quality), read_only=True) as connection:
            connection.execute("use quality.marts")
            return connection.execute(query).fetchall()


@dataclass
class Reader:
    """Somebody with a browser; `faults` are errors in the console and requests to other hosts."""

    site: Site
    page: Page
    faults: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.faults.append(f"error: {error}"))
        self.page.on("request", self._follow)
        self.page.on("response", self._look_at)

    def opens(self, path: str) -> None:
        """Open a page and wait until each of its tables has its rows, or says that there are none."""
        self.page.goto(f"{self.site.address}/{path}")
        self.waits()

    def waits(self) -> None:
        """Wait until the page shows what its link says."""
        self.page.locator(LOADED).wait_for(state="attached", timeout=60 * SECONDS)
        # A query that hangs on another one's rows begins a moment later.
        self.page.wait_for_timeout(600)
        self.page.locator(LOADED).wait_for(state="attached", timeout=60 * SECONDS)

    def chooses(self, name: str, value: str) -> None:
        """Choose in a filter, and wait until the link says it and the page shows it."""
        self.page.locator(f"select[name={name}]").select_option(value)
        self.page.wait_for_url(re.compile(rf"[?&]{name}={value}\b"))
        self.waits()

    def row(self, table: str, *words: str) -> str:
        """The text of the one row of a table that has all the words, its white space made single."""
        rows = [" ".join(row.split()) for row in self.page.locator(f"[data-table={table}] tbody tr").all_inner_texts()]
        (found,) = [row for row in rows if all(word in row for word in words)]
        return found

    def keeps(self, name: str) -> None:
        """Keep a screenshot of the whole page."""
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=SCREENSHOTS / f"{name}.png", full_page=True)

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not message.text.startswith(HARMLESS):
            self.faults.append(f"{message.type}: {message.text}")

    def _look_at(self, answer: Response) -> None:
        # 304 is good: what the browser has from before is still the newest.
        if answer.status >= HTTPStatus.BAD_REQUEST:
            self.faults.append(f"{answer.status} {answer.url}")

    def _follow(self, request: Request) -> None:
        if not request.url.startswith((self.site.address, "data:", "blob:")):
            self.faults.append(f"asked another host: {request.url}")


@pytest.fixture(scope="session")
def site(demo_installation: Settings, tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[Site]:
    # the processes of one run of the tests have folders beside each other
    shared = tmp_path_factory.getbasetemp() if worker_id == "master" else tmp_path_factory.getbasetemp().parent
    with (shared / "pages.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (demo_installation.reports_dir / "index.html").exists():
            build_pages(demo_installation, print)
    server = pages_server(demo_installation.reports_dir, 0)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield Site(demo_installation, f"http://{LOOPBACK}:{server.server_port}")
    server.shutdown()


@pytest.fixture
def reader(site: Site, browser: Browser) -> Iterator[Reader]:
    context = browser.new_context(viewport={"width": 1280, "height": 900}, accept_downloads=True)
    yield Reader(site, context.new_page())
    context.close()


@pytest.fixture
def phone(site: Site, browser: Browser) -> Iterator[Reader]:
    context = browser.new_context(viewport={"width": 390, "height": 844}, device_scale_factor=2, has_touch=True)
    yield Reader(site, context.new_page())
    context.close()
