"""Small installations with a few persons, whose figures after a privacy command are worked out by hand."""

import shutil
from pathlib import Path

import pytest

from tests.installations import Installation
from tests.privacy.persons import DELIVERIES


@pytest.fixture(scope="session")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an installation that has loaded DELIVERIES: each test works on a copy."""
    folder = tmp_path_factory.mktemp("loaded")
    installation = Installation(folder)
    for name, content in DELIVERIES.items():
        installation.deliver(name, content)
    installation.load()
    return folder


@pytest.fixture
def installation(loaded: Path, tmp_path: Path) -> Installation:
    """Loaded with DELIVERIES."""
    installation = Installation(tmp_path)
    shutil.copytree(loaded, tmp_path, dirs_exist_ok=True)
    return installation
