"""What the ledger says of every file: loaded once, never silently passed over."""

import os

import pytest

from orchestration.ingestion.readers import delimited

CASES = "case_number,filed_on,proceeding,outcome\n{number},2024-01-09,civil,pending\n"


def test_a_second_run_loads_nothing_and_reads_nothing_again(installation):
    path = installation.deliver("court_cases/a.csv", CASES.format(number=1))
    assert installation.load().load_run == 1
    assert installation.load().load_run is None
    os.utime(path)
    assert installation.load().load_run is None
    assert installation.ledger() == [("a.csv", "loaded", 1, 0)]


def test_same_bytes_under_another_name_are_a_duplicate(installation):
    installation.deliver("court_cases/a.csv", CASES.format(number=1))
    installation.deliver("court_cases/b.csv", CASES.format(number=1))
    installation.load()
    installation.deliver("court_cases/c.csv", CASES.format(number=1))
    installation.load()
    assert installation.ledger() == [
        ("a.csv", "loaded", 1, 0),
        ("b.csv", "duplicate", 0, 0),
        ("c.csv", "duplicate", 0, 0),
    ]
    assert installation.rows("select count(*) from raw.court_cases") == [(1,)]


def test_same_name_with_new_bytes_is_a_new_delivery(installation):
    installation.deliver("court_cases/a.csv", CASES.format(number=1))
    installation.load()
    installation.deliver("court_cases/a.csv", CASES.format(number=2))
    installation.load()
    assert installation.ledger() == [("a.csv", "loaded", 1, 0), ("a.csv", "loaded", 1, 0)]


def test_a_rejected_file_again_is_a_duplicate(installation):
    installation.deliver("court_cases/a.csv", "case_number,filed_on\n1,2024-01-09\n")
    installation.deliver("court_cases/b.csv", "case_number,filed_on\n1,2024-01-09\n")
    installation.load()
    assert installation.ledger() == [("a.csv", "rejected", 0, 0), ("b.csv", "duplicate", 0, 0)]
    assert installation.rows("select reason from raw.ledger where status = 'rejected'") == [
        ("required column missing: proceeding, outcome",)
    ]


@pytest.mark.parametrize(
    ("refused", "first", "second"),
    [("2024/late.csv", "2024/late.csv", "again_2024/late.csv"), ("late.txt", "again_late.txt", "late.txt")],
)
def test_a_file_that_is_moved_or_renamed_as_its_refusal_says_is_loaded(installation, refused, first, second):
    path = installation.deliver(f"court_cases/{refused}", CASES.format(number=1))
    installation.deliver(f"court_cases/again_{refused}", CASES.format(number=1))
    installation.load()
    path.rename(installation.settings.landing_dir / "court_cases" / "late.csv")
    installation.deliver("court_cases/later.csv", CASES.format(number=1))
    installation.load()
    assert installation.ledger() == [
        (first, "rejected", 0, 0),
        (second, "duplicate", 0, 0),
        ("late.csv", "loaded", 1, 0),
        ("later.csv", "duplicate", 0, 0),
    ]


def test_extra_columns_are_named_and_the_file_is_loaded(installation):
    installation.deliver(
        "court_cases/a.csv", "case_number,filed_on,proceeding,outcome,judge\n1,2024-01-09,civil,pending,x\n"
    )
    installation.load()
    assert installation.rows("select status, reason from raw.ledger") == [
        ("loaded", "columns not in the contract, not loaded: judge")
    ]


def test_what_is_no_delivery_is_refused_and_what_is_unfinished_left_alone(installation):
    for unfinished in ("court_cases/.a.csv", "court_cases/~$a.xlsx", "court_cases/a.csv.part", "court_cases/a.TMP"):
        installation.deliver(unfinished, "x")
    installation.deliver("court_cases/letter.docx", "x")
    installation.deliver("court_cases/old/a.csv", CASES.format(number=1))
    installation.deliver("fuel_cards/a.csv", "y")
    installation.deliver("lost.csv", "z")
    (installation.settings.landing_dir / "unknown_and_empty").mkdir()
    (installation.settings.landing_dir / "violations").mkdir()
    installation.load()
    seen = installation.rows("select source, file_name, status from raw.ledger order by 1, 2")
    assert seen == [
        ("(no folder)", "lost.csv", "rejected"),
        ("court_cases", "letter.docx", "rejected"),
        ("court_cases", "old/a.csv", "rejected"),
        ("fuel_cards", "a.csv", "rejected"),
        ("unknown_and_empty", "(empty folder)", "rejected"),
    ]
    assert installation.load().load_run is None


