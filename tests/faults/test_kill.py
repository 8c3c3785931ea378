"""kill -9 at any stage, and run again: as if nothing had happened.

The stages of a run by themselves first, at many places; then whole runs, one after the other in one installation.
"""

import json
import signal
import time
from pathlib import Path

import duckdb
import pytest

from orchestration.ingestion.tokens import SECRET_VARIABLE
from orchestration.runs.exit_codes import ExitCode
from tests.faults.conftest import CORRECTION, deliver
from tests.faults.states import is_whole, leftovers, marts_state, raw_state
from tests.installations import Product

pytestmark = pytest.mark.slow

KILLED = -signal.SIGKILL
LOAD = "orchestration.ingestion.load"
WAREHOUSE = "orchestration.ingestion.warehouse"
PUBLISH = "orchestration.publish"


@pytest.mark.parametrize(
    "place",
    [
        f"{WAREHOUSE}:create_raw_schema:1",
        f"{WAREHOUSE}:attach_vault:1",
        f"{LOAD}:read_file:2",
        "pathlib:Path.unlink:1",  # a copy of the first delivery lies in scratch
        f"{LOAD}:fill_vault:5",
        f"{LOAD}:insert_rows:1",  # inside the transaction of a source
        f"{LOAD}:_insert_ledger:3",
        f"{LOAD}:_summary:2",  # between two sources
        f"{LOAD}:_summary:5",  # all is loaded
    ],
)
def test_killed_while_loading(place, faultless, tmp_path):
    product = Product(tmp_path)
    deliver(product)
    assert product.run("tests.faults.struck", "kill", place, "tests.faults.step", "load") == KILLED, product.output
    assert product.run("tests.faults.step", "load") == 0, product.output
    assert raw_state(product.settings) == raw_state(faultless.settings)
    assert leftovers(product.settings) == []


def test_copies_of_deliveries_go_with_the_next_run_even_if_it_cannot_start(tmp_path):
    product = Product(tmp_path)
    deliver(product)
    kill = ("tests.faults.struck", "kill", "pathlib:Path.unlink:1", "tests.faults.step", "load")
    assert product.run(*kill) == KILLED
    assert list(product.settings.scratch_dir.iterdir()) != []
    assert product.run("orchestration.refresh", **{SECRET_VARIABLE: "too short"}) == ExitCode.CANNOT_START
    assert list(product.settings.scratch_dir.iterdir()) == []


@pytest.mark.parametrize(
    ("place", "published"),
    [
        (f"{PUBLISH}:_copy:20", "before"),
        (f"{PUBLISH}:_write_manifest:1", "before"),
        (f"{PUBLISH}:_flush:1", "before"),
        ("pathlib:Path.replace:1", "before"),  # the rename that publishes
        (f"{PUBLISH}:_link_through:1", "after"),
        (f"{PUBLISH}:remove_leftovers:1", "after"),
    ],
)
def test_killed_while_publishing(place, published, copy_of_faultless, faultless, tmp_path):
    product = copy_of_faultless(tmp_path)
    run_before = json.loads(product.settings.published_manifest.read_text())["run_id"]
    with duckdb.connect(str(product.settings.published_marts), read_only=True) as reader:
        kill = ("tests.faults.struck", "kill", place, "tests.faults.step", "publish", "killed")
        assert product.run(*kill) == KILLED
        assert reader.execute("select count(*) > 0 from marts.marts.kpi_values").fetchall() == [(True,)]
    # Whatever is published is whole: all of it of the run before, or all of the killed one.
    run_now = json.loads(product.settings.published_manifest.read_text())["run_id"]
    assert run_now == {"before": run_before, "after": "killed"}[published]
    assert is_whole(product.settings)
    assert product.run("tests.faults.step", "publish", run_before) == 0, product.output
    assert marts_state(product.settings) == marts_state(faultless.settings)
    assert leftovers(product.settings) == []


