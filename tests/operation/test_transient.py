"""A fault that goes away by itself is waited for, longer each time; any other fails the step at once."""

import errno
import os
import sys
from pathlib import Path

import dagster as dg
import duckdb
import pytest

from expectations.runner import validate
from orchestration import deliveries
from orchestration.automation.freshness import landing_asset_key
from orchestration.deliveries import LEDGER, WRITER_POOL, delivered_sources
from orchestration.runs import transient
from orchestration.runs.sole_writer import SoleWriter
from orchestration.runs.transient import WarehouseLocked, transient_reason, wait_before

CENTRES = "centre_code,region,weekday_opens_at,weekday_closes_at\nC1,Астана,9:00,18:00\n"


@pytest.fixture(autouse=True)
def short_waits(monkeypatch):
    monkeypatch.setenv("TAUEKEL_RETRY_WAIT", "0.01")


@pytest.fixture
def instance():
    with dg.DagsterInstance.ephemeral() as made:
        yield made


def load(instance):
    """Run the load alone, as a run does: with the lock of the only writer."""
    resources = {"sole_writer": SoleWriter(pool=WRITER_POOL)}
    return dg.materialize([delivered_sources], resources=resources, instance=instance, raise_on_error=False)


def retries(instance, result):
    """The waits of the retries that a run asked for, in seconds."""
    events = instance.all_logs(result.run_id, of_type=dg.DagsterEventType.STEP_UP_FOR_RETRY)
    return [event.dagster_event.event_specific_data.seconds_to_wait for event in events]


@pytest.mark.parametrize("number", [errno.EAGAIN, errno.EIO, errno.ESTALE, errno.ETIMEDOUT])
def test_hiccups_of_a_share_are_transient(number):
    assert os.strerror(number) in transient_reason(OSError(number, os.strerror(number), "/landing/of/a/person.csv"))
    assert os.strerror(number) in transient_reason(duckdb.IOException(f"IO Error: read failed: {os.strerror(number)}"))


@pytest.mark.parametrize(
    "error",
    [
        OSError(errno.ENOSPC, "No space left on device"),
        PermissionError(errno.EACCES, "Permission denied"),
        FileNotFoundError(errno.ENOENT, "No such file or directory"),
        duckdb.IOException("IO Error: No space left on device"),
        duckdb.ConversionException("Conversion Error: ... Could not set lock on file ..."),
        ValueError("anything else"),
    ],
)
def test_what_needs_somebody_is_not(error):
    assert transient_reason(error) is None


def test_the_reason_is_found_below_other_errors_and_quotes_nothing():
    try:
        try:
            raise OSError(errno.EIO, "Input/output error", "/landing/of/a/person.csv")
        except OSError as error:
            raise RuntimeError("around it") from error
    except RuntimeError as error:
        assert transient_reason(error) == "the file system said: Input/output error"
    assert transient_reason(WarehouseLocked()) == "another process has the warehouse open"


@pytest.mark.parametrize(
    ("held", "holder"),
    [
        ("Conflicting lock is held in /home/ivanov/bin/duckdb (PID 71). See also https://…", "process 71 (duckdb)"),
        ("Conflicting lock is held in PID 71 by user ivanov. See also https://…", "process 71"),
        ("No locks available", "another process"),
    ],
)
def test_who_has_the_warehouse_open_is_told_by_process_and_program_alone(held, holder):
    message = f'IO Error: Could not set lock on file "/data/warehouse.duckdb": {held}'
    for error in (duckdb.IOException(message), WarehouseLocked(f"dbt failed\n{message}\n")):
        assert transient_reason(error) == f"{holder} has the warehouse open"


def test_the_lock_is_recognised_in_what_great_expectations_raises(installation, hold):
    holder = hold()
    with pytest.raises(Exception) as raised:
        validate(installation.settings.warehouse, "raw", ["centres"])
    assert f"process {holder.pid} (python" in transient_reason(raised.value)


