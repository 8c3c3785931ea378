"""Renews `seeds/kz_calendar.csv` from the `holidays` package: `python -m orchestration.calendar`.

Only the making of the seed belongs here. What the calendar does to a centre's day is int_working_calendar's.
A day that the package has wrong or does not know yet belongs in `seeds/kz_calendar_overrides.csv`, which this
command never touches.
"""

import csv
import sys
from collections.abc import Iterable, Iterator
from dataclasses import astuple, dataclass, fields
from datetime import date
from pathlib import Path
from typing import Literal

import holidays

from orchestration.runs.exit_codes import ExitCode

SEED_FILE = Path(__file__).parents[1] / "seeds" / "kz_calendar.csv"
YEARS = range(2022, 2028)

Kind = Literal["holiday", "observed", "transferred_off", "transferred_work"]

# The package names the day off that a transfer gives, but not the working day that it takes.
TRANSFERRED_WORK_NAME = "working day moved here by decree"


@dataclass(frozen=True, order=True)
class SpecialDay:
    """A day that is not what its weekday says; the fields are the seed's columns."""

    date: date
    kind: Kind
    name_en: str


def special_days(years: Iterable[int]) -> list[SpecialDay]:
    """The special days of Kazakhstan in `years`, in order of date, one per date.

    `holiday` is a public holiday on its own date, `observed` the day given for a holiday on a weekend,
    `transferred_off` and `transferred_work` the two ends of a government's transfer.
    """
    wanted = set(years)
    # The package files a transfer under the year of its day off: a December may be worked for a January.
    known = wanted | {max(wanted) + 1}
    calendar = holidays.country_holidays("KZ", years=known, language="en_US")
    on_their_own_date = holidays.country_holidays("KZ", years=known, language="en_US", observed=False)
    transferred_label = str(calendar.tr(calendar.substituted_label)).split("%s")[0]

    def kind_of(day: date, name: str) -> Kind:
        if name.startswith(transferred_label):
            return "transferred_off"
        return "holiday" if day in on_their_own_date else "observed"

    days_off = [SpecialDay(day, kind_of(day, name), name) for day, name in calendar.items()]
    days_worked = [SpecialDay(day, "transferred_work", TRANSFERRED_WORK_NAME) for day in calendar.weekend_workdays]
    return sorted(day for day in days_off + days_worked if day.date.year in wanted)


def seed_lines(days: Iterable[SpecialDay]) -> Iterator[tuple[str, ...]]:
    """The header and the rows of the seed, as text."""
    yield tuple(field.name for field in fields(SpecialDay))
    for day in days:
        yield tuple(str(value) for value in astuple(day))


def write_seed(path: Path, years: Iterable[int]) -> int:
    """Write the seed of `years` to `path`, return its number of days. OSError when it cannot be written."""
    days = special_days(years)
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(seed_lines(days))
    return len(days)


def main() -> ExitCode:
    """Renew the seed; FAILED with a message when it cannot be written."""
    try:
        count = write_seed(SEED_FILE, YEARS)
    except OSError as error:
        print(f"The calendar stays as it was: {error}", file=sys.stderr)
        return ExitCode.FAILED
    print(f"{SEED_FILE}: {count} special days, {YEARS[0]} to {YEARS[-1]}. Review the change before a commit.")
    return ExitCode.OK


if __name__ == "__main__":
    sys.exit(main())
