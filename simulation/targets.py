"""What the memo's figures demand of the demo deliveries, and how counts are dealt out under these demands.

Only printed counts, numerators, denominators and percentages constrain; shares, changes and growth follow from them.
What rows look like belongs in the modules of each domain.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
import polars as pl

from simulation.arrays import Floats, Ints
from simulation.reference import COUNTRY, load_figures

CONSTRAINING_COLUMNS = ("value", "numerator", "denominator")
ALL = "all"


@dataclass(frozen=True)
class Figure:
    """One figure that constrains: `value` of `column`, over whole months from `start` to `end`."""

    metric_key: str
    column: str
    start: date
    end: date
    region: str
    breakdown: str
    codes: tuple[str, ...]
    value: float
    decimals: int
    truncated: bool
    at_least: bool = False

    @property
    def years(self) -> tuple[int, ...]:
        """The calendar years that the period touches."""
        return tuple(range(self.start.year, self.end.year + 1))

    @property
    def count(self) -> int:
        """The figure as a whole number."""
        return round(self.value)

    def draw(self, rng: np.random.Generator) -> float:
        """A value from the middle half of all values that print as this figure, in the figure's unit.

        A figure that is a lower bound ("more than ...") is exceeded by up to 3 %.
        """
        if self.at_least:
            return self.value * float(rng.uniform(1.002, 1.03))
        step = 10.0**-self.decimals
        centre = self.value + (step / 2 if self.truncated else 0.0)
        return centre + float(rng.uniform(-0.25, 0.25)) * step


@dataclass(frozen=True)
class Targets:
    """The constraining figures of the memo."""

    figures: tuple[Figure, ...]

    @classmethod
    def load(cls) -> "Targets":
        """Read the seed. A figure that the memo itself contradicts (`differs`) constrains nothing."""
        constraining = load_figures().filter(
            pl.col("column").is_in(CONSTRAINING_COLUMNS), pl.col("expected") != "differs"
        )
        return cls(
            tuple(
                Figure(
                    metric_key=row["metric_key"],
                    column=row["column"],
                    start=date.fromisoformat(row["period_start"]),
                    end=date.fromisoformat(row["period_end"]),
                    region=row["region_code"],
                    breakdown=row["breakdown"],
                    codes=tuple(row["breakdown_value"].split("+")),
                    value=float(row["published_value"]),
                    decimals=int(row["decimals"]),
                    truncated=row["expected"] == "truncated",
                    at_least=row["bound"] == "at_least",
                )
                for row in constraining.iter_rows(named=True)
            )
        )

    def of(
        self, metric_key: str, column: str = "value", *, breakdown: str = ALL, region: str | None = COUNTRY
    ) -> list[Figure]:
        """The distinct figures of a metric's column and breakdown; `region=None` asks for those of regions."""
        chosen = [
            figure
            for figure in self.figures
            if figure.metric_key == metric_key
            and figure.column == column
            and figure.breakdown == breakdown
            and (figure.region == region if region else figure.region != COUNTRY)
        ]
        return list(dict.fromkeys(chosen))

    def yearly(self, metric_key: str, column: str = "value") -> dict[int, Figure]:
        """Calendar year -> the country's figure of exactly that year."""
        return {
            f.start.year: f for f in self.of(metric_key, column) if len(f.years) == 1 and f.start.month != f.end.month
        }

    def monthly(self, metric_key: str, *, breakdown: str = ALL) -> dict[date, Figure]:
        """First day of the month -> the country's figure of exactly that month."""
        figures = self.of(metric_key, breakdown=breakdown)
        return {f.start: f for f in figures if (f.start.year, f.start.month) == (f.end.year, f.end.month)}


@dataclass(frozen=True)
class Demand:
    """A number of records that some codes must have together in some years."""

    codes: tuple[str, ...]
    years: tuple[int, ...]
    count: int

    @classmethod
    def of(cls, figures: Sequence[Figure]) -> "list[Demand]":
        """The demands of figures of a breakdown."""
        return [cls(figure.codes, figure.years, figure.count) for figure in figures]


@dataclass(frozen=True)
class Ceiling:
    """No single one of these codes exceeds `count` records in these years together: the memo names larger ones only."""

    codes: tuple[str, ...]
    years: tuple[int, ...]
    count: int


def region_constraints(figures: Sequence[Figure], regions: Sequence[str]) -> tuple[list[Demand], list[Ceiling]]:
    """Demands of printed regions; the memo prints the largest, so all others stay below the period's smallest."""
    demands = [Demand((f.region,), f.years, f.count) for f in figures]
    ceilings = []
    for years in dict.fromkeys(f.years for f in figures):
        printed = {f.region: f.count for f in figures if f.years == years}
        others = tuple(region for region in regions if region not in printed)
        ceilings.append(Ceiling(others, years, min(printed.values()) - 1))
    return demands, ceilings


