"""Dagster's side of one installation, in this process."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import dagster as dg
import pytest

from tests.installations import Holder, Installation


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
