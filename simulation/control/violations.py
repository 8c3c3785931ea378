"""Violations found by the Internal Security Service, in the memo's counts by region and service."""

from collections import Counter

import numpy as np
import polars as pl

from simulation.staff import Staff
from simulation.targets import Allocation, Demand, Figure, region_constraints
from simulation.world import OTHERS_FROM, World, years_from

METRIC = "violations"
SERVICES = {"vehicle_registration": 0.5, "driving_licence": 0.5}
KINDS = {
    "vehicle_registration": {
        "false_documents": 0.36, "false_data_entry": 0.26, "fee_evasion": 0.2, "infrastructure_interference": 0.03,
        "identification": 0.05, "other": 0.1,
    },
    "driving_licence": {
        "exam_procedure": 0.5, "identification": 0.18, "false_data_entry": 0.12, "false_documents": 0.08,
        "infrastructure_interference": 0.05, "other": 0.07,
    },
}  # fmt: skip
CULPRITS = {"vehicle_registration": ("service_specialist",), "driving_licence": ("examiner", "service_specialist")}
CENTRE_KNOWN, CULPRIT_KNOWN, KIND_UNKNOWN = 0.9, 0.7, 0.02


def build_violations(world: World, staff: Staff) -> pl.DataFrame:
    """The violations, regions as codes; contract columns."""
    rng = world.rng("violations")
    years = years_from(OTHERS_FROM)
    totals = {year: figure.count for year, figure in world.targets.yearly(METRIC).items()}
    demands, ceilings = region_constraints(world.targets.of(METRIC, region=None), [r.code for r in world.regions])
    region = Allocation(rng, totals, world.region_weights(), demands, ceilings)
    service = Allocation(rng, totals, SERVICES, Demand.of(world.targets.of(METRIC, breakdown="service")))
    joint = world.targets.of(METRIC, breakdown="service", region=None)
    frames = []
    for year in years:
        regions = region.rows(rng, year)
        services = _services(rng, regions, service.rows(rng, year), [f for f in joint if f.years == (year,)])
        frames.append(_records(rng, world, staff, year, regions, services))
    return pl.concat(frames)


def _services(rng: np.random.Generator, regions: list[str], services: list[str], joint: list[Figure]) -> list[str]:
    """The year's services dealt to its regions such that each figure of a region and service holds."""
    room = Counter(services)
    dealt = np.full(len(regions), "", dtype=object)
    for figure in joint:
        rows = np.flatnonzero(np.array(regions) == figure.region)
        (code,) = figure.codes
        others = [s for s in room if s != code for _ in range(room[s])]
        here = [code] * figure.count + rng.permutation(others)[: len(rows) - figure.count].tolist()
        dealt[rng.permutation(rows)] = here
        room -= Counter(here)
    dealt[dealt == ""] = rng.permutation(list(room.elements()))
    return [str(service) for service in dealt]


def _records(
    rng: np.random.Generator, world: World, staff: Staff, year: int, regions: list[str], services: list[str]
) -> pl.DataFrame:
    n = len(regions)
    culprits = {s: staff.somebody(rng, regions, groups, CULPRIT_KNOWN) for s, groups in CULPRITS.items()}
    kinds = {s: rng.choice(list(weights), n, p=list(weights.values())) for s, weights in KINDS.items()}
    unknown = rng.random(n) < KIND_UNKNOWN
    return (
        pl.DataFrame(
            {
                "detected_on": world.calendar.draw_workdays(rng, year, n),
                "region": regions,
                "centre_code": world.centre_codes(rng, regions, CENTRE_KNOWN),
                "service": services,
                "kind": [None if unknown[i] else str(kinds[service][i]) for i, service in enumerate(services)],
                "employee_id": [culprits[service][i] for i, service in enumerate(services)],
            },
            schema_overrides={"kind": pl.String, "employee_id": pl.String, "centre_code": pl.String},
        )
        .sort("detected_on", "region", "service", maintain_order=True)
        .select(
            pl.format(f"V{year}-{{}}", pl.int_range(1, n + 1).cast(pl.String).str.zfill(4)).alias("violation_id"),
            pl.all(),
        )
    )
