"""Working days as the centres keep them: which days are worked, the next one, and the days of a month.

Days are whole numbers counted from `EPOCH`, so that arrays of them stay small and quick. Opening hours belong in
`centres`.
"""

from datetime import date, timedelta

import numpy as np

from simulation.arrays import Bools, Ints
from simulation.reference import load_calendar

EPOCH = date(2022, 1, 1)
HORIZON = date(2026, 6, 30)
OFF_KINDS = ("holiday", "observed", "transferred_off")
WORK_KIND = "transferred_work"
SATURDAY, SUNDAY = 5, 6


def day_number(day: date) -> int:
    """Days since `EPOCH`."""
    return (day - EPOCH).days


def as_date(day: int) -> date:
    """A day number as a date."""
    return EPOCH + timedelta(days=day)


def as_dates(days: Ints) -> np.ndarray[tuple[int, ...], np.dtype[np.datetime64]]:
    """Day numbers as numpy dates."""
    return np.datetime64(EPOCH, "D") + days.astype("timedelta64[D]")


def month_numbers(days: Ints) -> Ints:
    """Day numbers as months counted from year 0: 12 x year + month - 1."""
    return as_dates(days).astype("datetime64[M]").astype(np.int64) + 1970 * 12


def month_number(month: date) -> int:
    """The month of a date, counted as `month_numbers` does."""
    return month.year * 12 + month.month - 1


class WorkingCalendar:
    """The calendar seed as tables over every day from `EPOCH` to `HORIZON`, with and without worked Saturdays."""

    def __init__(self) -> None:
        """Lay the seed's special days over the weekdays."""
        n = day_number(HORIZON) + 1
        self.weekday: Ints = (np.arange(n) + EPOCH.weekday()) % 7
        off, moved = np.zeros(n, dtype=bool), np.zeros(n, dtype=bool)
        for day, kind in load_calendar().iter_rows():
            if EPOCH <= day <= HORIZON:
                (off if kind in OFF_KINDS else moved)[day_number(day)] = True
        # Days with weekday hours, and days on which only centres with Saturday hours work.
        self.weekday_hours: Bools = ((self.weekday < SATURDAY) & ~off) | moved
        self.saturday_hours: Bools = (self.weekday == SATURDAY) & ~off & ~moved
        works = [self.weekday_hours, self.weekday_hours | self.saturday_hours]
        self._works: Bools = np.stack(works)
        self._next: Ints = np.stack([_next_true(table) for table in works])

    def is_working(self, days: Ints, saturdays: Bools) -> Bools:
        """Whether each day is worked, by a centre that does (`saturdays`) or does not work on Saturdays."""
        return self._works[saturdays.astype(np.int64), days]

    def next_working(self, days: Ints, saturdays: Bools) -> Ints:
        """The day itself when it is worked, else the next that is."""
        following: Ints = self._next[saturdays.astype(np.int64), np.minimum(days, self._next.shape[1] - 1)]
        return following

    def month_workdays(self, month: date) -> Ints:
        """The month's days with weekday hours."""
        first = day_number(month)
        following = day_number((month + timedelta(days=31)).replace(day=1))
        return first + np.flatnonzero(self.weekday_hours[first:following])

    def draw_workdays(self, rng: np.random.Generator, year: int, n: int) -> list[date]:
        """`n` random working days of a year."""
        first, following = day_number(date(year, 1, 1)), day_number(date(year + 1, 1, 1))
        workdays = first + np.flatnonzero(self.weekday_hours[first:following])
        return [as_date(int(day)) for day in rng.choice(workdays, n)]


def _next_true(table: Bools) -> Ints:
    days = np.where(table, np.arange(len(table)), len(table) - 1)
    return np.minimum.accumulate(days[::-1])[::-1]


def months_between(first: date, last: date) -> list[date]:
    """First days of the months from `first` to `last`, both included."""
    start, end = month_number(first), month_number(last)
    return [date(m // 12, m % 12 + 1, 1) for m in range(start, end + 1)]