def test_unreadable_files_are_rejected_whole(installation):
    installation.deliver("court_cases/cut.csv.gz", b"\x1f\x8b\x08\x00cut")
    installation.deliver("court_cases/empty.csv", "")
    installation.deliver("court_cases/no_book.xlsx", "case_number,filed_on")
    installation.deliver("court_cases/no_parquet.parquet", "PAR1")
    installation.deliver("court_cases/no_json.jsonl", "not json\n")
    installation.deliver("court_cases/open_quote.csv", CASES.format(number='"1') + "2,2024-01-09,civil,pending\n")
    installation.deliver(
        "court_cases/twice.csv", "case_number,Case_Number,filed_on,proceeding,outcome\n1,2,2024-01-09,civil,pending\n"
    )
    installation.load()
    assert {status for _, status, *_ in installation.ledger()} == {"rejected"}
    assert installation.rows("select count(*) from raw.court_cases") == [(0,)]


def test_nothing_in_a_delivery_is_taken_for_its_end(installation):
    """The end is known by a mark that is put there; an open quote that swallows it must not find another."""
    marked = CASES.format(number=1) + "\x02end\x02\n2,2024-01-09,civil,pending\n"
    open_quote = '"3,2024-01-09,civil,pending\n4,2024-01-09,civil,pending\n'
    installation.deliver("court_cases/open.csv", marked + open_quote)
    installation.deliver("court_cases/whole.csv", marked)
    installation.load()
    assert installation.ledger() == [("open.csv", "rejected", 0, 0), ("whole.csv", "loaded_with_quarantine", 2, 1)]
    assert installation.quarantine() == [(2, None, "the record has fewer fields than the header")]


def test_the_mark_of_the_end_stands_at_the_end(installation, monkeypatch):
    """Also if a sender guessed it."""
    monkeypatch.setattr(delimited, "token_hex", lambda: "guessed")
    rows = "guessed\n2,2024-01-09,civil,pending\n"
    installation.deliver("court_cases/a.csv", CASES.format(number=1) + rows + '"3,2024-01-09,civil,pending\n4,x\n')
    installation.deliver("court_cases/b.csv", CASES.format(number=1) + rows)
    installation.load()
    assert installation.ledger() == [("a.csv", "rejected", 0, 0), ("b.csv", "rejected", 0, 0)]


def test_no_text_is_taken_for_a_missing_field(installation):
    installation.deliver("court_cases/a.csv", "subject," + CASES.format(number="1").replace("\n1", "\n\x01\x02\x01,1"))
    installation.load()
    assert installation.rows("select subject from raw.court_cases") == [("\x01\x02\x01",)]


def test_a_header_with_odd_quotes_is_rejected_and_takes_no_records_with_it(installation):
    """DuckDB would take all records into the name of a column, and say nothing."""
    for number, header in enumerate(('"case_number"x"', 'case_number"', '"case_number', '"case"_number')):
        installation.deliver(
            f"court_cases/{number}.csv",
            f'filed_on,proceeding,outcome,case_number,"subject",{header}\n2024-01-09,civil,pending,1,"a",2\n'
            '2024-01-09,civil,pending,2,b","c\n',
        )
    installation.load()
    ledger = installation.ledger()
    assert all(status == "rejected" or loaded + quarantined == 2 for _, status, loaded, quarantined in ledger), ledger


def test_deliveries_are_ordered_by_run_then_name(installation):
    """The later of two versions is told by (_delivery_id, _row_number): 'Z' comes before 'a' in code points."""
    installation.deliver("court_cases/a.csv", CASES.format(number=1))
    installation.deliver("court_cases/Z.csv", CASES.format(number=2))
    installation.load()
    installation.deliver("court_cases/A.csv", CASES.format(number=3))
    installation.load()
    order = installation.rows("select case_number from raw.court_cases order by _delivery_id, _row_number")
    assert order == [("2",), ("1",), ("3",)]
