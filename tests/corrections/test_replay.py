"""Deliveries read again: the warehouse comes out as it was, whatever happened to the files in between."""

import os
from datetime import date

import duckdb
import pytest

from orchestration.contract import load_contract
from orchestration.ingestion import load
from orchestration.ingestion.replay import ReplayError, period_of, rebuild_raw, reload_source
from orchestration.ingestion.withdrawal import WithdrawalError, restore, withdraw
from tests.installations import Holder, Installation

CONTRACT = load_contract()
CASES = CONTRACT["court_cases"]
HEADER = "case_number,filed_on,proceeding,outcome\n"


@pytest.fixture
def installation(tmp_path) -> Installation:
    """Three load runs: two sources; then a correction, a bad row and a duplicate; then an overwritten file."""
    installation = Installation(tmp_path)
    installation.deliver("court_cases/b.csv", HEADER + "1,2024-01-09,civil,pending\n2,2024-02-09,civil,pending\n")
    installation.deliver(
        "practical_exams/p.csv",
        "attempt_id,candidate_iin,centre_code,started_at,result\n1,900101300126,C1,2024-02-29T20:00:00Z,passed\n",
    )
    installation.deliver("nowhere/x.csv", "a\n")
    installation.load()
    # comes later and sorts before b.csv: only the ledger knows that it is the correction
    installation.deliver("court_cases/a.csv", HEADER + "1,2024-01-09,civil,settled\n3,2024-31-31,civil,settled\n")
    installation.deliver("court_cases/c.csv", HEADER + "1,2024-01-09,civil,settled\n3,2024-31-31,civil,settled\n")
    installation.load()
    installation.deliver("court_cases/d.csv", HEADER + "4,2025-05-05,civil,withdrawn\n")
    installation.load()
    return installation


def raw(installation: Installation) -> dict[str, list[tuple]]:
    """All rows of schema raw by table, the stats of the landed files apart."""
    tables = [*CONTRACT, "ledger", "quarantine", "check_results"]
    return {table: installation.rows(f"select * from raw.{table} order by all") for table in tables}


def outcomes(installation: Installation) -> dict[str, str]:
    """The current outcome of each case: its newest version."""
    return dict(
        installation.rows(
            "select case_number, max_by(outcome, _delivery_id * 1000 + _row_number) from raw.court_cases group by 1"
        )
    )


def test_a_rebuild_gives_the_tables_that_the_increments_gave(installation):
    before = raw(installation)
    replay = rebuild_raw(installation.settings, CONTRACT)
    assert raw(installation) == before
    assert (replay.read, replay.kept) == (6, [])
    assert outcomes(installation) == {"1": "settled", "2": "pending", "4": "withdrawn"}
    assert installation.load().load_run is None


def test_a_rebuild_finds_bytes_under_another_name(installation):
    before = raw(installation)
    landing = installation.settings.landing_dir / "court_cases"
    (landing / "d.csv").rename(landing / "z.csv")
    rebuild_raw(installation.settings, CONTRACT)
    assert raw(installation) == before
    assert installation.load().total.duplicate == 1


def test_a_rebuild_names_files_that_are_gone_and_can_keep_their_rows(installation):
    before = raw(installation)
    (installation.settings.landing_dir / "court_cases/d.csv").unlink()
    installation.deliver("court_cases/b.csv", HEADER + "5,2024-01-09,civil,pending\n")
    with pytest.raises(ReplayError, match=r"2 deliveries are no longer.*court_cases/b.csv, court_cases/d.csv"):
        rebuild_raw(installation.settings, CONTRACT)
    assert raw(installation) == before
    replay = rebuild_raw(installation.settings, CONTRACT, keep_missing=True)
    assert replay.kept == ["court_cases/b.csv", "court_cases/d.csv"]
    assert raw(installation) == before
    installation.load()
    assert outcomes(installation) == {"1": "settled", "2": "pending", "4": "withdrawn", "5": "pending"}


