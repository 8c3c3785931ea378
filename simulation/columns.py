"""Columns of frames made of arrays: codes by their index, moments from seconds since `EPOCH`, parts of days."""

from datetime import datetime, time

import numpy as np
import polars as pl

from simulation.arrays import Bools, Ints
from simulation.working_calendar import EPOCH

# A moment or code that a source lacks.
MISSING = -1
DAY, HOUR, MINUTE = 86_400, 3_600, 60


def named(names: list[str], index: Ints) -> pl.Series:
    """The names at these indices; null at negative ones."""
    positions = pl.Series(index).set(pl.Series(index < 0), None)
    return pl.Series(names, dtype=pl.String).gather(positions)


def moments(seconds: Ints) -> pl.Series:
    """Seconds since `EPOCH` as civil datetimes; null where `MISSING`."""
    epoch = int((datetime.combine(EPOCH, time()) - datetime(1970, 1, 1)).total_seconds())
    values = pl.Series(np.where(seconds == MISSING, 0, seconds + epoch) * 1_000_000).cast(pl.Datetime("us"))
    return present(values, seconds != MISSING)


def days(numbers: Ints) -> pl.Series:
    """Day numbers as dates; null where `MISSING`."""
    return moments(np.where(numbers == MISSING, MISSING, numbers * DAY)).cast(pl.Date)


def present(values: pl.Series, shown: Bools) -> pl.Series:
    """The values, null where not shown."""
    return pl.select(pl.when(pl.Series(shown)).then(values)).to_series()
