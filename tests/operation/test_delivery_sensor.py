"""A run is requested when the landing folder has changed and then stood still from one tick to the next."""

import json

import dagster as dg
import duckdb
import pytest

from orchestration.automation.delivery_sensor import Cursor, Listing, decide, deliveries_complete


def listing(digest, files=1):
    return Listing(files, digest)


class TestDecision:
    def test_what_is_new_waits_for_a_second_tick(self):
        first = decide(listing("a"), Cursor(), run_waits=False)
        assert not first.request
        second = decide(listing("a"), first.cursor, run_waits=False)
        assert second.request
        assert second.cursor == Cursor(seen="a", requested="a")

    def test_what_changes_at_each_tick_waits(self):
        cursor = Cursor(seen="z", requested="z")
        for digest in "abcd":
            decision = decide(listing(digest), cursor, run_waits=False)
            assert not decision.request
            cursor = decision.cursor
        assert decide(listing("d"), cursor, run_waits=False).request

    def test_one_run_a_listing(self):
        assert not decide(listing("a"), Cursor(seen="a", requested="a"), run_waits=False).request

    def test_an_empty_folder_starts_nothing(self):
        assert not decide(listing("nothing", files=0), Cursor(seen="nothing"), run_waits=False).request

    def test_a_run_that_waits_in_the_queue_is_enough(self):
        decision = decide(listing("a"), Cursor(seen="a"), run_waits=True)
        assert not decision.request
        assert not decide(listing("a"), decision.cursor, run_waits=False).request


def tick(instance, cursor=None):
    """One tick of the sensor: the run keys requested, the reason for none, and the next cursor."""
    context = dg.build_sensor_context(instance=instance, cursor=cursor)
    data = deliveries_complete.evaluate_tick(context)
    return [request.run_key for request in data.run_requests or []], data.skip_message, data.cursor


@pytest.fixture
def instance():
    with dg.DagsterInstance.ephemeral() as made:
        yield made


def test_a_delivery_starts_one_run_and_a_later_one_another(installation, instance):
    installation.deliver("centres/a.csv", "centre_code\nC1\n")
    requested, reason, cursor = tick(instance)
    assert (requested, "1 files" in reason) == ([], True)
    first, _, cursor = tick(instance, cursor)
    assert len(first) == 1
    requested, reason, cursor = tick(instance, cursor)
    assert (requested, reason) == ([], "nothing has changed since the last run was requested")
    # half-written files are not looked at
    installation.deliver("centres/.b.csv", "centre_")
    installation.deliver("centres/b.csv.part", "centre_")
    assert tick(instance, cursor)[2] == cursor
    # the same file with more in it
    installation.deliver("centres/a.csv", "centre_code\nC1\nC2\n")
    requested, _, cursor = tick(instance, cursor)
    assert requested == []
    second, _, cursor = tick(instance, cursor)
    assert len(second) == 1
    assert second != first


def test_ten_thousand_files_fit_in_a_small_cursor(installation, instance):
    folder = installation.settings.landing_dir / "theory_exams"
    folder.mkdir()
    for number in range(10_000):
        (folder / f"{number}.csv").touch()
    _, reason, cursor = tick(instance)
    assert "10000 files" in reason
    assert len(cursor) < 200
    assert len(tick(instance, cursor)[0]) == 1


def test_without_a_landing_folder_it_says_what_to_do(installation, instance):
    installation.settings.landing_dir.rmdir()
    requested, reason, cursor = tick(instance, cursor=str(Cursor(seen="a")))
    assert requested == []
    assert "create it, or set TAUEKEL_LANDING_DIR" in reason
    assert json.loads(cursor)["seen"] == "a"


def test_the_warehouse_stays_closed(installation, instance, hold):
    hold()
    with pytest.raises(duckdb.IOException):
        installation.rows("select 1")
    installation.deliver("centres/a.csv", "centre_code\nC1\n")
    cursor = tick(instance)[2]
    assert len(tick(instance, cursor)[0]) == 1