def test_killed_in_the_first_publication_of_all(copy_of_faultless, tmp_path):
    product = copy_of_faultless(tmp_path)
    for path in product.settings.published_dir.iterdir():
        path.unlink() if path.is_symlink() else None
    kill = ("tests.faults.struck", "kill", f"{PUBLISH}:_link_through:2", "tests.faults.step", "publish", "killed")
    assert product.run(*kill) == KILLED
    assert product.run("tests.faults.step", "publish", "again") == 0, product.output
    assert is_whole(product.settings)
    assert leftovers(product.settings) == []


def living_dbt(product: Product) -> list[int]:
    """The processes of dbt that work for this installation."""
    folder = f"TAUEKEL_DATA_DIR={product.settings.data_dir}".encode()
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if b"dbt" in (process / "cmdline").read_bytes() and folder in (process / "environ").read_bytes():
                found.append(int(process.name))
        except OSError:  # it has just ended
            continue
    return found


@pytest.fixture(scope="module")
def survivor(tmp_path_factory):
    """An installation whose runs were killed at one stage after the other, until one came through.

    The last killed run is killed while another waits for it, and that other one is what comes through.
    """
    product = Product(tmp_path_factory.mktemp("survivor"))
    deliver(product, correction=False)
    between_load_and_checks = ("kill", "orchestration.checks:_evaluate:1")
    assert product.run("tests.faults.struck", *between_load_and_checks, "orchestration.refresh") == KILLED
    product.deliver("court_cases/correction.csv", CORRECTION)
    in_dbt = ("kill", "dagster_dbt.core.dbt_cli_event:DbtCliEventMessage.to_default_asset_events:60")
    assert product.run("tests.faults.struck", *in_dbt, "orchestration.refresh") == KILLED
    give_up_at = time.monotonic() + 30
    while living_dbt(product) and time.monotonic() < give_up_at:
        time.sleep(0.1)
    assert living_dbt(product) == []
    dbt_itself = ("kill_children", in_dbt[1])
    assert product.run("tests.faults.struck", *dbt_itself, "orchestration.refresh") == ExitCode.FAILED, product.output
    assert not product.settings.published_marts.exists()
    (product.settings.dbt_target / "manifest.json").write_text('{"half": ')

    in_checks_of_marts = ("wait", "orchestration.checks:_evaluate:2")
    first = product.start("tests.faults.struck", *in_checks_of_marts, "orchestration.refresh")
    assert any("STRUCK" in line for line in first.stdout)
    assert product.run("orchestration.refresh", TAUEKEL_LOCK_WAIT_SECONDS="1") == ExitCode.BUSY
    assert f"process {first.pid}" in product.output
    second = product.start("orchestration.refresh")
    assert any(f"process {first.pid}" in line for line in second.stdout)
    first.kill()
    first.communicate()
    assert product.end(second) == 0, product.output
    return product


def test_the_run_that_came_through_says_which_one_was_killed(survivor):
    assert "was killed: from now on it counts as failed" in survivor.output


def test_killed_runs_are_told_of_by_the_run_after_them(survivor):
    """All but the first, whose successor was killed as well."""
    lines = map(json.loads, survivor.settings.notifications_log.read_text(encoding="utf-8").splitlines())
    assert [(line["event"], *(step["step"] for step in line["failed_steps"])) for line in lines] == [
        ("failed", "(none)"),
        ("failed", "dbt_build"),
        ("failed", "(none)"),
        ("recovered",),
    ]


def test_after_all_kills_the_marts_are_those_of_a_run_without(survivor, faultless):
    assert raw_state(survivor.settings) == raw_state(faultless.settings)
    assert marts_state(survivor.settings) == marts_state(faultless.settings)


def test_after_all_kills_nothing_is_left_lying(survivor):
    assert is_whole(survivor.settings)
    assert leftovers(survivor.settings) == []
    assert survivor.settings.run_lock.read_text() == ""
