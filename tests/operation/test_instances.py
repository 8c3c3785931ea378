"""Whose run a command's is: the instance's that DAGSTER_HOME names from outside, else the embedded one's."""

import os
from pathlib import Path

import pytest

from orchestration import refresh
from orchestration.settings import Settings


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setattr(os, "environ", os.environ.copy())
    monkeypatch.delenv("DAGSTER_HOME", raising=False)
    return Settings(landing_dir=tmp_path / "landing", data_dir=tmp_path / "data")


@pytest.fixture
def named(tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The home of another instance, as DAGSTER_HOME names it."""
    home = tmp_path / "instance"
    home.mkdir()
    (home / "dagster.yaml").write_text("telemetry: {enabled: false}\n")
    monkeypatch.setenv("DAGSTER_HOME", str(home))
    return home


def test_the_embedded_one_by_default(settings):
    assert refresh.named_instance(settings, print) is None
    refresh.prepare(settings, None)
    assert os.environ["DAGSTER_HOME"] == str(settings.dagster_home)
    assert "run_log" in (settings.dagster_home / "dagster.yaml").read_text()


def test_one_that_is_named_from_outside_is_used_as_it_is(settings, named):
    assert refresh.named_instance(settings, print) == named
    refresh.prepare(settings, named)
    assert os.environ["DAGSTER_HOME"] == str(named)
    assert (named / "dagster.yaml").read_text() == "telemetry: {enabled: false}\n"
    assert not settings.dagster_home.exists()


def test_a_folder_without_a_configuration_is_none_and_that_is_said(settings, named):
    (named / "dagster.yaml").unlink()
    said = []
    assert refresh.named_instance(settings, said.append) is None
    assert said == [f"{named}, as DAGSTER_HOME says, has no dagster.yaml: the run is kept in {settings.dagster_home}"]


def test_the_embedded_one_may_be_named_too(settings, named):
    refresh.prepare(settings, None)
    assert refresh.named_instance(settings, print) is None


def test_the_ui_on_a_laptop_never_takes_the_daemons_work_from_another_instance(settings, named):
    refresh.prepare(settings)
    assert os.environ["DAGSTER_HOME"] == str(settings.dagster_home)
