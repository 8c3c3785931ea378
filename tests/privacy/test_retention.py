"""Months a source: what is older keeps its figures and loses its persons; what is younger stays as it is."""

import csv
from datetime import date

import duckdb
import pytest

from orchestration.contract import load_contract
from orchestration.ingestion.replay import rebuild_raw, reload_source
from orchestration.ingestion.tokens import attach_vault, load_secret
from orchestration.ingestion.withdrawal import restore, withdraw
from orchestration.privacy.erase import erase
from orchestration.privacy.retain import RETENTION, first_day_kept, main, retain
from orchestration.privacy.rotate_key import rotate_key
from tests.privacy.persons import (
    A_SUMMARY,
    AIGUL,
    AIGULS_TEXT,
    BOLAT,
    DANA,
    DANAS_TEXT,
    DELIVERIES,
    ERLAN,
    EXAMS,
    FARIDA,
    files_with,
)

# On 1 January 2031 exams of 2019 and 2020 are past their 120 months, and all appeals (60) and reports (36) past theirs.
AS_OF = date(2031, 1, 1)
PERSONS_BY_YEAR = (
    "select year(started_at), count(*), count(distinct candidate_iin) from raw.theory_exams group by 1 order by 1"
)

PERSONS_OF_YEARS = "select year(started_at), count(distinct candidate_iin) from raw.theory_exams group by 1 order by 1"


def token_of(installation, iin):
    return {number: token for token, number in installation.vault()}[iin]


def attempts_of(token):
    return f"select attempt_id from raw.theory_exams where candidate_iin = '{token}' order by attempt_id"


def command(installation, monkeypatch, *arguments):
    """The exit code of the command with these arguments."""
    monkeypatch.setenv("TAUEKEL_DATA_DIR", str(installation.settings.data_dir))
    monkeypatch.setenv("TAUEKEL_LANDING_DIR", str(installation.settings.landing_dir))
    monkeypatch.setattr(
        "sys.argv", ["retain", "--by", "schedule", "--reason", "monthly", "--without-refresh", *arguments]
    )
    return main()


def test_a_year_goes_when_its_last_day_is_past_its_months():
    assert first_day_kept(date(2030, 12, 31), 120) == date(2020, 1, 1)
    assert first_day_kept(date(2031, 1, 1), 120) == date(2021, 1, 1)
    assert first_day_kept(date(2026, 3, 31), 3) == date(2025, 1, 1)
    assert first_day_kept(date(2026, 4, 1), 3) == date(2026, 1, 1)


def test_every_source_with_personal_data_has_its_line():
    with RETENTION.open(encoding="utf-8") as file:
        decided = {row["source"]: row for row in csv.DictReader(file)}
    contract = load_contract().values()
    assert set(decided) == {source.name for source in contract if any(column.pii for column in source.columns)}
    assert all(row["since"] and row["reason"] for row in decided.values())
    assert not {name for name, row in decided.items() if row["months"]} & {s.name for s in contract if not s.clock}


def test_figures_stay_and_what_is_past_its_months_loses_its_persons(installation):
    of_2024 = "select * from raw.theory_exams where year(started_at) = 2024 order by attempt_id"
    young, persons, ledger = installation.rows(of_2024), installation.rows(PERSONS_BY_YEAR), installation.ledger()
    erlan = token_of(installation, ERLAN)
    # T7, T8, T10; A1 and A2; H1
    assert retain(installation.settings, AS_OF, "schedule", "monthly") == (
        AS_OF,
        {"eotinish_appeals": 2, "hotline_reports": 1, "theory_exams": 3},
    )
    assert persons == [(2019, 5, 4), (2020, 2, 2), (2024, 3, 3)]
    assert installation.rows(PERSONS_BY_YEAR) == persons
    assert installation.ledger() == ledger
    assert installation.rows(of_2024) == young
    # Erlan of 2019 and of 2020 is still one person, but not the one of 2024
    of_erlan = "select count(distinct candidate_iin) from raw.theory_exams where attempt_id in ('T7', 'T8')"
    assert installation.rows(of_erlan) == [(1,)]
    assert installation.rows(attempts_of(erlan)) == [("T9",)]
    assert files_with(installation.settings.data_dir, [AIGULS_TEXT, DANAS_TEXT, A_SUMMARY]) == []


def test_who_stands_in_a_kept_register_keeps_the_old_rows(installation):
    """Applications that employees handled for relatives are found by comparing the two."""
    bolat = token_of(installation, BOLAT)
    retain(installation.settings, AS_OF, "schedule", "monthly")
    assert installation.rows(attempts_of(bolat)) == [("T3",), ("T4",)]
    assert installation.rows(f"select count(*) from raw.declared_relatives where relative_iin = '{bolat}'") == [(1,)]


def test_the_vault_forgets_whom_no_row_names_any_more(installation):
    farida = token_of(installation, FARIDA)
    retain(installation.settings, AS_OF, "schedule", "monthly")
    assert [iin for _, iin in installation.vault()] == [DANA, ERLAN, BOLAT, AIGUL]
    assert files_with(installation.settings.data_dir, [farida]) == []


