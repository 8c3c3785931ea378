"""The disciplinary register: penalties in the memo's counts, imposed on as many repeat offenders as it prints."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl

from simulation.reference import CENTRAL_OFFICE
from simulation.staff import Staff
from simulation.targets import Allocation, Demand, region_constraints, spread
from simulation.world import LAST_DAY, OTHERS_FROM, World, years_from

METRIC, REPEATERS_METRIC = "penalties", "repeat_offenders"
GROUPS = {
    "service_specialist": 0.7,
    "examiner": 0.45,
    "supervisor": 0.15,
    "manager": 0.2,
    "it_staff": 0.05,
    "other": 0.15,
}
PENALTIES = {"remark": 0.5, "reprimand": 0.3, "severe_reprimand": 0.18, "dismissal": 0.02}
GROUNDS = {
    "registration_procedure": 0.24, "exam_procedure": 0.16, "record_keeping": 0.14, "service_quality": 0.16,
    "attendance": 0.16, "ethics": 0.08, "corruption": 0.02, "other": 0.04,
}  # fmt: skip
# The central office draws so much of what all regions draw together; regions differ less than their populations.
CENTRAL_OFFICE_WEIGHT = 0.65
THIRD_PENALTY = 0.18
# Penalised people a year who are not in the HR register.
NOT_REGISTERED = 3
LIFTED_SHARE, LIFTED_AFTER_DAYS = 0.35, 183


@dataclass
class _Offender:
    region: str
    penalties: int
    group: str = ""
    employee_id: str = ""
    centre_code: str | None = None


def build_penalties(world: World, staff: Staff) -> tuple[pl.DataFrame, list[str]]:
    """The register (contract columns, regions as codes), and employee numbers that the HR register lacks."""
    rng = world.rng("discipline")
    years = years_from(OTHERS_FROM)
    totals = {year: figure.count for year, figure in world.targets.yearly(METRIC).items()}
    regions = [r.code for r in world.regions]
    demands, ceilings = region_constraints(world.targets.of(METRIC, region=None), regions)
    weights = {code: float(rng.lognormal(0.0, 0.2)) * size**0.5 for code, size in world.region_weights().items()}
    weights[CENTRAL_OFFICE] = CENTRAL_OFFICE_WEIGHT * sum(weights.values())
    region = Allocation(rng, totals, weights, demands, ceilings)
    group = Allocation(rng, totals, GROUPS, Demand.of(world.targets.of(METRIC, breakdown="position_group")))
    penalty = Allocation(rng, totals, PENALTIES, Demand.of(world.targets.of(METRIC, breakdown="penalty")))
    repeaters = {year: figure.count for year, figure in world.targets.yearly(REPEATERS_METRIC).items()}
    frames, unknown = [], []
    for year in years:
        offenders = _offenders(rng, region.rows(rng, year), repeaters[year])
        _give_groups(rng, offenders, Counter(group.rows(rng, year)))
        unknown += _give_employees(rng, staff, offenders, year)
        frames.append(_records(rng, world, year, offenders, penalty.rows(rng, year)))
    return pl.concat(frames), unknown


def _offenders(rng: np.random.Generator, regions: list[str], repeaters: int) -> list[_Offender]:
    """Whose penalties the year's records are: `repeaters` people with two or three each, all others with one."""
    counts = Counter(regions)
    codes = sorted(counts)
    here = np.array([counts[code] for code in codes], dtype=np.int64)
    pairs = spread(rng, repeaters, here.astype(np.float64), here // 2)
    triples = np.minimum(rng.binomial(pairs, THIRD_PENALTY), here - 2 * pairs)
    offenders = []
    for code, records, pair, triple in zip(codes, here, pairs, triples, strict=True):
        sizes = [3] * triple + [2] * (pair - triple) + [1] * (records - 2 * pair - triple)
        offenders += [_Offender(code, size) for size in sizes]
    return offenders


def _give_groups(rng: np.random.Generator, offenders: list[_Offender], room: Counter[str]) -> None:
    """Position groups such that each has its number of records: the many-times penalised first, the others fill up."""
    order = sorted(rng.permutation(len(offenders)), key=lambda i: -offenders[i].penalties)
    for offender in (offenders[i] for i in order):
        fitting = [g for g in sorted(room) if room[g] >= offender.penalties]
        chance = np.array([room[g] for g in fitting], dtype=np.float64)
        offender.group = str(rng.choice(fitting, p=chance / chance.sum()))
        room[offender.group] -= offender.penalties


def _give_employees(rng: np.random.Generator, staff: Staff, offenders: list[_Offender], year: int) -> list[str]:
    """Somebody of the region and group for each offender; where nobody is left, somebody who changed position since."""
    taken: set[str] = set()
    register = staff.frame.select("employee_id", "region", "position_group", "centre_code").rows()
    by_region: dict[str, list[tuple[str, str, str, str | None]]] = {}
    for row in (register[i] for i in rng.permutation(len(register))):
        by_region.setdefault(row[1], []).append(row)
    strangers = set(
        rng.choice([i for i, o in enumerate(offenders) if o.penalties == 1], NOT_REGISTERED, replace=False).tolist()
    )
    unknown = []
    for index, offender in enumerate(offenders):
        free = [row for row in by_region[offender.region] if row[0] not in taken]
        same = [row for row in free if row[2] == offender.group]
        if index in strangers or not free:
            offender.employee_id = f"E{year % 100}{index:03d}X"
            unknown.append(offender.employee_id)
        else:
            offender.employee_id, _, _, offender.centre_code = (same or free)[0]
            taken.add(offender.employee_id)
    return unknown


def _records(
    rng: np.random.Generator, world: World, year: int, offenders: list[_Offender], penalties: list[str]
) -> pl.DataFrame:
    whose = [offender for offender in offenders for _ in range(offender.penalties)]
    n = len(whose)
    imposed = world.calendar.draw_workdays(rng, year, n)
    lifted = [_lifted(rng, day) for day in imposed]
    frame = pl.DataFrame(
        {
            "employee_id": [o.employee_id for o in whose],
            "imposed_on": imposed,
            "region": [o.region for o in whose],
            "centre_code": [o.centre_code for o in whose],
            "position_group": [o.group for o in whose],
            "penalty": penalties,
            "ground": rng.choice(list(GROUNDS), n, p=list(GROUNDS.values())),
            "lifted_on": lifted,
        },
        schema_overrides={"lifted_on": pl.Date},
    ).sort("imposed_on", "employee_id", "penalty")
    number = pl.int_range(1, pl.len() + 1).cast(pl.String).str.zfill(4)
    return frame.select(pl.format(f"D{year}-{{}}", number).alias("record_id"), pl.all())


def _lifted(rng: np.random.Generator, imposed: date) -> date | None:
    day = imposed + timedelta(days=LIFTED_AFTER_DAYS)
    return day if rng.random() < LIFTED_SHARE and day <= LAST_DAY else None
