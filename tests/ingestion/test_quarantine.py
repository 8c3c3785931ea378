"""Bad rows: one entry per bad value, by file, row, column and reason, and the other rows load."""

import csv

HEADER = "case_number,filed_on,proceeding,outcome,claim_kzt\n"


def test_one_entry_per_bad_value_and_the_other_rows_load(load_csv):
    installation = load_csv(
        "court_cases",
        HEADER + "1,2024-01-09,civil,pending,5\n\n2,2024-13-09,,pending,much\n3,2024-01-09,civil,pending,\n",
    )
    assert installation.ledger() == [("delivery.csv", "loaded_with_quarantine", 2, 1)]
    assert installation.quarantine() == [
        (2, "claim_kzt", "not a decimal number"),
        (2, "filed_on", "not a date (YYYY-MM-DD or DD.MM.YYYY)"),
        (2, "proceeding", "required, but empty"),
    ]


def test_records_that_cannot_be_read_keep_their_number_among_the_others(load_csv):
    installation = load_csv(
        "court_cases",
        HEADER
        + '1,2024-01-09,civil,pending,"1\n"\n'  # a line end inside quotes
        + "\n"  # no record
        + "2,2024-01-09,civil\n"  # too short
        + "3,2024-01-09,civil,pending,1,2,3,4\n"  # too long
        + '4,2024-01-09,"civil"x,pending,1\n'  # quotes that end too early
        + "5,2024-01-09,civil,pending,1\n",
    )
    loaded = installation.rows("select case_number, _row_number from raw.court_cases order by 2")
    assert loaded == [("1", 1), ("5", 5)]
    assert installation.quarantine() == [
        (2, None, "the record has fewer fields than the header"),
        (3, None, "the record has more fields than the header"),
        (4, None, "the quotes of the record are not closed, or not doubled inside a field"),
    ]


def test_a_line_that_is_no_json_object(installation):
    installation.deliver(
        "court_cases/a.jsonl",
        '{"case_number": 1, "filed_on": "2024-01-09", "proceeding": "civil", "outcome": "pending"}\n'
        "[1, 2]\n\n{broken\n"
        '{"case_number": 2, "filed_on": "2024-01-09", "proceeding": "civil"}\n',
    )
    installation.load()
    assert installation.rows("select case_number from raw.court_cases") == [("1",)]
    assert installation.quarantine() == [
        (2, None, "the line is not a JSON object"),
        (3, None, "the line is not a JSON object"),
        (4, "outcome", "required, but empty"),
    ]


def test_an_unknown_code_centre_or_region_loads_and_an_empty_required_region_does_not(installation):
    installation.deliver(
        "court_cases/a.csv",
        "case_number,filed_on,proceeding,outcome,region,centre_code\n1,2024-01-09,odd,odd,Atlantis,C404\n",
    )
    installation.deliver("violations/a.csv", "violation_id,detected_on,region,service\n1,2024-01-09,,driving_licence\n")
    installation.load()
    assert installation.rows("select proceeding, region, centre_code from raw.court_cases") == [
        ("odd", "Atlantis", "C404")
    ]
    assert installation.quarantine() == [(1, "region", "required, but empty")]


def test_a_bad_row_is_known_by_its_business_key_if_that_is_good(load_csv):
    installation = load_csv("court_cases", HEADER + "1,2024-01-09,,pending,5\n,2024-01-09,civil,pending,5\n")
    assert installation.rows("select row_number, business_key from raw.quarantine order by 1") == [(1, "1"), (2, None)]


def test_personal_values_are_not_kept_in_quarantine(installation):
    installation.deliver(
        "theory_exams/a.csv",
        "attempt_id,candidate_iin,centre_code,started_at,result\n"
        "1,90010130012X,C1,2024-01-09 10:00,passed\n"
        "2,900101300123,C1,900101300123,passed\n",
    )
    installation.load()
    assert installation.rows("select column_name, raw_value from raw.quarantine order by 1") == [
        ("candidate_iin", None),
        ("started_at", "[IIN]"),
    ]


def test_reading_a_broken_file_leaves_the_process_able_to_read_csv(load_csv):
    limit = csv.field_size_limit()
    load_csv("court_cases", HEADER + '1,2024-01-09,"civil"x,pending,1\n2,2024-01-09,civil,pending,1\n')
    assert csv.field_size_limit() >= limit
