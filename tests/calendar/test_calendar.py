"""The calendar seed against days that are known by hand, and against the seed that stands in the project."""

from datetime import date
from pathlib import Path

import pytest

from orchestration import calendar
from orchestration.calendar import SEED_FILE, YEARS, special_days, write_seed


@pytest.fixture(scope="module")
def kinds() -> dict[date, str]:
    return {day.date: day.kind for day in special_days(YEARS)}


@pytest.mark.parametrize(
    ("day", "kind"),
    [
        (date(2024, 1, 1), "holiday"),  # New Year
        (date(2024, 3, 25), "observed"),  # Monday for Nauryz's Saturday, 23 March
        (date(2024, 5, 4), "transferred_work"),  # a Saturday
        (date(2024, 5, 8), "transferred_off"),  # the Wednesday between two holidays
        (date(2024, 6, 16), "holiday"),  # Eid al-Adha on a Sunday: no other day is given for it
        (date(2024, 7, 8), "observed"),  # Monday for Capital Day, a Saturday
        (date(2025, 1, 3), "transferred_off"),  # a Friday
        (date(2025, 1, 5), "transferred_work"),  # a Sunday
        (date(2025, 3, 8), "holiday"),  # Women's Day on a Saturday
        (date(2025, 3, 10), "observed"),
        (date(2025, 12, 16), "holiday"),  # Independence Day
    ],
)
def test_a_day_known_by_hand(kinds: dict[date, str], day: date, kind: str) -> None:
    assert kinds[day] == kind


@pytest.mark.parametrize(
    "day",
    [
        date(2024, 6, 17),  # the Monday after Eid
        date(2024, 12, 17),  # off until 2021, no longer
        date(2025, 1, 6),  # between the worked Sunday and Christmas
        date(2025, 5, 8),  # off in 2024, worked in 2025
    ],
)
def test_an_ordinary_day_is_not_listed(kinds: dict[date, str], day: date) -> None:
    assert day not in kinds


def test_every_transfer_has_both_ends_and_works_on_a_weekend() -> None:
    days = special_days(range(2022, 2026))
    worked = [day.date for day in days if day.kind == "transferred_work"]
    off = [day for day in days if day.kind == "transferred_off"]
    assert len(worked) == len(off) == 6
    assert all(day.isoweekday() > 5 for day in worked)
    assert all(day.date.isoweekday() <= 5 for day in off)
    assert {f"{day:%m/%d/%Y}" for day in worked} == {day.name_en[-11:-1] for day in off}


def test_only_the_years_asked_for() -> None:
    days = [day.date for day in special_days([2025])]
    assert {day.year for day in days} == {2025}
    assert len(days) == len(set(days))


def test_a_december_worked_for_the_next_january_is_known() -> None:
    # Saturday 28 December 2013 was worked for Friday 3 January 2014.
    assert date(2013, 12, 28) in {day.date for day in special_days([2013]) if day.kind == "transferred_work"}


def test_the_seed_in_the_project_is_what_the_command_writes(tmp_path: Path) -> None:
    written = tmp_path / "kz_calendar.csv"
    assert write_seed(written, YEARS) == 125
    assert written.read_bytes() == SEED_FILE.read_bytes()


def test_an_unwritable_seed_is_a_message(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(calendar, "SEED_FILE", tmp_path / "missing" / "kz_calendar.csv")
    assert calendar.main() == 1
    assert "stays as it was" in capsys.readouterr().err
