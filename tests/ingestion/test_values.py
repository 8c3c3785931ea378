"""The contract's type words: which texts are values, and which; everything else goes to quarantine."""

from datetime import date, datetime
from decimal import Decimal

import pytest

APPEAL = "appeal_id,registered_at,kind,due_on,in_sample_check\n"


def one_value(load_csv, source, column, text, fixed):
    """Load one record with `text` in `column`; return the loaded value and the quarantine's reasons."""
    names = [*fixed, column]
    quoted = ",".join(f'"{value}"' for value in [*fixed.values(), text])
    installation = load_csv(source, ",".join(names) + "\n" + quoted + "\n")
    loaded = installation.rows(f'select "{column}" from raw.{source}')
    return (loaded[0][0] if loaded else None), [reason for _, _, reason in installation.quarantine()]


CASE = {"case_number": "1", "filed_on": "2024-01-09", "proceeding": "civil", "outcome": "pending"}
EXAM = {"attempt_id": "1", "candidate_iin": "900101300123", "centre_code": "C1", "result": "passed"}
APPEAL_FIELDS = {"appeal_id": "1", "registered_at": "2024-01-09 10:00", "kind": "complaint"}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1234.5", "1234.5"),
        ("1 234,50", "1234.5"),
        ("1\u00a0234\u00a0567", "1234567"),
        ("-0,5", "-0.5"),
        ("641000000", "641000000"),
    ],
)
def test_decimals(load_csv, text, value):
    assert one_value(load_csv, "court_cases", "claim_kzt", text, CASE) == (Decimal(value), [])


@pytest.mark.parametrize("text", ["abc", "1,234.50", "12 34", "1.2.3", "--1"])
def test_no_decimals(load_csv, text):
    assert one_value(load_csv, "court_cases", "claim_kzt", text, CASE) == (None, ["not a decimal number"])


@pytest.mark.parametrize(
    ("text", "value"), [("2024-02-29", date(2024, 2, 29)), ("29.02.2024", date(2024, 2, 29)), ("", None)]
)
def test_dates(load_csv, text, value):
    assert one_value(load_csv, "court_cases", "decided_on", text, CASE) == (value, [])


@pytest.mark.parametrize("text", ["2023-02-29", "5.1.2024", "2024/01/05", "2024-01-05 00:00", "20240105", "05.13.2024"])
def test_no_dates(load_csv, text):
    value, reasons = one_value(load_csv, "court_cases", "decided_on", text, CASE)
    assert (value, reasons) == (None, ["not a date (YYYY-MM-DD or DD.MM.YYYY)"])


@pytest.mark.parametrize(
    ("text", "value", "is_utc"),
    [
        ("2024-02-05 09:30", datetime(2024, 2, 5, 9, 30), False),
        ("05.02.2024 09:30:15", datetime(2024, 2, 5, 9, 30, 15), False),
        ("2024-02-05T09:30:15.250", datetime(2024, 2, 5, 9, 30, 15, 250000), False),
        ("2024-02-05T09:30:15Z", datetime(2024, 2, 5, 9, 30, 15), True),
        ("2024-02-05 09:30:15+06:00", datetime(2024, 2, 5, 3, 30, 15), True),
        ("05.02.2024 00:30 +0530", datetime(2024, 2, 4, 19, 0), True),
        ("2024-02-05T22:00-03:00", datetime(2024, 2, 6, 1, 0), True),
    ],
)
def test_timestamps(load_csv, text, value, is_utc):
    assert one_value(load_csv, "theory_exams", "started_at", text, EXAM) == (value, [])
    assert load_csv.__closure__ is not None
    installation = load_csv.__closure__[0].cell_contents
    assert installation.rows("select started_at_is_utc from raw.theory_exams") == [(is_utc,)]


@pytest.mark.parametrize("text", ["2024-02-05", "05.02.2024", "2024-02-05 25:00", "2024-02-05 9:30", "09:30", "soon"])
def test_no_timestamps(load_csv, text):
    value, reasons = one_value(load_csv, "theory_exams", "started_at", text, EXAM)
    assert (value, reasons) == (None, ["not a timestamp (date and time, HH:MM at least)"])


