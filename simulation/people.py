"""Invented personal numbers (IIN): right birth dates and checksums, nobody's names.

The algorithm: weights 1..11 modulo 11; at 10 again with 3..11, 1, 2; at 10 again the number is never issued. The
seventh digit tells century and sex (3 and 4 are the 1900s, 5 and 6 the 2000s; odd is male).
"""

from datetime import date

import numpy as np
import polars as pl

from simulation.arrays import Bools, Floats, Ints

IIN_DIGITS = 12
FIRST_WEIGHTS = np.array([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11])
SECOND_WEIGHTS = np.array([3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2])
NEVER_ISSUED = 10


def check_digits(stems: Ints) -> Ints:
    """The check digit of 11-digit stems; `NEVER_ISSUED` where there is none."""
    digits = (stems[:, None] // 10 ** np.arange(10, -1, -1)) % 10
    first: Ints = digits @ FIRST_WEIGHTS % 11
    second: Ints = digits @ SECOND_WEIGHTS % 11
    return np.where(first == NEVER_ISSUED, second, first)


class PersonalNumbers:
    """Hands out IINs, each once."""

    def __init__(self, rng: np.random.Generator) -> None:
        """`rng` decides birthdays, sexes and serial numbers."""
        self._rng = rng
        self._issued: Ints = np.empty(0, dtype=np.int64)

    def issue(self, ages: Floats, on: date) -> Ints:
        """One IIN for each age in years on the day `on`, as whole numbers (leading zeros are lost)."""
        numbers = np.zeros(len(ages), dtype=np.int64)
        wanted = np.arange(len(ages))
        while len(wanted):
            candidates = self._draw(ages[wanted], on)
            taken = np.isin(candidates, self._issued)
            _, first = np.unique(candidates, return_index=True)
            fresh = np.zeros(len(wanted), dtype=bool)
            fresh[first] = True
            fresh &= ~taken & (candidates >= 0)
            numbers[wanted[fresh]] = candidates[fresh]
            self._issued = np.concatenate([self._issued, candidates[fresh]])
            wanted = wanted[~fresh]
        return numbers

    def _draw(self, ages: Floats, on: date) -> Ints:
        born = np.datetime64(on, "D") - (ages * 365.25).astype("timedelta64[D]")
        year = born.astype("datetime64[Y]").astype(np.int64) + 1970
        month = born.astype("datetime64[M]").astype(np.int64) % 12 + 1
        day = (born - born.astype("datetime64[M]")).astype(np.int64) + 1
        female = self._rng.random(len(ages)) < 0.42
        century = np.where(year >= 2000, 5, 3) + female
        serial = self._rng.integers(0, 10_000, len(ages))
        stem = (((year % 100) * 100 + month) * 100 + day) * 100_000 + century * 10_000 + serial
        check = check_digits(stem)
        return np.where(check == NEVER_ISSUED, -1, stem * 10 + check)


def spoil_checksums(numbers: Ints, chosen: Bools) -> Ints:
    """The numbers, those chosen with a check digit that is off by one."""
    return np.where(chosen, numbers - numbers % 10 + (numbers % 10 + 1) % 10, numbers)


def iin_text(numbers: Ints) -> pl.Series:
    """Numbers as 12 digits."""
    return pl.Series("iin", numbers).cast(pl.String).str.zfill(IIN_DIGITS)
