"""The clock is moved back: the order of deliveries and the age of dbt's manifest do not ask it."""

import json
import os
import time

import pytest

from orchestration.settings import PROJECT_DIR
from orchestration.transformation import dbt_manifest
from tests.faults.conftest import CORRECTION, deliver
from tests.installations import Product


@pytest.mark.slow
def test_a_load_with_the_clock_behind_comes_after_the_earlier_ones(tmp_path, faked_clock):
    product = Product(tmp_path)
    deliver(product, correction=False)
    product.load()
    # As a file that comes from a machine whose clock is behind, too.
    correction = product.deliver("court_cases/correction.csv", CORRECTION)
    os.utime(correction, (0, 0))
    assert product.run("tests.faults.step", "load", **faked_clock("-400d")) == 0, product.output
    assert product.rows(
        "select file_name, load_run, delivery_id, first_seen_at < now() - interval 399 day from raw.ledger "
        "where delivery_id >= 5 order by delivery_id"
    ) == [("log.csv", 1, 5, False), ("correction.csv", 2, 6, True)]
    assert product.load().load_run is None


def test_the_manifest_is_current_whatever_the_clock_was_when_it_was_parsed(tmp_path):
    manifest = tmp_path / "manifest.json"
    manifest.write_text(json.dumps({"nodes": {}}))
    assert not dbt_manifest.is_current(manifest)
    dbt_manifest.note_as_current(manifest)
    for parsed_at in (0, time.time() + 1_000_000):
        os.utime(manifest, (parsed_at, parsed_at))
        assert dbt_manifest.is_current(manifest)


def test_the_manifest_is_not_current_when_the_project_or_half_of_it_is_another(tmp_path, monkeypatch):
    manifest = tmp_path / "manifest.json"
    manifest.write_text(json.dumps({"nodes": {}}))
    dbt_manifest.note_as_current(manifest)
    manifest.write_text('{"nodes"')
    assert not dbt_manifest.is_current(manifest)

    manifest.write_text(json.dumps({"nodes": {}}))
    project = tmp_path / "project"
    project.mkdir()
    for name in ("dbt_project.yml", "profiles.yml"):
        (project / name).write_bytes((PROJECT_DIR / name).read_bytes())
    monkeypatch.setattr(dbt_manifest, "PROJECT_DIR", project)
    dbt_manifest.note_as_current(manifest)
    assert dbt_manifest.is_current(manifest)
    (project / "models").mkdir()
    (project / "models" / "new.sql").write_text("select 1")
    os.utime(project / "models" / "new.sql", (0, 0))
    assert not dbt_manifest.is_current(manifest)
