"""The register of criminal cases against employees; damage in the printed regions exceeds what the memo prints."""

from datetime import date, timedelta

import numpy as np
import polars as pl

from simulation.arrays import Bools, Floats, Ints
from simulation.staff import Staff
from simulation.world import LAST_DAY, OTHERS_FROM, World, years_from

METRIC = "criminal_damage_kzt"
CASES_A_YEAR = {2024: 17, 2025: 21}
REGISTRATION, LICENCE = "vehicle_registration", "driving_licence"
REGISTRATION_SHARE = 0.55
SCHEMES = {
    REGISTRATION: {"false_documents": 0.35, "fee_evasion": 0.3, "false_data_entry": 0.25, "abuse_of_office": 0.1},
    LICENCE: {"bribery": 0.6, "false_data_entry": 0.2, "infrastructure_interference": 0.12, "abuse_of_office": 0.08},
}
CULPRITS = ("service_specialist", "examiner", "supervisor")
STAGES = {"pre_trial": 0.42, "in_court": 0.2, "verdict": 0.28, "terminated": 0.1}
# Cases of each region whose damage the memo prints, all about registration.
CASES_OF_A_PRINTED_REGION = 3
NO_DAMAGE_SHARE, MANAGER_PENALISED, NO_UPDATE, CULPRIT_KNOWN = 0.35, 0.25, 0.08, 0.85
USUAL_DAMAGE, DAMAGE_A_VEHICLE = 9_000_000, 1_400_000


def build_criminal_cases(world: World, staff: Staff) -> pl.DataFrame:
    """The cases, regions as codes; contract columns."""
    rng = world.rng("criminal cases")
    n = sum(CASES_A_YEAR.values())
    opened = sorted(
        d for year in years_from(OTHERS_FROM) for d in world.calendar.draw_workdays(rng, year, CASES_A_YEAR[year])
    )
    printed = world.targets.of(METRIC, region=None)
    free = [r for r in world.regions if r.code not in {f.region for f in printed}]
    weight = np.array([r.population_thousands for r in free], dtype=np.float64)
    regions = [free[i].code for i in rng.choice(len(free), n, p=weight / weight.sum())]
    is_registration = rng.random(n) < REGISTRATION_SHARE
    damage: Floats = np.where(rng.random(n) < NO_DAMAGE_SHARE, 0.0, USUAL_DAMAGE * rng.lognormal(0.0, 0.8, n))
    rows = rng.choice(n, (len(printed), CASES_OF_A_PRINTED_REGION), replace=False)
    for figure, own in zip(printed, rows, strict=True):
        is_registration[own] = True
        damage[own] = figure.draw(rng) * rng.dirichlet(np.full(len(own), 4.0))
        for row in own:
            regions[row] = figure.region
    return _records(rng, staff, opened, regions, is_registration, np.round(damage))


def _records(
    rng: np.random.Generator,
    staff: Staff,
    opened: list[date],
    regions: list[str],
    is_registration: Bools,
    damage: Floats,
) -> pl.DataFrame:
    n = len(opened)
    services = [REGISTRATION if own else LICENCE for own in is_registration]
    vehicles: Ints = np.maximum(1, damage / DAMAGE_A_VEHICLE).astype(np.int64)
    waits = rng.integers(0, 300, n)
    updated = [min(day + timedelta(days=int(w)), LAST_DAY) for day, w in zip(opened, waits, strict=True)]
    silent = rng.random(n) < NO_UPDATE
    frame = pl.DataFrame(
        {
            "opened_on": opened,
            "region": regions,
            "service": services,
            "scheme": [str(rng.choice(list(SCHEMES[s]), p=list(SCHEMES[s].values()))) for s in services],
            "stage": rng.choice(list(STAGES), n, p=list(STAGES.values())),
            "stage_updated_on": [None if none else day for none, day in zip(silent, updated, strict=True)],
            "damage_kzt": [float(kzt) if kzt else None for kzt in damage],
            "vehicles": [int(v) if own else None for v, own in zip(vehicles, is_registration, strict=True)],
            "employees_involved": rng.integers(1, 5, n),
            "employee_id": staff.somebody(rng, regions, CULPRITS, CULPRIT_KNOWN),
            "manager_penalised": rng.random(n) < MANAGER_PENALISED,
        },
        schema_overrides={
            "stage_updated_on": pl.Date, "damage_kzt": pl.Float64, "vehicles": pl.Int64, "employee_id": pl.String,
        },
    )  # fmt: skip
    number = pl.int_range(1, pl.len() + 1).over(pl.col("opened_on").dt.year()).cast(pl.String).str.zfill(3)
    return frame.select(pl.format("CC-{}-{}", pl.col("opened_on").dt.year(), number).alias("case_id"), pl.all())
