"""One generated set of demo deliveries for all tests of the simulation, and a database of its current rows."""

from pathlib import Path

import duckdb
import pytest
from readback import open_current
from recomputation import prepare

from simulation.__main__ import DEFAULT_SEED, generate


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo")
    generate(folder / "landing", folder / "truth", DEFAULT_SEED)
    return folder


@pytest.fixture(scope="session")
def current(demo: Path) -> duckdb.DuckDBPyConnection:
    connection = open_current(demo / "landing")
    prepare(connection)
    return connection
