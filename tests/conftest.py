"""What tests of several folders share."""

from pathlib import Path

import pytest

from tests.installations import Installation
from tests.postgresql import postgresql_server

__all__ = ["postgresql_server"]


@pytest.fixture
def installation(tmp_path: Path) -> Installation:
    return Installation(tmp_path)
