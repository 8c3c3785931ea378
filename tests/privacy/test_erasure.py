"""A person's data on request: counts stay, nothing leads to the person, and no later delivery brings them back."""

import io
import shutil

import duckdb
import pytest

from orchestration.privacy.erase import erase, main
from orchestration.privacy.rotate_key import rotate_key
from tests.privacy.persons import (
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

COUNTS = """
select 'theory', count(*), count(distinct candidate_iin), count(distinct _business_key) from raw.theory_exams
union all select 'theory 2019', count(*), count(distinct candidate_iin), 0
    from raw.theory_exams where year(started_at) = 2019
union all select 'practical', count(*), count(distinct candidate_iin), 0 from raw.practical_exams
union all select 'appeals', count(*), count(distinct applicant_iin), 0 from raw.eotinish_appeals
union all select 'employees', count(*), count(iin), 0 from raw.employees
union all select 'relatives', count(*), count(distinct relative_iin), count(distinct _business_key)
    from raw.declared_relatives
order by all
"""


def token_of(installation, iin):
    return {number: token for token, number in installation.vault()}[iin]


def substitutes(installation):
    """The tokens in raw that the vault does not know, with how many rows of theory and practice hold them."""
    known = ", ".join(f"'{token}'" for token, _ in installation.vault())
    return installation.rows(
        "select candidate_iin, count(*) from (from raw.theory_exams union all by name from raw.practical_exams) "
        f"where candidate_iin not in ({known}) group by 1 order by 2"
    )


def test_counts_stay_and_nothing_is_left_of_the_person(installation):
    counts, ledger, token = installation.rows(COUNTS), installation.ledger(), token_of(installation, AIGUL)
    for trace in (token, AIGULS_TEXT):
        assert files_with(installation.settings.data_dir, [trace]) == ["warehouse.duckdb"]
    touched = erase(installation.settings, [AIGUL], "A. Steward", "request 7/2026")
    # T1, T2, T5; P1; A1; E1; two declared relatives
    assert touched == {
        "employees": 1,
        "eotinish_appeals": 1,
        "declared_relatives": 2,
        "theory_exams": 3,
        "practical_exams": 1,
    }
    assert installation.rows(COUNTS) == counts
    assert installation.ledger() == ledger
    assert [iin for _, iin in installation.vault()] == [DANA, FARIDA, ERLAN, BOLAT]
    assert files_with(installation.settings.data_dir, [token, AIGUL, AIGULS_TEXT]) == []
    # one substitute stands for the person in all sources, and the others are as they were
    assert [rows for _, rows in substitutes(installation)] == [4]
    assert installation.rows("select text from raw.eotinish_appeals order by appeal_id") == [(None,), (DANAS_TEXT,)]
    assert installation.rows("select employee_id from raw.employees where iin is not null") == [("E1",)]


def test_the_log_says_all_but_who(installation):
    erase(installation.settings, [AIGUL], "A. Steward", f"request of {AIGUL}")
    (line,) = installation.settings.access_log.read_text().splitlines()
    assert line.split("\t")[1:] == [
        "erase",
        "A. Steward",
        "1 persons: employees 1, eotinish_appeals 1, declared_relatives 2, theory_exams 3, practical_exams 1",
        "request of [IIN]",
    ]


def test_an_earlier_look_at_the_person_stays_in_the_log_without_the_token(installation):
    log = installation.settings.access_log
    log.write_text(f"2026-01-01T00:00:00+00:00\treidentify\tA. Steward\t{token_of(installation, AIGUL)}\tcase 12\n")
    erase(installation.settings, [AIGUL], "A. Steward", "request 7/2026")
    assert log.read_text().splitlines()[0].split("\t")[1:] == ["reidentify", "A. Steward", "(severed)", "case 12"]


@pytest.mark.parametrize("rotated", [False, True], ids=["same key", "after a key rotation"])
def test_a_later_delivery_does_not_bring_the_person_back(installation, rotated):
    token = token_of(installation, AIGUL)
    erase(installation.settings, [AIGUL], "A. Steward", "request 7/2026")
    if rotated:
        rotate_key(installation.settings, b"another secret, of more than thirty-two characters", "A. Steward", "yearly")
    (before,) = substitutes(installation)
    installation.deliver(
        "theory_exams/more.csv",
        f"{EXAMS}T17,{AIGUL},C1,2024-08-05 10:00,passed\n"
        f"T18,{AIGUL},C1,2024-08-12 10:00,passed\nT19,{DANA},C1,2024-08-12 10:00,failed\n",
    )
    installation.deliver("eotinish_appeals/more.csv", DELIVERIES["eotinish_appeals/export.csv"] + "\n")
    installation.deliver("declared_relatives/more.csv", f"employee_id,relative_iin,relation\nE2,{AIGUL},parent\n")
    run = installation.load()
    assert (run.total.rows_loaded, run.total.rows_quarantined) == (6, 0)
    # the two new rows are of one person, whom nothing leads to the old rows
    assert [rows for _, rows in substitutes(installation)] == [2, 4]
    assert before in substitutes(installation)
    assert len(installation.vault()) == 4
    assert files_with(installation.settings.data_dir, [token, AIGUL, AIGULS_TEXT]) == []
    assert installation.rows(
        "select count(distinct candidate_iin) from raw.theory_exams where attempt_id in ('T6', 'T19')"
    ) == [(1,)]


def export_all_again(installation, name):
    """All that was delivered comes once more, as a system that exports everything each night does it."""
    for source, more in (
        ("theory_exams", f"T19,{DANA},C1,2024-08-12 10:00,failed\n"),
        ("practical_exams", ""),
        ("eotinish_appeals", ""),
        ("employees", "E3,,examiner\n"),
        ("declared_relatives", f"E3,{ERLAN},child\n"),
    ):
        (delivered,) = (content for file, content in DELIVERIES.items() if file.startswith(f"{source}/"))
        installation.deliver(f"{source}/{name}.csv", f"{delivered}{more}\n")
    installation.load()


def test_what_is_exported_again_counts_as_before(installation):
    erase(installation.settings, [AIGUL, BOLAT], "A. Steward", "request 7/2026")
    of_persons = """
        select candidate_iin, attempt_id from raw.theory_exams
        union select candidate_iin, attempt_id from raw.practical_exams
        union select applicant_iin, appeal_id from raw.eotinish_appeals
        union select iin, employee_id from raw.employees
        union select relative_iin, employee_id from raw.declared_relatives
    """
    before = installation.rows(of_persons)
    for night in ("one", "two"):
        export_all_again(installation, night)
    dana, erlan = (token_of(installation, iin) for iin in (DANA, ERLAN))
    assert set(installation.rows(of_persons)) == {*before, (dana, "T19"), (erlan, "E3"), (None, "E3")}
    # E1's spouse and sibling, E2's parent, E3's child
    assert installation.rows("select count(distinct _business_key) from raw.declared_relatives") == [(4,)]
    assert files_with(installation.settings.data_dir, [AIGUL, BOLAT, AIGULS_TEXT]) == []


def test_a_new_row_among_those_that_come_again_is_the_same_persons(installation):
    erase(installation.settings, [AIGUL], "A. Steward", "request 7/2026")
    (before,) = substitutes(installation)
    installation.deliver(
        "theory_exams/all.csv", f"{DELIVERIES['theory_exams/log.csv']}T17,{AIGUL},C1,2024-08-05 10:00,passed\n"
    )
    installation.load()
    # T1, T2, T5 twice, T17, P1
    assert substitutes(installation) == [(before[0], 8)]


def test_a_row_that_was_somebody_elses_does_not_take_their_token(installation):
    erase(installation.settings, [AIGUL], "A. Steward", "request 7/2026")
    installation.deliver("theory_exams/corrected.csv", f"{EXAMS}T6,{AIGUL},C1,2024-06-03 11:00,passed\n")
    installation.load()
    assert installation.rows(
        f"select count(*) from raw.theory_exams where candidate_iin = '{token_of(installation, DANA)}'"
    ) == [(1,)]
    assert [rows for _, rows in substitutes(installation)] == [1, 4]


APPEALS = "appeal_id,registered_at,kind,applicant_iin,text\n"


def test_texts_go_from_all_versions_of_the_persons_rows(installation):
    """Her appeal came without her number first; another was hers in between; a third was thought to be Dana's."""
    for number, (a3, a4, a5) in enumerate([("", "", DANA), (AIGUL, AIGUL, AIGUL), (AIGUL, "", AIGUL)]):
        installation.deliver(
            f"eotinish_appeals/version_{number}.csv",
            f"{APPEALS}A3,2024-05-06 10:00,complaint,{a3},Lynx {number}\n"
            f"A4,2024-05-06 10:00,complaint,{a4},Otter {number}\nA5,2024-05-06 10:00,complaint,{a5},Badger {number}\n",
        )
        installation.load()
    erase(installation.settings, [AIGUL], "A. Steward", "request 7/2026")
    assert installation.rows("select distinct text from raw.eotinish_appeals where text is not null") == [(DANAS_TEXT,)]
    assert files_with(installation.settings.data_dir, ["Lynx", "Otter", "Badger"]) == []


def test_texts_of_later_versions_without_the_number_go_too(installation):
    erase(installation.settings, [AIGUL], "A. Steward", "request 7/2026")
    for number, iin in enumerate(["", AIGUL, ""]):
        installation.deliver(
            f"eotinish_appeals/version_{number}.csv",
            f"{APPEALS}A1,2019-05-06 10:00,complaint,,Lynx {number}\n"
            f"A9,2024-05-06 10:00,complaint,{iin},Otter {number}\n",
        )
        installation.load()
    assert files_with(installation.settings.data_dir, ["Lynx"]) == []
    installation.deliver("eotinish_appeals/danas.csv", f"{APPEALS}A9,2024-05-06 10:00,complaint,{DANA},Heron again\n")
    installation.load()
    assert installation.rows("select distinct text from raw.eotinish_appeals where text is not null order by 1") == [
        ("Heron again",),
        (DANAS_TEXT,),
    ]


def test_a_rebuild_with_the_kept_vault_does_not_bring_the_person_back(installation):
    counts = installation.rows(COUNTS)
    erase(installation.settings, [AIGUL], "A. Steward", "request 7/2026")
    installation.settings.warehouse.unlink()
    installation.load()
    assert installation.rows(COUNTS) == counts
    assert [iin for _, iin in installation.vault()] == [DANA, FARIDA, ERLAN, BOLAT]
    assert [rows for _, rows in substitutes(installation)] == [4]
    assert installation.rows("select text from raw.eotinish_appeals order by appeal_id") == [(None,), (DANAS_TEXT,)]


def test_a_person_without_rows_is_kept_out_too(installation):
    stranger = "990313500613"
    assert erase(installation.settings, [stranger], "A. Steward", "request 8/2026") == {}
    installation.deliver("theory_exams/more.csv", f"{EXAMS}T17,{stranger},C1,2024-08-05 10:00,passed\n")
    installation.load()
    assert len(installation.vault()) == 5
    assert len(substitutes(installation)) == 1


def test_a_row_of_the_person_that_is_refused_keeps_no_trace(installation):
    erase(installation.settings, [AIGUL], "A. Steward", "request 7/2026")
    installation.deliver(
        "eotinish_appeals/bad.csv",
        f"appeal_id,registered_at,kind,applicant_iin,text\nA3,no time,complaint,{AIGUL},{AIGULS_TEXT}\n",
    )
    assert installation.load().total.rows_quarantined == 1
    assert files_with(installation.settings.data_dir, [AIGUL, AIGULS_TEXT]) == []


def test_refused_values_of_the_persons_rows_are_emptied(installation):
    """A row is known to be the person's by its key, when a good row of it was delivered."""
    installation.deliver(
        "eotinish_appeals/bad.csv",
        f"appeal_id,registered_at,kind,applicant_iin,due_on\nA1,2019-05-06 10:00,complaint,{AIGUL},2019-13-01\n"
        f"A2,2024-05-06 10:00,complaint,{DANA},2024-13-02\nA9,2024-05-06 10:00,complaint,{AIGUL},2024-13-03\n",
    )
    installation.load()
    erase(installation.settings, [AIGUL], "A. Steward", "request 7/2026")
    assert installation.rows("select business_key, raw_value from raw.quarantine order by 1") == [
        ("A1", None),
        ("A2", "2024-13-02"),
        ("A9", "2024-13-03"),
    ]


def test_what_earlier_versions_kept_in_the_quarantine_goes_too(installation):
    installation.deliver(
        "eotinish_appeals/bad.csv", "appeal_id,registered_at,kind,due_on\nA9,2024-05-06 10:00,complaint,2024-13-03\n"
    )
    installation.deliver(
        "court_cases/bad.csv", "case_number,filed_on,proceeding,outcome,claim_kzt\n1,2024-01-09,civil,pending,much\n"
    )
    installation.load()
    with duckdb.connect(str(installation.settings.warehouse)) as connection:
        connection.execute(f"update raw.quarantine set raw_value = '{AIGULS_TEXT}' where source = 'eotinish_appeals'")
    assert files_with(installation.settings.data_dir, [AIGULS_TEXT]) == ["warehouse.duckdb"]
    erase(installation.settings, [AIGUL], "A. Steward", "request 7/2026")
    assert installation.rows("select source, raw_value from raw.quarantine order by 1") == [
        ("court_cases", "much"),
        ("eotinish_appeals", None),
    ]
    assert files_with(installation.settings.data_dir, [AIGULS_TEXT]) == []


@pytest.fixture
def typed(installation, monkeypatch, capsys):
    """The command with these personal numbers on its standard input: its exit code, and what it says."""
    monkeypatch.setenv("TAUEKEL_DATA_DIR", str(installation.settings.data_dir))
    monkeypatch.setenv("TAUEKEL_LANDING_DIR", str(installation.settings.landing_dir))
    monkeypatch.setattr(
        "sys.argv", ["erase", "--iin-stdin", "--by", "A. Steward", "--reason", "request 7/2026", "--without-refresh"]
    )

    def run(lines):
        monkeypatch.setattr("sys.stdin", io.StringIO(lines))
        code = main()
        return code, "".join(capsys.readouterr())

    return run


@pytest.mark.parametrize("line", ["９００１０１３００１２６", "900101 300126", "IIN900101300126", "90010130012"])
def test_a_number_in_another_spelling_is_refused_not_passed_over(installation, typed, line):
    assert typed(f"{BOLAT}\n{line}\n") == (
        2,
        "Line 2 is not a personal number of 12 digits (0-9): one a line is wanted.\n",
    )
    assert len(installation.vault()) == 5


def test_a_wrong_check_digit_is_told_and_erased_all_the_same(installation, typed):
    wrong = "900101300120"
    installation.deliver("theory_exams/more.csv", f"{EXAMS}T17,{wrong},C1,2024-08-05 10:00,passed\n")
    installation.load()
    code, said = typed(f"{BOLAT}\n\n{wrong}\n")
    assert code == 0
    assert "Line 3: the check digit is wrong. The number is erased as it stands" in said
    assert "theory_exams: 3 rows severed" in said
    assert wrong not in said
    assert {wrong, BOLAT}.isdisjoint(iin for _, iin in installation.vault())


def test_files_are_the_owners_only(installation):
    erase(installation.settings, [AIGUL], "A. Steward", "request 7/2026")
    assert not installation.settings.rewrite_ready_dir.exists()
    shutil.rmtree(installation.settings.scratch_dir)
    for path in (installation.settings.warehouse, installation.settings.vault, installation.settings.access_log):
        assert path.stat().st_mode & 0o777 == 0o600, path
