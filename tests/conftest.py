"""What tests of several folders share, and how two processes share them out: which begin first, which go together."""

from pathlib import Path

import pytest

from tests.demo import demo_installation
from tests.installations import Installation
from tests.postgresql import postgresql_server

__all__ = ["demo_installation", "postgresql_server"]

FOLDER = Path(__file__).parent
# An installation that goes through its year takes longest, then the demo: what begins first ends soonest.
FIRST = ("product/test_refresh.py", "product/test_dbt_project.py", "reports/", "operation/test_production.py")


@pytest.fixture
def installation(tmp_path: Path) -> Installation:
    return Installation(tmp_path)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest come first; one process has a whole file, and all that looks at the pages, as they are built once."""
    items.sort(key=_rank)
    for item in items:
        file = _file(item)
        item.add_marker(pytest.mark.xdist_group("reports" if file.startswith("reports/") else file))


def _rank(item: pytest.Item) -> int:
    return next((rank for rank, first in enumerate(FIRST) if _file(item).startswith(first)), len(FIRST))


def _file(item: pytest.Item) -> str:
    return item.path.relative_to(FOLDER).as_posix()