def test_again_finds_nothing_more_and_touches_nothing(installation):
    retain(installation.settings, AS_OF, "schedule", "monthly")
    before = installation.settings.warehouse.read_bytes(), installation.settings.vault.read_bytes()
    assert retain(installation.settings, AS_OF, "schedule", "monthly") == (AS_OF, {})
    assert (installation.settings.warehouse.read_bytes(), installation.settings.vault.read_bytes()) == before
    subjects = [line.split("\t")[3] for line in installation.settings.access_log.read_text().splitlines()]
    assert subjects == [
        "as of 2031-01-01: eotinish_appeals 2, hotline_reports 1, theory_exams 3",
        "as of 2031-01-01: no rows",
    ]


def test_an_old_row_that_comes_late_is_severed_as_it_is_loaded(installation):
    retain(installation.settings, AS_OF, "schedule", "monthly")
    bolat = token_of(installation, BOLAT)
    late = f"T11,{ERLAN},C1,2019-04-01 10:00,failed\nT12,{FARIDA},C1,2020-12-31 12:00,failed\n"
    kept = f"T13,{BOLAT},C1,2019-04-01 11:00,passed\nT14,{ERLAN},C1,2021-01-01 10:00,passed\n"
    installation.deliver("theory_exams/late.csv", f"{EXAMS}{late}{kept}")
    header = "report_id,received_at,topic,summary\n"
    installation.deliver("hotline_reports/late.csv", f"{header}H2,2019-06-07 10:00,exam,Late\n")
    installation.deliver("hotline_reports/new.csv", f"{header}H3,2031-01-07 10:00,exam,New\n")
    installation.load()
    assert installation.rows(attempts_of(token_of(installation, ERLAN))) == [("T14",), ("T9",)]
    # Bolat stands in a register
    assert installation.rows(attempts_of(bolat)) == [("T13",), ("T3",), ("T4",)]
    assert installation.rows("select report_id, summary from raw.hotline_reports order by 1") == [
        ("H1", None),
        ("H2", None),
        ("H3", "New"),
    ]
    assert FARIDA not in dict(map(reversed, installation.vault()))
    assert files_with(installation.settings.data_dir, [A_SUMMARY]) == []
    assert retain(installation.settings, AS_OF, "schedule", "monthly") == (AS_OF, {})


def test_old_rows_that_are_exported_again_count_as_before(installation):
    retain(installation.settings, AS_OF, "schedule", "monthly")
    persons = installation.rows(PERSONS_OF_YEARS)
    for night in ("one", "two"):
        more = f"T11,{ERLAN},C1,2019-04-01 10:00,failed\nT12,{DANA},C1,2024-04-01 1{len(night)}:00,failed\n"
        installation.deliver(f"theory_exams/{night}.csv", f"{DELIVERIES['theory_exams/log.csv']}{more}")
        installation.load()
    # Erlan of 2019 is one person, with the attempt that came late
    assert installation.rows(PERSONS_OF_YEARS) == persons == [(2019, 4), (2020, 2), (2024, 3)]


def what_is_kept(installation):
    """Rows with who is whom, without tokens of those who were severed: their substitutes are others each time."""
    known = "(select token from vault.iin_tokens)"
    with duckdb.connect(str(installation.settings.warehouse), read_only=True) as connection:
        attach_vault(connection, installation.settings, load_secret(installation.settings), read_only=True)
        return [
            connection.execute(query).fetchall()
            for query in (
                f"select attempt_id, started_at, result, candidate_iin in {known}, "
                f"case when candidate_iin in {known} then candidate_iin end from raw.theory_exams order by all",
                "select year(started_at), count(distinct candidate_iin) from raw.theory_exams group by 1 order by 1",
                "select * exclude (applicant_iin) from raw.eotinish_appeals order by all",
                "from raw.hotline_reports order by all",
                "from raw.declared_relatives order by all",
                "from vault.iin_tokens order by all",
            )
        ]


@pytest.mark.parametrize("way", ["rebuild", "reload", "withdrawn and back"])
def test_what_is_read_again_stays_severed(installation, way):
    retain(installation.settings, AS_OF, "schedule", "monthly")
    before, contract = what_is_kept(installation), load_contract()
    theory = contract["theory_exams"]
    if way == "rebuild":
        rebuild_raw(installation.settings, contract)
    elif way == "reload":
        reload_source(installation.settings, contract, theory)
    else:
        withdraw(installation.settings, contract, theory, "log.csv", None, reason="wrong", on=date(2031, 1, 2))
        restore(installation.settings, contract, theory, "log.csv")
    assert what_is_kept(installation) == before
    assert files_with(installation.settings.data_dir, [AIGULS_TEXT, DANAS_TEXT, A_SUMMARY]) == []


def test_after_a_new_key_and_an_erasure_too(installation):
    retain(installation.settings, AS_OF, "schedule", "monthly")
    rotate_key(installation.settings, b"another secret, of more than thirty-two characters", "A. Steward", "yearly")
    erase(installation.settings, [DANA], "A. Steward", "request")
    rebuild_raw(installation.settings, load_contract())
    assert [iin for _, iin in installation.vault()] == [ERLAN, BOLAT, AIGUL]
    assert files_with(installation.settings.data_dir, [AIGULS_TEXT, DANAS_TEXT, A_SUMMARY]) == []


