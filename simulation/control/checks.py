"""Sample checks of the Internal Security Service: most regions in most months, some not."""

from datetime import timedelta

import numpy as np
import polars as pl

from simulation.working_calendar import as_date, months_between
from simulation.world import LAST_DAY, OTHERS_FROM, World

SUBJECTS = {"exams": 0.36, "registration": 0.24, "licences": 0.2, "workstations": 0.12, "declarations": 0.08}
TRIGGERS = {"planned": 0.5, "random": 0.32, "signal": 0.18}
# Chance that a check finds something, by what set it off.
HITS = {"planned": 0.16, "random": 0.11, "signal": 0.46}
MORE_CHECKS, CHECKS_A_MILLION_PEOPLE = 1, 1.6
SKIPPED_MONTH, IDLE_REGIONS, IDLE_MONTHS = 0.1, 2, 5
CENTRE_KNOWN = 0.92
OBJECTS = (5, 60)


def build_control_checks(world: World) -> tuple[pl.DataFrame, list[dict[str, str]]]:
    """The checks (contract columns, regions as codes), and the regions that were not checked for months."""
    rng = world.rng("control checks")
    months = months_between(OTHERS_FROM, LAST_DAY)
    idle_regions = rng.choice(len(world.regions), IDLE_REGIONS, replace=False)
    idle_from = rng.integers(2, len(months) - IDLE_MONTHS, IDLE_REGIONS)
    days, regions = [], []
    for index, region in enumerate(world.regions):
        idle = np.flatnonzero(idle_regions == index)
        for position, month in enumerate(months):
            skipped = rng.random() < SKIPPED_MONTH
            if skipped or any(idle_from[k] <= position < idle_from[k] + IDLE_MONTHS for k in idle):
                continue
            n = MORE_CHECKS + int(rng.poisson(CHECKS_A_MILLION_PEOPLE * region.population_thousands / 1_000))
            days += [as_date(int(day)) for day in rng.choice(world.calendar.month_workdays(month), n)]
            regions += [region.code] * n
    n = len(days)
    trigger = rng.choice(list(TRIGGERS), n, p=list(TRIGGERS.values()))
    hit = rng.random(n) < np.array([HITS[t] for t in trigger])
    frame = pl.DataFrame(
        {
            "checked_on": days,
            "region": regions,
            "centre_code": world.centre_codes(rng, regions, CENTRE_KNOWN),
            "subject": rng.choice(list(SUBJECTS), n, p=list(SUBJECTS.values())),
            "trigger": trigger,
            "objects_checked": rng.integers(*OBJECTS, n),
            "violations_found": np.where(hit, 1 + rng.poisson(1.4, n), 0),
        },
        schema_overrides={"centre_code": pl.String},
    ).sort("checked_on", "region", "subject", maintain_order=True)
    number = pl.int_range(1, pl.len() + 1).cast(pl.String).str.zfill(5)
    idle_spells = [
        {
            "region": world.regions[int(region)].code,
            "from": months[int(start)].isoformat(),
            "until": (months[int(start) + IDLE_MONTHS] - timedelta(days=1)).isoformat(),
        }
        for region, start in zip(idle_regions, idle_from, strict=True)
    ]
    return frame.select(pl.format("CK-{}", number).alias("check_id"), pl.all()), idle_spells
