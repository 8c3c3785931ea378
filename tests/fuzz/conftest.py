"""What the fuzz loads into, and Hypothesis's profiles: the same deliveries each time, or random ones."""

from pathlib import Path

import pytest
from hypothesis import settings

from tests.installations import Installation

settings.register_profile("same", derandomize=True)
settings.register_profile("random", derandomize=False)
settings.load_profile("same")


@pytest.fixture
def installation(tmp_path: Path) -> Installation:
    return Installation(tmp_path)