def test_waits_grow(monkeypatch):
    monkeypatch.delenv("TAUEKEL_RETRY_WAIT")
    assert [wait_before(retry) for retry in (1, 2, 3, 4)] == [5, 15, 45, 135]
    assert transient.RETRIES == 4


def let_go_at(retry_number, holder, monkeypatch):
    """Let the holder go when the retry of that number is asked for; the numbers of all retries asked for."""
    asked = []

    def wait(retry):
        asked.append(retry)
        if retry == retry_number:
            holder.let_go()
        return 0.01 * retry

    monkeypatch.setattr(transient, "wait_before", wait)
    return asked


def test_a_locked_warehouse_is_waited_for(installation, hold, instance, monkeypatch):
    """In the process of the command line, as `orchestration.refresh` runs it."""
    installation.deliver(
        "centres/a.csv", "centre_code,region,weekday_opens_at,weekday_closes_at\nC1,Астана,9:00,18:00\n"
    )
    asked = let_go_at(2, hold(), monkeypatch)
    result = load(instance)
    assert result.success
    assert asked == [1, 2]
    assert retries(instance, result) == [0.01, 0.02]
    assert installation.ledger() == [("a.csv", "loaded", 1, 0)]


@pytest.mark.parametrize("asset", ["seeds/regions", "published/published_snapshot"])
def test_other_steps_wait_for_it_too(installation, hold, instance, monkeypatch, definitions, asset):
    """dbt meets the lock in a process of its own, the publication as a reader."""
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent), prepend=":")
    installation.deliver("centres/a.csv", CENTRES)
    installation.load()
    installation.settings.dbt_target.mkdir()
    refresh = definitions.resolve_job_def("refresh")
    asked = let_go_at(1, hold(), monkeypatch)
    selected = [dg.AssetKey.from_user_string(asset)]
    result = refresh.execute_in_process(instance=instance, asset_selection=selected, raise_on_error=False)
    assert asked == [1]
    assert retries(instance, result) == [0.01]


def test_a_lock_that_stays_fails_the_step_and_says_what_to_do(hold, instance):
    holder = hold()
    result = load(instance)
    assert not result.success
    assert retries(instance, result) == pytest.approx([0.01, 0.03, 0.09, 0.27])
    (failure,) = [event for event in result.all_events if event.is_step_failure]
    message = failure.step_failure_data.error.message
    assert f"Failure: process {holder.pid} ({Path(sys.executable).resolve().name}) has the warehouse open" in message
    assert "run again" in message


def test_a_share_that_stays_away_is_no_program_to_be_closed(installation, instance, monkeypatch):
    def away(*_):
        raise OSError(errno.EIO, "Input/output error", "/landing/of/a/person.csv")

    monkeypatch.setattr(deliveries, "load_deliveries", away)
    result = load(instance)
    (failure,) = [event for event in result.all_events if event.is_step_failure]
    message = failure.step_failure_data.error.message
    assert "the file system said: Input/output error, and 4 retries did not outlast it: see that" in message
    assert "person" not in message


def test_a_permanent_fault_is_not_tried_again(installation, instance):
    installation.settings.landing_dir.rmdir()
    result = load(instance)
    assert not result.success
    assert retries(instance, result) == []


def test_only_a_delivery_makes_its_source_fresh(installation, instance):
    """Runs that find nothing new materialise the raw tables, and leave the deliveries as old as they are."""
    installation.deliver(
        "centres/a.csv", "centre_code,region,weekday_opens_at,weekday_closes_at\nC1,Астана,9:00,18:00\n"
    )
    installation.deliver("employees/broken.csv", "no,such,columns\n1,2,3\n")
    first = load(instance)
    second = load(instance)
    delivered = instance.get_latest_materialization_event(landing_asset_key("centres"))
    assert delivered.run_id == first.run_id
    assert {name: value.value for name, value in delivered.asset_materialization.metadata.items()} == {
        "files": 1,
        "rows": 1,
        "rows_quarantined": 0,
    }
    # a refused delivery is none
    assert instance.get_latest_materialization_event(landing_asset_key("employees")) is None
    assert instance.get_latest_materialization_event(LEDGER).run_id == second.run_id