@pytest.mark.parametrize("what", ["touched", "overwritten"])
def test_a_file_that_changes_during_a_rebuild_stops_it(installation, what):
    before, path = raw(installation), installation.settings.landing_dir / "practical_exams/p.csv"
    delivered = path.read_bytes()

    def change(_: str) -> None:  # after the source before it
        path.write_bytes(delivered if what == "touched" else delivered.replace(b"passed", b"failed"))

    with pytest.raises(ReplayError, match=r"practical_exams/p.csv changed while it was read.*: try again"):
        rebuild_raw(installation.settings, CONTRACT, report=change)
    assert raw(installation) == before
    path.write_bytes(delivered)
    rebuild_raw(installation.settings, CONTRACT)
    assert raw(installation) == before
    assert installation.load().load_run is None


@pytest.fixture
def changing(installation, monkeypatch):
    """From now on d.csv is touched as soon as its source is read."""

    def touch(*arguments):
        os.utime(installation.settings.landing_dir / "court_cases/d.csv")
        return create_incoming(*arguments)

    create_incoming = load.create_incoming
    monkeypatch.setattr(load, "create_incoming", touch)


def test_a_file_that_changes_during_a_reload_keeps_its_rows_and_is_named(installation, changing):
    before = raw(installation)
    with pytest.raises(ReplayError, match=r"court_cases/d.csv changed while it was read.*: try again"):
        reload_source(installation.settings, CONTRACT, CASES)
    assert raw(installation) == before


def test_a_file_that_changes_while_its_withdrawal_is_undone_stays_withdrawn(installation, request):
    withdraw(installation.settings, CONTRACT, CASES, "d.csv", None, reason="wrong", on=date(2026, 1, 2))
    before = raw(installation)
    request.getfixturevalue("changing")
    with pytest.raises(ReplayError, match=r"court_cases/d.csv changed"):
        restore(installation.settings, CONTRACT, CASES, "d.csv")
    assert raw(installation) == before


def test_a_rebuild_does_not_replace_a_warehouse_that_a_client_has_open(installation):
    before = raw(installation)
    publish_the_ledger(installation.settings)
    client = Holder(installation.settings.warehouse)
    with pytest.raises(duckdb.IOException, match=rf"Could not set lock .*PID {client.pid}"):
        rebuild_raw(installation.settings, CONTRACT)
    client.let_go()
    assert raw(installation) == before


def publish_the_ledger(settings) -> None:
    settings.published_dir.mkdir()
    with duckdb.connect() as connection:
        connection.execute(f"attach '{settings.warehouse}' as warehouse (read_only)")
        connection.execute(f"attach '{settings.published_marts}' as published")
        connection.execute("create schema published.marts")
        connection.execute("create table published.marts.delivery_ledger as from warehouse.raw.ledger")


def test_without_a_warehouse_the_published_ledger_tells_the_order(installation):
    before = raw(installation)
    settings = installation.settings
    publish_the_ledger(settings)
    settings.warehouse.write_bytes(b"not a database")
    said = []
    rebuild_raw(settings, CONTRACT, report=said.append)
    assert "its ledger is taken from" in said[0]
    assert raw(installation) == before


def test_without_a_warehouse_and_files_it_says_how_to_start_over(installation):
    publish_the_ledger(installation.settings)
    installation.settings.warehouse.unlink()
    (installation.settings.landing_dir / "court_cases/d.csv").unlink()
    with pytest.raises(ReplayError, match=r"court_cases/d.csv. Bring .* lost for good, move the folder of the publ"):
        rebuild_raw(installation.settings, CONTRACT, keep_missing=True)


def test_without_any_ledger_a_rebuild_says_what_to_do(installation):
    installation.settings.warehouse.unlink()
    with pytest.raises(ReplayError, match=r"no ledger to replay.*run the refresh"):
        rebuild_raw(installation.settings, CONTRACT)


def test_a_reload_mends_the_deliveries_of_a_period_and_no_others(installation):
    before = raw(installation)
    with duckdb.connect(str(installation.settings.warehouse)) as connection:
        connection.execute("update raw.court_cases set outcome = 'lost' where filed_on >= '2024-02-01'")
    replay = reload_source(installation.settings, CONTRACT, CASES, period_of("2024-02"))
    assert replay.read == 1
    assert outcomes(installation) == {"1": "settled", "2": "pending", "4": "lost"}
    reload_source(installation.settings, CONTRACT, CASES, period_of("2025"))
    assert raw(installation) == before
    assert installation.load().load_run is None


