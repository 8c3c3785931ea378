"""The specialised centres: where they are, how large, when they are open.

Staff belongs in `staff`, exams in `exams`.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from simulation.arrays import Bools, Floats, Ints
from simulation.reference import Region
from simulation.working_calendar import SATURDAY, WorkingCalendar

# Weekday hours that occur, in minutes after midnight, and how often.
WEEKDAY_HOURS = (
    (9 * 60, 18 * 60, 0.5),
    (9 * 60, 20 * 60, 0.2),
    (8 * 60 + 30, 17 * 60 + 30, 0.2),
    (8 * 60, 20 * 60, 0.1),
)
SATURDAY_HOURS = ((9 * 60, 13 * 60, 0.6), (10 * 60, 14 * 60, 0.4))
SATURDAY_SHARE = 0.45
UNREGISTERED_CODE = "SC-99-07"


@dataclass(frozen=True)
class Centres:
    """The registered centres as arrays of shape (n,), and one more behind them that no register knows.

    `region` is an index into the list of regions; the unregistered centre keeps the index of the region it pretends to.
    """

    code: list[str]
    region: Ints
    size: Floats
    opens: Ints
    closes: Ints
    saturday_opens: Ints
    saturday_closes: Ints
    saturdays: Bools
    autodromes: Ints
    vehicles: Ints

    @property
    def registered(self) -> int:
        """Number of centres in the register; the index of the unregistered one."""
        return len(self.code) - 1

    def of_region(self, region: int) -> Ints:
        """Indices of a region's registered centres, the largest first."""
        inside = np.flatnonzero(self.region[: self.registered] == region)
        return inside[np.argsort(-self.size[inside], kind="stable")]

    def hours(self, calendar: WorkingCalendar, centre: Ints, day: Ints) -> tuple[Ints, Ints]:
        """Opening and closing minute of each centre on each day, as if the day were worked."""
        saturday = (calendar.weekday[day] == SATURDAY) & ~calendar.weekday_hours[day] & self.saturdays[centre]
        opens = np.where(saturday, self.saturday_opens[centre], self.opens[centre])
        closes = np.where(saturday, self.saturday_closes[centre], self.closes[centre])
        return opens, closes


def build_centres(rng: np.random.Generator, regions: list[Region]) -> Centres:
    """Centres for every region, sizes proportional to its population with large and small ones."""
    region = np.repeat(np.arange(len(regions)), [r.centres for r in regions])
    n = len(region)
    order = np.concatenate([np.arange(1, r.centres + 1) for r in regions])
    code = [f"SC-{regions[r].code[-2:]}-{k:02d}" for r, k in zip(region, order, strict=True)]
    appeal = rng.lognormal(0.0, 0.35, n) / order**0.7
    size = np.zeros(n)
    for index, r in enumerate(regions):
        inside = region == index
        size[inside] = r.population_thousands * rng.lognormal(0.0, 0.1) * appeal[inside] / appeal[inside].sum()
    opens, closes = _draw_hours(rng, WEEKDAY_HOURS, n)
    saturday_opens, saturday_closes = _draw_hours(rng, SATURDAY_HOURS, n)
    saturdays = rng.random(n) < SATURDAY_SHARE
    autodromes = 1 + (size > np.quantile(size, 0.7)).astype(np.int64)
    vehicles = np.maximum(3, np.round(size / size.mean() * 9).astype(np.int64))
    # The unregistered centre: a stray code in the exam logs.
    return Centres(
        code=[*code, UNREGISTERED_CODE],
        region=np.append(region, region[0]),
        size=np.append(size / size.sum(), 0.0),
        opens=np.append(opens, 9 * 60),
        closes=np.append(closes, 18 * 60),
        saturday_opens=np.append(saturday_opens, 0),
        saturday_closes=np.append(saturday_closes, 0),
        saturdays=np.append(saturdays, False),
        autodromes=np.append(autodromes, 1),
        vehicles=np.append(vehicles, 3),
    )


def _draw_hours(rng: np.random.Generator, choices: tuple[tuple[int, int, float], ...], n: int) -> tuple[Ints, Ints]:
    chosen = rng.choice(len(choices), n, p=[weight for _, _, weight in choices])
    return np.array([c[0] for c in choices])[chosen], np.array([c[1] for c in choices])[chosen]


def register(centres: Centres, regions: list[Region]) -> pl.DataFrame:
    """The register of centres as source `centres` delivers it; regions as codes."""
    n = centres.registered
    home = [regions[r] for r in centres.region[:n]]
    number = [str(int(code[-2:])) for code in centres.code[:n]]
    open_saturday = centres.saturdays[:n]
    return pl.DataFrame(
        {
            "centre_code": centres.code[:n],
            "region": [r.code for r in home],
            "name_kk": [f"№ {k} мамандандырылған ХҚКО, {r.city_kk}" for k, r in zip(number, home, strict=True)],
            "name_ru": [f"Специализированный ЦОН № {k}, {r.city_ru}" for k, r in zip(number, home, strict=True)],
            "weekday_opens_at": clock_texts(centres.opens[:n]),
            "weekday_closes_at": clock_texts(centres.closes[:n]),
            "saturday_opens_at": clock_texts(centres.saturday_opens[:n], open_saturday),
            "saturday_closes_at": clock_texts(centres.saturday_closes[:n], open_saturday),
            "autodrome_count": centres.autodromes[:n],
            "exam_vehicle_count": centres.vehicles[:n],
        }
    )


def clock_texts(minutes: Ints, present: Bools | None = None) -> list[str | None]:
    """Minutes after midnight as HH:MM; None where not present."""
    shown = np.ones(len(minutes), dtype=bool) if present is None else present
    return [f"{m // 60:02d}:{m % 60:02d}" if p else None for m, p in zip(minutes, shown, strict=True)]
