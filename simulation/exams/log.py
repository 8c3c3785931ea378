"""The exam log in the making: one row per counting attempt, as parallel arrays.

What is in a delivered row belongs in `records`.
"""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from simulation.arrays import Bools, Ints
from simulation.working_calendar import as_dates, month_numbers


@dataclass(frozen=True)
class Log:
    """Attempts of shape (n,): the candidate, THEORY or PRACTICE, the centre's index, the day number, whether passed."""

    person: Ints
    exam: Ints
    centre: Ints
    day: Ints
    passed: Bools

    def __len__(self) -> int:
        """Number of attempts."""
        return len(self.person)

    @cached_property
    def year(self) -> Ints:
        """Calendar year of each attempt."""
        return as_dates(self.day).astype("datetime64[Y]").astype(np.int64) + 1970

    @cached_property
    def month(self) -> Ints:
        """Month of each attempt, as `month_number` counts."""
        return month_numbers(self.day)

    @property
    def last_of_person(self) -> Bools:
        """Whether nothing of the candidate follows. The log must be sorted."""
        return np.append(self.person[1:] != self.person[:-1], True)

    def sorted(self) -> "Log":
        """By candidate, day, theory before practice."""
        return self.take(np.lexsort((self.exam, self.day, self.person)))

    def take(self, rows: Ints | Bools) -> "Log":
        """The chosen rows."""
        return Log(self.person[rows], self.exam[rows], self.centre[rows], self.day[rows], self.passed[rows])

    def with_passed(self, passed: Bools) -> "Log":
        """The same attempts with other results."""
        return replace(self, passed=passed)

    def within(self, first: int, last: int) -> "Log":
        """The attempts from day `first` to day `last`."""
        return self.take((self.day >= first) & (self.day <= last))


def concat(logs: list[Log]) -> Log:
    """One log of several, in their order."""
    return Log(
        np.concatenate([log.person for log in logs]),
        np.concatenate([log.exam for log in logs]),
        np.concatenate([log.centre for log in logs]),
        np.concatenate([log.day for log in logs]),
        np.concatenate([log.passed for log in logs]),
    )
