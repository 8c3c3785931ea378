"""What tests of several folders share, and which begin first when two processes share them out by file."""

import os
from pathlib import Path

import pytest

from tests.browser import browser
from tests.demo import demo_installation
from tests.installations import Installation
from tests.postgresql import postgresql_server

__all__ = ["browser", "demo_installation", "postgresql_server"]

# Runs of tests belong to the tests' own installations, whatever a shell says.
os.environ.pop("DAGSTER_HOME", None)

FOLDER = Path(__file__).parent
# An installation that goes through its year takes longest; of the slow ones the demo with its pages, which other files
# of tests wait for, and beside it what does not.
FIRST = (
    "product/test_refresh.py",
    "product/test_dbt_project.py",
    "reports/test_figures.py",
    "operation/test_production.py",
)


@pytest.fixture
def installation(tmp_path: Path) -> Installation:
    return Installation(tmp_path)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files come first."""
    items.sort(key=lambda item: FIRST.index(_file(item)) if _file(item) in FIRST else len(FIRST))


def _file(item: pytest.Item) -> str:
    return item.path.relative_to(FOLDER).as_posix()
