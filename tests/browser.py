"""A headless Chromium for tests that look at pages: Debian's, driven by Playwright, one at a time in a process."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = (
    # As root, and in containers, Chromium has no sandbox of its own; it opens loopback and files only.
    "--no-sandbox",
    # It asks nobody by itself, so what a page asks stands out.
    "--disable-background-networking",
    "--no-first-run",
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One for the tests of a file, gone after it.

    While Playwright is open its event loop counts as running in this process, so that neither a second Playwright nor
    anything else with an event loop can start.
    """
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        yield chromium
        chromium.close()
