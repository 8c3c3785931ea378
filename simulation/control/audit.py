"""Findings of the Internal Audit Service: in as many regions, of as much fuel as the memo prints."""

from datetime import timedelta

import numpy as np
import polars as pl

from simulation.arrays import Floats, Ints
from simulation.targets import Allocation, Ceiling, Demand, Figure, region_constraints, spread
from simulation.world import LAST_DAY, OTHERS_FROM, World, years_from

METRIC, REGIONS_METRIC = "audit_findings", "audited_regions"
FUEL, FUEL_KZT_METRIC, FUEL_LITRES_METRIC = "fuel", "audit_fuel_kzt", "audit_fuel_litres"
FUEL_FINDINGS = 4
PROCESSES = {
    "theory_exam": 0.17, "practical_exam": 0.18, "candidate_identification": 0.12, "information_system": 0.14,
    "medical_certificate": 0.07, "autodrome_use": 0.08, "registration": 0.12, "record_keeping": 0.1, "fuel": 0.04,
    "other": 0.02,
}  # fmt: skip
SEVERITIES = {"critical": 0.05, "significant": 0.35, "minor": 0.6}
FIRST_YEAR_SHARE = (0.48, 0.6)
DAYS_TO_MEND = (30, 60, 90)
NO_DEADLINE, LATE_SHARE = 0.06, 0.2


def build_audit_findings(world: World) -> pl.DataFrame:
    """The findings, regions as codes; contract columns."""
    rng = world.rng("audit")
    years = years_from(OTHERS_FROM)
    figure = world.targets.of(METRIC)[0]
    first = round(figure.count * rng.uniform(*FIRST_YEAR_SHARE))
    totals = dict(zip(years, (first, figure.count - first), strict=True))
    region_demands = _region_demands(rng, world, figure)
    columns = {
        "region": Allocation(rng, totals, {d.codes[0]: float(d.count) for d in region_demands}, region_demands),
        "severity": Allocation(rng, totals, SEVERITIES, Demand.of(world.targets.of(METRIC, breakdown="severity"))),
        "process": Allocation(rng, totals, PROCESSES, [Demand((FUEL,), tuple(years), FUEL_FINDINGS)]),
    }
    frame = pl.concat([_year(rng, world, year, totals[year], columns) for year in years])
    fuel = np.flatnonzero((frame["process"] == FUEL).to_numpy())
    tenge = _parts(rng, world.targets.of(FUEL_KZT_METRIC)[0], len(fuel), 2)
    litres = _parts(rng, world.targets.of(FUEL_LITRES_METRIC)[0], len(fuel), 1)
    return frame.with_columns(
        _on_rows(frame.height, fuel, tenge).alias("amount_kzt"),
        _on_rows(frame.height, fuel, litres).alias("fuel_litres"),
    )


def _region_demands(rng: np.random.Generator, world: World, figure: Figure) -> list[Demand]:
    """Findings by audited region: those printed as printed, the others at least one each and fewer than those."""
    printed, ceilings = region_constraints(world.targets.of(METRIC, region=None), [r.code for r in world.regions])
    named = [demand.codes[0] for demand in printed]
    wanted = world.targets.of(REGIONS_METRIC)[0].count - len(named)
    free = [r.code for r in world.regions if r.code not in named]
    others = [free[i] for i in np.sort(rng.choice(len(free), wanted, replace=False))]
    left = figure.count - sum(demand.count for demand in printed) - wanted
    room = np.full(wanted, _smallest(ceilings) - 1, dtype=np.int64)
    more = spread(rng, left, rng.uniform(0.3, 1.0, wanted), room)
    return [*printed, *(Demand((c,), figure.years, 1 + int(k)) for c, k in zip(others, more, strict=True))]


def _smallest(ceilings: list[Ceiling]) -> int:
    return min(ceiling.count for ceiling in ceilings)


def _parts(rng: np.random.Generator, figure: Figure, n: int, decimals: int) -> Floats:
    """`n` amounts that add up to a value printing as the figure; exactly to it where it has decimals."""
    total = figure.value if figure.decimals > 0 else figure.draw(rng)
    scale = 10**decimals
    cuts = np.sort(rng.uniform(0.05, 0.95, n - 1)) * total * scale
    edges = np.concatenate([[0.0], np.round(cuts), [round(total * scale)]])
    parts: Floats = np.diff(edges) / scale
    return parts


def _on_rows(n: int, rows: Ints, values: Floats) -> pl.Series:
    column: list[float | None] = [None] * n
    for row, value in zip(rows, values, strict=True):
        column[int(row)] = round(float(value), 2)
    return pl.Series(column, dtype=pl.Float64)


def _year(rng: np.random.Generator, world: World, year: int, n: int, columns: dict[str, Allocation]) -> pl.DataFrame:
    found = sorted(world.calendar.draw_workdays(rng, year, n))
    due = [day + timedelta(days=int(wait)) for day, wait in zip(found, rng.choice(DAYS_TO_MEND, n), strict=True)]
    delay = np.where(rng.random(n) < LATE_SHARE, rng.integers(1, 60, n), -rng.integers(0, 25, n))
    closed = [day + timedelta(days=int(wait)) for day, wait in zip(due, delay, strict=True)]
    dateless = rng.random(n) < NO_DEADLINE
    return pl.DataFrame(
        {
            "finding_id": [f"IA-{year}-{number:03d}" for number in range(1, n + 1)],
            "found_on": found,
            **{name: allocation.rows(rng, year) for name, allocation in columns.items()},
            "due_on": [None if none else day for none, day in zip(dateless, due, strict=True)],
            "closed_on": [day if day <= LAST_DAY else None for day in closed],
        },
        schema_overrides={"due_on": pl.Date, "closed_on": pl.Date},
    )
