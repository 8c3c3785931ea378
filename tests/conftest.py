"""What tests of several folders share, and how they are shared out between processes (`--dist loadgroup`)."""

from pathlib import Path

import pytest

from tests.installations import Installation
from tests.postgresql import postgresql_server

__all__ = ["postgresql_server"]

FOLDER = Path(__file__).parent
# These share something costly: the demo deliveries are generated once, in one process.
ONE_PROCESS_A_FOLDER = ("simulation",)
# An installation that goes through its year takes longest: what begins first ends soonest.
FIRST = ("product/test_refresh.py", "product/test_dbt_project.py", "simulation")


@pytest.fixture
def installation(tmp_path: Path) -> Installation:
    return Installation(tmp_path)


@pytest.hookimpl(tryfirst=True)  # before xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The tests of a file stay together in one process, for its fixtures and its order; the longest come first."""
    for item in items:
        item.add_marker(pytest.mark.xdist_group(_group(item)))
    items.sort(key=lambda item: FIRST.index(_group(item)) if _group(item) in FIRST else len(FIRST))


def _group(item: pytest.Item) -> str:
    path = item.path.relative_to(FOLDER)
    return path.parts[0] if path.parts[0] in ONE_PROCESS_A_FOLDER else path.as_posix()