def test_an_earlier_day_gives_nothing_back(installation):
    retain(installation.settings, AS_OF, "schedule", "monthly")
    before = what_is_kept(installation)
    retain(installation.settings, date(2026, 1, 1), "schedule", "by mistake")
    rebuild_raw(installation.settings, load_contract())
    assert what_is_kept(installation) == before


def test_refused_values_go_with_what_is_past_its_months(installation):
    """By their key, and by their delivery when all its good rows are past their months."""
    scored = "attempt_id,candidate_iin,centre_code,started_at,result,score\n"
    installation.deliver(
        "theory_exams/old.csv",
        f"{scored}T30,{ERLAN},C1,2019-05-06 10:00,passed,1\nT31,{ERLAN},C1,2019-05-06 11:00,passed,1.1.19\n",
    )
    installation.deliver(
        "theory_exams/young.csv",
        f"{scored}T32,{ERLAN},C1,2024-05-06 10:00,passed,1\nT33,{ERLAN},C1,2024-05-06 10:00,passed,1.1.24\n"
        f"T1,{AIGUL},C1,2019-03-04 10:00,failed,4.3.19\n",
    )
    installation.deliver("theory_exams/bad.csv", f"{scored}T34,{ERLAN},C1,2019-05-06 10:00,passed,6.5.19\n")
    installation.load()
    # T30 as well
    assert retain(installation.settings, AS_OF, "schedule", "monthly") == (
        AS_OF,
        {"eotinish_appeals": 2, "hotline_reports": 1, "theory_exams": 4, "quarantine": 2},
    )
    # of T34 nobody knows when it was: its delivery has no good row
    assert installation.rows("select business_key, raw_value from raw.quarantine order by 1") == [
        ("T1", None),
        ("T31", None),
        ("T33", "1.1.24"),
        ("T34", "6.5.19"),
    ]
    assert retain(installation.settings, AS_OF, "schedule", "monthly") == (AS_OF, {})


def test_what_earlier_versions_kept_in_the_quarantine_goes_though_nothing_is_past_its_months(installation):
    retain(installation.settings, AS_OF, "schedule", "monthly")
    installation.deliver(
        "eotinish_appeals/bad.csv", "appeal_id,registered_at,kind,due_on\nA9,2030-05-06 10:00,complaint,2024-13-03\n"
    )
    installation.load()
    with duckdb.connect(str(installation.settings.warehouse)) as connection:
        connection.execute(f"update raw.quarantine set raw_value = '{AIGULS_TEXT}'")
    assert retain(installation.settings, AS_OF, "schedule", "monthly") == (AS_OF, {"quarantine": 1})
    assert files_with(installation.settings.data_dir, [AIGULS_TEXT]) == []


def test_without_a_day_it_is_the_latest_event_that_is_not_to_come(installation):
    installation.deliver(
        "court_cases/list.csv", "case_number,filed_on,proceeding,outcome\n1,2999-01-01,civil,settled\n"
    )
    installation.load()
    assert retain(installation.settings, None, "schedule", "monthly") == (
        date(2024, 7, 1),
        {"hotline_reports": 1},
    )


@pytest.mark.parametrize(
    ("day", "said"),
    [("9999-12-31", "9999-12-31 is still to come"), ("2206-11-28", "2206-11-28 is still to come")],
)
def test_a_day_to_come_is_refused(installation, monkeypatch, capsys, day, said):
    """A mistyped year would sever what is young, for good."""
    before = installation.settings.warehouse.read_bytes(), installation.settings.vault.read_bytes()
    code = command(installation, monkeypatch, "--as-of", day)
    assert (code, said in capsys.readouterr().err) == (2, True)
    assert (installation.settings.warehouse.read_bytes(), installation.settings.vault.read_bytes()) == before


def test_a_day_before_all_months_severs_nothing(installation, monkeypatch, capsys):
    assert command(installation, monkeypatch, "--as-of", "0001-01-01") == 0
    assert capsys.readouterr().out == "Nothing is past its months, as of 0001-01-01.\n"


@pytest.mark.parametrize(
    ("started_at", "severed"),
    [("2020-12-31T17:59:59Z", True), ("2020-12-31T18:00:00Z", False), ("2020-12-31T23:59:59", True)],
    ids=["before midnight everywhere", "after midnight in the east", "civil time"],
)
def test_a_time_of_another_zone_goes_with_its_civil_year(installation, started_at, severed):
    installation.deliver("theory_exams/zone.csv", f"{EXAMS}T11,{DANA},C1,{started_at},passed\n")
    installation.load()
    retain(installation.settings, AS_OF, "schedule", "monthly")
    of_dana = f"select count(*) from raw.theory_exams where candidate_iin = '{token_of(installation, DANA)}'"
    assert installation.rows(of_dana) == [(1 if severed else 2,)]
