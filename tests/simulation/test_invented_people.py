"""Personal numbers and working days of the simulation, by hand."""

from datetime import date

import numpy as np

from simulation.people import NEVER_ISSUED, PersonalNumbers, check_digits, iin_text, spoil_checksums
from simulation.working_calendar import WorkingCalendar, as_date, day_number


def test_check_digit_of_one_pass_and_of_two() -> None:
    # 9+4+6+21+10+22 = 72, 72 mod 11 = 6.
    # With the tenth digit 8: 142 mod 11 = 10, so again: 27+6+8+27+8+4 = 80, 80 mod 11 = 3.
    assert check_digits(np.array([90_010_130_012, 90_010_130_082])).tolist() == [6, 3]


def test_issued_numbers_are_distinct_and_carry_the_birth_date() -> None:
    numbers = PersonalNumbers(np.random.default_rng(1))
    issued = np.concatenate([numbers.issue(np.full(3_000, 20.0), date(2023, 1, 1)) for _ in range(2)])
    assert len(set(issued.tolist())) == 6_000
    # Twenty years before 2023-01-01, of the 2000s.
    assert all(text.startswith("030101") and text[6] in "56" for text in iin_text(issued))
    assert (check_digits(issued // 10) == issued % 10).all()
    assert (issued % 10 != NEVER_ISSUED).all()


def test_a_spoilt_number_fails_its_checksum() -> None:
    spoilt = spoil_checksums(np.array([900_101_300_126, 900_101_300_126]), np.array([True, False]))
    assert spoilt.tolist() == [900_101_300_127, 900_101_300_126]


def test_transferred_days_and_saturdays() -> None:
    calendar = WorkingCalendar()
    # 2025: Friday 3 January moved to Sunday 5 January, 1 and 2 January holidays, 7 January Orthodox Christmas.
    days = np.array([day_number(date(2025, 1, d)) for d in (2, 3, 4, 5, 6, 7)])
    without = calendar.is_working(days, np.zeros(6, dtype=bool))
    with_saturdays = calendar.is_working(days, np.ones(6, dtype=bool))
    assert without.tolist() == [False, False, False, True, True, False]
    assert with_saturdays.tolist() == [False, False, True, True, True, False]
    following = calendar.next_working(days[:1], np.array([False]))
    assert as_date(int(following[0])) == date(2025, 1, 5)
