"""What the tests of faults share."""

from pathlib import Path

import pytest

from tests.installations import Installation


@pytest.fixture
def installation(tmp_path: Path) -> Installation:
    return Installation(tmp_path)