@pytest.mark.parametrize(
    ("text", "value"),
    [("TRUE", True), ("1", True), ("Иә", True), ("да", True), ("No", False), ("0", False), ("ЖОҚ", False), ("", None)],
)
def test_booleans(load_csv, text, value):
    assert one_value(load_csv, "eotinish_appeals", "in_sample_check", text, APPEAL_FIELDS) == (value, [])


def test_no_boolean(load_csv):
    value, reasons = one_value(load_csv, "eotinish_appeals", "in_sample_check", "maybe", APPEAL_FIELDS)
    assert value is None
    assert reasons == ["not a boolean (true/false, 1/0, yes/no, иә/жоқ, да/нет)"]


@pytest.mark.parametrize(("text", "loads"), [("12", True), ("12.0", True), ("12.5", False), ("twelve", False)])
def test_integers(load_csv, text, loads):
    centre = {"centre_code": "C1", "region": "Астана", "weekday_opens_at": "09:00", "weekday_closes_at": "18:00"}
    value, reasons = one_value(load_csv, "centres", "autodrome_count", text, centre)
    assert (value, reasons) == ((12, []) if loads else (None, ["not an integer"]))


@pytest.mark.parametrize("text", ["12345", "90010130012x", "9001013001234"])
def test_no_iins(load_csv, text):
    fixed = {"attempt_id": "1", "centre_code": "C1", "started_at": "2024-01-09 10:00", "result": "passed"}
    value, reasons = one_value(load_csv, "theory_exams", "candidate_iin", text, fixed)
    assert (value, reasons) == (None, ["not an IIN (12 digits)"])


def test_dates_at_the_ends_of_the_calendar(installation):
    """The year 0 is none. An event lies in years that can be counted; other dates may say "for ever"."""
    days = ["0000-01-01", "0001-01-01", "1989-12-31", "1990-01-01", "2099-12-31", "2100-01-01", "31.12.9999"]
    installation.deliver(
        "conflict_of_interest_declarations/a.csv",
        "declaration_id,declared_on,employee_id\n" + "".join(f"{n},{day},E1\n" for n, day in enumerate(days)),
    )
    installation.deliver(
        "employees/a.csv",
        "employee_id,left_on,position_group\n" + "".join(f"E{n},{day},examiner\n" for n, day in enumerate(days)),
    )
    installation.load()
    declared = installation.rows("select declared_on::varchar from raw.conflict_of_interest_declarations order by 1")
    assert [day for (day,) in declared] == ["1990-01-01", "2099-12-31"]
    left = installation.rows("select left_on::varchar from raw.employees order by 1")
    assert [day for (day,) in left] == [*days[1:-1], "9999-12-31"]
    no_date, untimely = "not a date (YYYY-MM-DD or DD.MM.YYYY)", "an event outside the years 1990 to 2099"
    assert installation.quarantine() == [
        (1, "declared_on", no_date),
        *((number, "declared_on", untimely) for number in (2, 3, 6, 7)),
        (1, "left_on", no_date),
    ]


def test_times_that_no_clock_shows(installation):
    """Offsets end at 14 hours; a leap second and the hour 24 are no times of the contract."""
    times = ["2024-01-09T10:00+14:00", "2024-01-09T10:00-12", "2024-01-09T10:00+15:00", "2024-01-09T10:00+99:99"]
    times += ["2024-01-09T10:00+05:60", "2024-01-09 23:59:60", "2024-01-09 24:00", "1899-01-09 10:00"]
    installation.deliver(
        "theory_exams/a.csv",
        "attempt_id,started_at,candidate_iin,centre_code,result\n"
        + "".join(f"{n},{text},900101300126,C1,passed\n" for n, text in enumerate(times, start=1)),
    )
    installation.load()
    started = installation.rows("select started_at::varchar from raw.theory_exams order by attempt_id")
    assert [moment for (moment,) in started] == ["2024-01-08 20:00:00", "2024-01-09 22:00:00"]
    no_time = "not a timestamp (date and time, HH:MM at least)"
    assert installation.quarantine() == [
        *((number, "started_at", no_time) for number in (3, 4, 5, 6, 7)),
        (8, "started_at", "an event outside the years 1990 to 2099"),
    ]
