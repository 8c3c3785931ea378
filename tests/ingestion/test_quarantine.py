"""Bad rows: one entry per bad value, by file, row, column and reason, and the other rows load."""

import csv

import pytest

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
        ("started_at", None),
    ]


@pytest.mark.parametrize(
    "value",
    [
        "Aigul Serikova 8 701 555 44 33 was beaten",
        "Сериков",
        "8 701 555 44 33",
        "701-555-44-33",
        "900101 300126",
        "900101 300127",
        "9.00101300126E11",
        "900101300127",
        "2024-13-09 900101300126",
        "2024-13-09 8 701 555 44 33",
        "２０２４-13-09",
        "9001-01-30 01.26",
    ],
)
def test_beside_personal_columns_a_refused_value_that_may_hold_a_person_is_not_kept(installation, value):
    installation.deliver(
        "eotinish_appeals/a.csv", f'appeal_id,registered_at,kind,due_on\n1,2024-01-09 10:00,complaint,"{value}"\n'
    )
    installation.load()
    assert installation.rows("select column_name, reason, raw_value from raw.quarantine") == [
        ("due_on", "not a date (YYYY-MM-DD or DD.MM.YYYY)", None)
    ]


@pytest.mark.parametrize(
    "value",
    [
        "2024-13-09",
        "31.02.2024 10:00",
        "2024-01-09T24:00:00.123456789+06:00",
        "2024-1-9",
        "14.06.24",
        "1 234 567,89",
        "-",
    ],
)
def test_a_refused_date_or_short_number_is_kept_for_who_mends_it(installation, value):
    installation.deliver(
        "eotinish_appeals/a.csv", f'appeal_id,registered_at,kind,due_on\n1,2024-01-09 10:00,complaint,"{value}"\n'
    )
    installation.load()
    assert installation.rows("select raw_value from raw.quarantine") == [(value,)]


@pytest.mark.parametrize(
    ("value", "kept"),
    [("much", "much"), ("x900101 300126", "x[IIN]"), ("9.00101300126E11", "[IIN]E11"), ("9001013001200", "[IIN]0")],
)
def test_where_no_column_is_personal_a_refused_value_is_kept_without_personal_numbers(load_csv, value, kept):
    installation = load_csv("court_cases", f"{HEADER}1,2024-01-09,civil,pending,{value}x\n")
    assert installation.rows("select raw_value from raw.quarantine") == [(f"{kept}x",)]


def test_reading_a_broken_file_leaves_the_process_able_to_read_csv(load_csv):
    limit = csv.field_size_limit()
    load_csv("court_cases", HEADER + '1,2024-01-09,"civil"x,pending,1\n2,2024-01-09,civil,pending,1\n')
    assert csv.field_size_limit() >= limit
