"""Personal numbers where none belong: masked, told apart, and never confused with other numbers of twelve digits."""

import pytest

from orchestration.contract import load_contract
from orchestration.ingestion.typing import PROSE
from tests.ingestion.test_tokens import INVALID, VALID, VALID_TOO

EXAMS = "attempt_id,candidate_iin,centre_code,started_at,result,driving_school\n"
RECEIPTS = "receipt_number,paid_on,amount_kzt\n"
# A born person's number, another's, and what only looks like one: a time stamp, and a check digit that is wrong.
SOMEBODY, ANOTHER, TIME_STAMP = "850515450336", "001107600549", "240115093000"
# The number of a company: where a birth date has its day, there is no day.
COMPANY, ANOTHER_COMPANY = "180540001234", "180540005678"


def receipts(load_csv, *numbers):
    installation = load_csv("treasury_receipts", RECEIPTS + "".join(f"{number},2024-01-09,100\n" for number in numbers))
    return [number for (number,) in installation.rows("select receipt_number from raw.treasury_receipts order by all")]


def test_identifiers_of_twelve_digits_stay(load_csv):
    assert receipts(load_csv, TIME_STAMP, INVALID, VALID_TOO, f"{SOMEBODY}0") == sorted(
        [TIME_STAMP, INVALID, VALID_TOO, f"{SOMEBODY}0"]
    )


@pytest.mark.parametrize("form", ["{}", "R-{}", "{}/2024", "№{}", "240115093000-{}", "App {}", "№ {} of 2024"])
def test_a_personal_number_in_an_identifier_is_masked_and_two_stay_two(load_csv, form):
    found = receipts(load_csv, form.format(SOMEBODY), form.format(ANOTHER))
    assert len(set(found)) == 2
    assert all("[IIN]" in number and SOMEBODY not in number and ANOTHER not in number for number in found)


def test_an_identifier_with_a_space_keeps_a_number_that_is_nobodys(load_csv):
    assert receipts(load_csv, f"№ {COMPANY}", f"№ {ANOTHER_COMPANY}") == [f"№ {COMPANY}", f"№ {ANOTHER_COMPANY}"]


def test_schools_stay_as_many_as_were_delivered(load_csv):
    """A school's name is what risk signals are counted by; it is no prose."""
    delivered = [f"ТОО «Жол» БИН {COMPANY}", f"ТОО «Жол» БИН {ANOTHER_COMPANY}", f"ИП {SOMEBODY}", f"ИП {ANOTHER}"]
    rows = (f"T{at},{VALID},C1,2024-01-09 10:00,passed,{school}\n" for at, school in enumerate(delivered))
    installation = load_csv("theory_exams", EXAMS + "".join(rows))
    schools = [name for (name,) in installation.rows("select driving_school from raw.theory_exams order by attempt_id")]
    assert schools[:2] == delivered[:2]
    assert all(school.startswith("ИП [IIN]-") for school in schools[2:]) and schools[2] != schools[3]


def test_prose_tells_no_rows_apart():
    """Its masks are followed by no hash, so it may be no part of a key."""
    strings = {(c.name, c.name in s.key) for s in load_contract().values() for c in s.columns if c.type == "string"}
    assert {(name, False) for name in PROSE} <= strings
    assert not any((name, True) in strings for name in PROSE)


def test_what_is_masked_still_joins(installation):
    installation.deliver("treasury_receipts/a.csv", f"{RECEIPTS}{VALID},2024-01-09,100\n")
    installation.deliver(
        "vehicle_registrations/a.csv",
        f"registration_id,registered_at,centre_code,vin,fee_receipt\n1,2024-01-09 10:00,C1,V1,{VALID}\n",
    )
    installation.load()
    assert installation.rows(
        "select count(*) from raw.treasury_receipts as receipts "
        "inner join raw.vehicle_registrations as registrations on receipts.receipt_number = registrations.fee_receipt"
    ) == [(1,)]


def test_a_correction_of_a_masked_row_replaces_it(installation):
    installation.deliver("treasury_receipts/a.csv", f"{RECEIPTS}{VALID},2024-01-09,100\n")
    installation.load()
    installation.deliver("treasury_receipts/b.csv", f"{RECEIPTS}{VALID},2024-01-09,200\n")
    installation.load()
    assert installation.rows("select count(distinct _business_key), count(*) from raw.treasury_receipts") == [(1, 2)]


def test_file_names_are_masked_told_apart_and_known_again(installation):
    for iin in (SOMEBODY, ANOTHER):
        installation.deliver(f"treasury_receipts/of_{iin}.csv", f"{RECEIPTS}{iin[:3]},2024-01-09,100\n")
    installation.deliver(f"treasury_receipts/export_{TIME_STAMP}.csv", f"{RECEIPTS}1,2024-01-09,100\n")
    installation.deliver(f"{VALID}/a.csv", "a\n1\n")
    assert installation.load().total.loaded == 3
    names = {name for name, *_ in installation.ledger()}
    assert f"export_{TIME_STAMP}.csv" in names
    assert len(names) == 4
    assert not any(iin in name for name in names for iin in (SOMEBODY, ANOTHER))
    ((folder, reason),) = installation.rows("select source, reason from raw.ledger where status = 'rejected'")
    assert VALID not in folder + reason and folder in reason
    assert installation.load().load_run is None


def test_a_header_that_is_a_personal_number_is_masked_in_the_ledgers_reason(load_csv):
    installation = load_csv("treasury_receipts", f"receipt_number,paid_on,amount_kzt,{VALID}\n1,2024-01-09,100,\n")
    assert installation.rows("select reason from raw.ledger") == [("columns not in the contract, not loaded: [IIN]",)]
