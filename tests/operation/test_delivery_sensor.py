"""A run is requested when a source's folder has changed and then stood still from one tick to the next."""

import json

import dagster as dg
import duckdb
import pytest

from orchestration.automation.delivery_sensor import Cursor, Listing, decide, deliveries_complete
from orchestration.contract import load_contract


def listing(**digests):
    return Listing(files=len(digests), digests=digests)


def ticks(*listings, cursor=None, run_waits=False):
    """What each tick in a row requests: the key of a run, or None; and the last cursor."""
    cursor = cursor or Cursor()
    keys = []
    for seen in listings:
        decision = decide(seen, cursor, run_waits)
        keys.append(decision.run_key)
        cursor = Cursor.parse(str(decision.cursor))
    return keys, cursor


class TestDecision:
    def test_what_is_new_waits_for_a_second_tick(self):
        (first, second), cursor = ticks(listing(centres="a"), listing(centres="a"))
        assert first is None
        assert second
        assert cursor == Cursor(requested={"centres": "a"})

    def test_what_changes_at_each_tick_waits(self):
        (*waiting, last), _ = ticks(*(listing(centres=digest) for digest in "abcdd"))
        assert waiting == [None] * 4
        assert last

    def test_one_run_a_listing(self):
        a = listing(centres="a", appeals="z")
        (_, first, *later), _ = ticks(a, a, a, a)
        assert first
        assert later == [None, None]

    def test_a_source_that_never_stands_still_holds_up_no_other(self):
        keys, _ = ticks(
            listing(appeals="1"),
            listing(appeals="2", centres="a"),
            listing(appeals="3", centres="a"),  # complete: a run, which takes in the appeals of now as well
            listing(appeals="4", centres="a"),
            listing(appeals="5", centres="b"),
            listing(appeals="6", centres="b"),  # complete again
            listing(appeals="7", centres="b"),
        )
        assert [bool(key) for key in keys] == [False, False, True, False, False, True, False]
        assert keys[2] != keys[5]

    def test_a_run_takes_in_what_lies_there_and_no_other_is_started_for_it(self):
        """The appeals were not seen twice when the run was requested, and did not change after that."""
        before = (listing(centres="a"), listing(centres="a", appeals="1"))
        (_, key, *later), cursor = ticks(*before, listing(centres="a", appeals="1"), listing(centres="a", appeals="1"))
        assert key
        assert later == [None, None]
        # but for what came to them later
        (waits, another), _ = ticks(*[listing(centres="a", appeals="2")] * 2, cursor=cursor)
        assert waits is None
        assert another

    def test_two_that_are_complete_at_once_get_one_run(self):
        both = listing(centres="a", appeals="1")
        assert [bool(key) for key in ticks(both, both, both)[0]] == [False, True, False]

    def test_an_empty_folder_starts_nothing_nor_does_a_share_that_comes_back(self):
        keys, _ = ticks(listing(), listing(), listing(centres="a"), cursor=Cursor(requested={"centres": "a"}))
        assert keys == [None] * 3

    def test_files_that_are_taken_away_start_nothing_when_all_of_a_source_are(self):
        before = Cursor(requested={"centres": "a", "appeals": "1"})
        assert ticks(*[listing(centres="a")] * 3, cursor=before)[0] == [None] * 3

    def test_a_run_that_waits_in_the_queue_is_enough(self):
        a = listing(centres="a")
        keys, cursor = ticks(a, a, run_waits=True)
        assert keys == [None, None]
        assert ticks(a, a, cursor=cursor)[0] == [None, None]

    @pytest.mark.parametrize(
        "text",
        ['{"seen": "ab12", "requested": "cd34"}', '{"seen": {}}', '{"seen": [1], "requested": 2}', "[]", "no JSON"],
    )
    def test_a_cursor_of_another_release_is_an_empty_one(self, text):
        assert Cursor.parse(text) == Cursor()


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


def test_all_sources_and_a_thousand_folders_of_nobody_fit_in_it_too(installation, instance):
    folders = [*load_contract(), *(f"of_nobody_{number}" for number in range(1000))]
    cursor = None
    for content in ("x\n", "x\ny\n"):
        for folder in folders:
            installation.deliver(f"{folder}/a.csv", content)
        cursor = tick(instance, cursor)[2]
        assert len(cursor) < 2000
        requested, _, cursor = tick(instance, cursor)
        assert len(requested) == 1
    installation.deliver("of_nobody_7/b.csv", "x\n")
    assert len(tick(instance, tick(instance, cursor)[2])[0]) == 1


def test_a_steady_trickle_of_one_source_keeps_no_other_waiting(installation, instance):
    cursor, runs = None, []
    installation.deliver("centres/a.csv", "centre_code\nC1\n")
    for number in range(6):
        installation.deliver(f"theory_exams/{number}.csv", "attempt_id\nT1\n")
        requested, _, cursor = tick(instance, cursor)
        runs.append(len(requested))
    assert runs == [0, 1, 0, 0, 0, 0]


def test_a_cursor_of_the_release_before_is_no_fault(installation, instance):
    installation.deliver("centres/a.csv", "centre_code\nC1\n")
    requested, reason, cursor = tick(instance, '{"seen": "ab12", "requested": "cd34"}')
    assert (requested, "1 files" in reason) == ([], True)
    assert len(tick(instance, cursor)[0]) == 1


def test_without_a_landing_folder_it_says_what_to_do(installation, instance):
    installation.settings.landing_dir.rmdir()
    requested, reason, cursor = tick(instance, cursor=str(Cursor(seen={"centres": "a"})))
    assert requested == []
    assert "create it, or set TAUEKEL_LANDING_DIR" in reason
    assert json.loads(cursor)["seen"] == {"centres": "a"}


def test_the_warehouse_stays_closed(installation, instance, hold):
    hold()
    with pytest.raises(duckdb.IOException):
        installation.rows("select 1")
    installation.deliver("centres/a.csv", "centre_code\nC1\n")
    cursor = tick(instance)[2]
    assert len(tick(instance, cursor)[0]) == 1
