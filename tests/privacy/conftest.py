"""Small installations with a few persons, whose figures after a privacy command are worked out by hand."""

from pathlib import Path

import pytest

from tests.installations import Installation
from tests.privacy.persons import DELIVERIES


@pytest.fixture
def installation(tmp_path: Path) -> Installation:
    """Loaded with DELIVERIES."""
    installation = Installation(tmp_path)
    for name, content in DELIVERIES.items():
        installation.deliver(name, content)
    installation.load()
    return installation
