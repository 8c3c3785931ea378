"""Dagster's side of one installation, in this process."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import dagster as dg
import pytest

from tests.installations import Installation


@pytest.fixture(scope="session")
def definitions(tmp_path_factory: pytest.TempPathFactory) -> dg.Definitions:
    """The code location, with dbt's artefacts in a folder of the tests' own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "environ", os.environ.copy())
        patch.setenv("TAUEKEL_DATA_DIR", str(tmp_path_factory.mktemp("definitions")))
        from orchestration.definitions import defs
    return defs


@pytest.fixture
def installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Installation:
    """An installation that Dagster's parts find by the environment."""
    made = Installation(tmp_path)
    monkeypatch.setenv("TAUEKEL_LANDING_DIR", str(made.settings.landing_dir))
    monkeypatch.setenv("TAUEKEL_DATA_DIR", str(made.settings.data_dir))
    return made


class Holder:
    """Another process that has a DuckDB file open for writing, until it is told to let go."""

    def __init__(self, file: Path) -> None:
        script = "import duckdb, sys; held = duckdb.connect(sys.argv[1]); print('held', flush=True); sys.stdin.read()"
        self._process = subprocess.Popen(
            [sys.executable, "-c", script, str(file)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        assert self._process.stdout is not None
        self._process.stdout.readline()

    def let_go(self) -> None:
        """Close the file; doing it twice is fine."""
        if self._process.poll() is None:
            self._process.communicate()


@pytest.fixture
def hold(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], Holder]]:
    """Puts somebody else at the installation's warehouse."""
    # A warehouse that is there wants the secret that it was made with.
    monkeypatch.setenv("TAUEKEL_SECRET", "s" * 40)
    with ExitStack() as held:

        def made() -> Holder:
            installation.settings.data_dir.mkdir(exist_ok=True)
            holder = Holder(installation.settings.warehouse)
            held.callback(holder.let_go)
            return holder

        yield made