def spread(rng: np.random.Generator, amount: int, weights: Floats, capacity: Ints) -> Ints:
    """`amount` units dealt to cells (n,) by weight, never above a cell's capacity. ValueError when they do not fit."""
    if amount < 0 or amount > int(capacity.sum()):
        raise ValueError(f"{amount} do not fit into {int(capacity.sum())}: the figures contradict each other")
    dealt = np.zeros_like(capacity)
    while (left := amount - int(dealt.sum())) > 0:
        free = capacity - dealt
        chance = np.where(free > 0, np.maximum(weights, 1e-9), 0.0)
        dealt += np.minimum(rng.multinomial(left, chance / chance.sum()), free)
    return dealt


class Allocation:
    """Counts by year and code that satisfy every demand and add up to each year's total."""

    def __init__(
        self,
        rng: np.random.Generator,
        totals: Mapping[int, int],
        weights: Mapping[str, float],
        demands: Sequence[Demand],
        ceilings: Sequence[Ceiling] = (),
    ) -> None:
        """Deal `totals` (year -> records) to the codes of `weights`. ValueError when demands contradict."""
        self.years = sorted(totals)
        self.codes = list(weights)
        self._weights = np.array([weights[code] for code in self.codes], dtype=np.float64)
        self.counts = np.full((len(self.years), len(self.codes)), -1, dtype=np.int64)
        self._left = np.array([totals[year] for year in self.years], dtype=np.int64)
        relevant = [d for d in dict.fromkeys(demands) if set(d.years) <= set(self.years)]
        for demand in sorted(relevant, key=lambda d: len(d.years) * len(d.codes)):
            self._satisfy(rng, demand)
        self._fill(rng, ceilings)

    def _satisfy(self, rng: np.random.Generator, demand: Demand) -> None:
        cells = [(self.years.index(y), self.codes.index(c)) for y in demand.years for c in demand.codes]
        missing = demand.count - sum(int(self.counts[cell]) for cell in cells if self.counts[cell] >= 0)
        open_cells = [cell for cell in cells if self.counts[cell] < 0]
        if not open_cells:
            if missing:
                raise ValueError(f"{demand} is off by {missing}: the figures contradict each other")
            return
        # Year by year first, so that no year takes more than it has left; then code by code within the year.
        by_year = {y: [cell for cell in open_cells if cell[0] == y] for y, _ in open_cells}
        years = list(by_year)
        weight = np.array([sum(self._weights[c] for _, c in by_year[y]) * self._left[y] for y in years])
        for year, amount in zip(years, spread(rng, missing, weight, self._left[years]), strict=True):
            row = by_year[year]
            chance = np.array([self._weights[c] for _, c in row])
            for cell, count in zip(row, rng.multinomial(amount, chance / chance.sum()), strict=True):
                self.counts[cell] = count
            self._left[year] -= amount

    def _fill(self, rng: np.random.Generator, ceilings: Sequence[Ceiling]) -> None:
        for year, name in enumerate(self.years):
            free = self.counts[year] < 0
            capacity = np.where(free, self._left[year], 0)
            for ceiling in ceilings:
                if name not in ceiling.years:
                    continue
                covered = [self.years.index(y) for y in ceiling.years]
                # A bounded code keeps its share of the bound for the years to come.
                coming = int(self._left[[y for y in covered if y >= year]].sum())
                for code in map(self.codes.index, ceiling.codes):
                    used = int(np.maximum(self.counts[covered, code], 0).sum())
                    share = -(-(ceiling.count - used) * int(self._left[year]) // max(1, coming))
                    capacity[code] = min(int(capacity[code]), share)
            dealt = spread(rng, int(self._left[year]), self._weights, capacity)
            self.counts[year] = np.where(free, dealt, self.counts[year])

    def rows(self, rng: np.random.Generator, year: int) -> list[str]:
        """The codes of one year's records, in random order."""
        repeated = np.repeat(np.arange(len(self.codes)), self.counts[self.years.index(year)])
        return [self.codes[i] for i in rng.permutation(repeated)]


@dataclass(frozen=True)
class MonthlyLevel:
    """A monthly quantity that the memo prints for some months: exact there, on their trend with noise elsewhere."""

    known: Mapping[date, float]
    noise: float = 0.06

    @cached_property
    def _trend(self) -> Floats:
        months = np.array([_month_number(m) for m in self.known], dtype=np.float64)
        degree = 1 if len(self.known) > 2 or np.ptp(months) > 3 else 0
        return np.polyfit(months, np.array(list(self.known.values())), degree)

    def draw(self, rng: np.random.Generator, month: date, scale: float = 1.0) -> float:
        """The month's value: printed ones as printed, others on the trend times `scale` with a little noise."""
        if month in self.known:
            return self.known[month]
        level = float(np.polyval(self._trend, _month_number(month)))
        return max(0.0, level * scale * float(rng.normal(1.0, self.noise)))


def _month_number(month: date) -> int:
    return month.year * 12 + month.month