def test_a_period_counts_rows_whose_utc_clock_stands_on_the_day_before(installation):
    # 29 February 20:00 UTC is 1 March 02:00 at the centre
    replay = reload_source(installation.settings, CONTRACT, CONTRACT["practical_exams"], period_of("2024-03"))
    assert replay.read == 1


def test_a_reload_of_bytes_that_are_gone_changes_nothing(installation):
    before = raw(installation)
    (installation.settings.landing_dir / "court_cases/b.csv").unlink()
    with pytest.raises(ReplayError, match=r"court_cases/b.csv"):
        reload_source(installation.settings, CONTRACT, CASES)
    assert raw(installation) == before


def test_a_period_without_rows_is_no_reload(installation):
    with pytest.raises(ReplayError, match=r"no delivery of court_cases has rows from 2030-01-01 to before 2030-02-01"):
        reload_source(installation.settings, CONTRACT, CASES, period_of("2030-01"))


def test_a_source_without_clock_has_no_period(installation):
    with pytest.raises(ReplayError, match=r"centres has no event time"):
        reload_source(installation.settings, CONTRACT, CONTRACT["centres"], period_of("2024"))


def test_a_withdrawn_correction_brings_back_what_it_replaced(installation):
    before = raw(installation)
    assert (
        withdraw(installation.settings, CONTRACT, CASES, "a.csv", None, reason="wrong year", on=date(2026, 1, 2)) == 1
    )
    assert outcomes(installation) == {"1": "pending", "2": "pending", "4": "withdrawn"}
    assert installation.quarantine() == []
    ledger = "select status, rows_loaded, rows_quarantined, reason from raw.ledger where file_name = 'a.csv'"
    assert installation.rows(ledger) == [("rejected", 0, 0, "withdrawn on 2026-01-02: wrong year")]
    # its bytes are known: neither the file that still lies there nor a copy of it comes back
    os.utime(installation.settings.landing_dir / "court_cases/a.csv")
    assert installation.load().load_run is None
    rebuild_raw(installation.settings, CONTRACT)
    assert installation.rows(ledger) == [("rejected", 0, 0, "withdrawn on 2026-01-02: wrong year")]
    assert outcomes(installation)["1"] == "pending"
    restore(installation.settings, CONTRACT, CASES, "a.csv")
    assert raw(installation) == before


def test_a_withdrawal_wants_exactly_one_delivery(installation):
    settings = installation.settings
    with pytest.raises(WithdrawalError, match=r"no such delivery of court_cases: e.csv"):
        withdraw(settings, CONTRACT, CASES, "e.csv", None, reason="wrong", on=date(2026, 1, 2))
    installation.deliver("court_cases/d.csv", HEADER + "4,2025-05-06,civil,withdrawn\n")
    installation.load()
    with pytest.raises(WithdrawalError, match=r"2 deliveries of court_cases are called d.csv: say which by --sha256"):
        withdraw(settings, CONTRACT, CASES, "d.csv", None, reason="wrong", on=date(2026, 1, 2))
    (newest,) = installation.rows(
        "select sha256 from raw.ledger where file_name = 'd.csv' order by delivery_id desc limit 1"
    )
    assert withdraw(settings, CONTRACT, CASES, "d.csv", newest[0][:12], reason="wrong", on=date(2026, 1, 2)) == 1
    assert installation.rows("select filed_on from raw.court_cases where case_number = '4'") == [(date(2025, 5, 5),)]


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("2024-12", (date(2024, 12, 1), date(2025, 1, 1))),
        ("2024", (date(2024, 1, 1), date(2025, 1, 1))),
    ],
)
def test_periods(text, period):
    assert period_of(text) == period


@pytest.mark.parametrize("text", ["2024-13", "24-01", "2024-1", "March", ""])
def test_no_periods(text):
    with pytest.raises(ValueError, match=r"is no period"):
        period_of(text)
