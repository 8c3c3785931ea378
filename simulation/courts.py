"""The court register: invented cases whose counts are the memo's."""

from datetime import timedelta

import numpy as np
import polars as pl

from simulation.targets import Allocation, Demand, region_constraints
from simulation.world import LAST_DAY, OTHERS_FROM, World, years_from

METRIC = "court_cases"
# Codes and their natural weights; figures of the memo override them.
PROCEEDINGS = {"administrative": 0.9, "civil": 0.1}
OUTCOMES = {
    "pending": 0.1, "satisfied": 0.1, "partially_satisfied": 0.05, "dismissed": 0.2, "settled": 0.05,
    "withdrawn": 0.05, "returned": 0.3, "left_without_consideration": 0.15,
}  # fmt: skip
ROOT_CAUSES = {
    "none_found": 0.7, "staff_error": 0.02, "attempt_not_annulled": 0.01, "understated_fee_scheme": 0.01,
    "system_defect": 0.1, "rule_ambiguity": 0.16,
}  # fmt: skip
SUBJECTS = (
    "Обжалование результата практического экзамена",
    "Отказ в регистрации транспортного средства",
    "Отказ в выдаче водительского удостоверения",
    "Аннулирование регистрации транспортного средства",
    "Возмещение ущерба",
    "Оспаривание действий работника",
)
COURTS = ("Специализированный межрайонный административный суд", "Районный суд № 2", "Городской суд")
CENTRE_KNOWN = 0.8
CIVIL_PREFIX, ADMINISTRATIVE_PREFIX = "2", "4"


def build_court_cases(world: World) -> pl.DataFrame:
    """The register, regions as codes; contract columns."""
    rng = world.rng("courts")
    years = years_from(OTHERS_FROM)
    totals = {year: figure.count for year, figure in world.targets.yearly(METRIC).items()}
    demands, ceilings = region_constraints(world.targets.of(METRIC, region=None), [r.code for r in world.regions])
    columns = {"region": Allocation(rng, totals, world.region_weights(), demands, ceilings)}
    for name, weights in (("proceeding", PROCEEDINGS), ("outcome", OUTCOMES), ("root_cause", ROOT_CAUSES)):
        columns[name] = Allocation(rng, totals, weights, Demand.of(world.targets.of(METRIC, breakdown=name)))
    frames = [_year(rng, world, year, totals[year], columns) for year in years]
    return pl.concat(frames)


def _year(rng: np.random.Generator, world: World, year: int, n: int, columns: dict[str, Allocation]) -> pl.DataFrame:
    filed = sorted(world.calendar.draw_workdays(rng, year, n))
    values = {name: allocation.rows(rng, year) for name, allocation in columns.items()}
    decided = [
        day + timedelta(days=int(wait)) if outcome != "pending" else None
        for day, wait, outcome in zip(filed, rng.integers(20, 150, n), values["outcome"], strict=True)
    ]
    prefix = [CIVIL_PREFIX if p == "civil" else ADMINISTRATIVE_PREFIX for p in values["proceeding"]]
    return pl.DataFrame(
        {
            "case_number": [f"{p}-{number:04d}/{year}" for p, number in zip(prefix, range(1, n + 1), strict=True)],
            "filed_on": filed,
            "court_name": rng.choice(COURTS, n),
            "region": values["region"],
            "centre_code": world.centre_codes(rng, values["region"], CENTRE_KNOWN),
            "proceeding": values["proceeding"],
            "subject": rng.choice(SUBJECTS, n),
            "outcome": values["outcome"],
            "decided_on": [day if day and day <= LAST_DAY else None for day in decided],
            "root_cause": values["root_cause"],
            "claim_kzt": [
                round(float(claim), 2) if proceeding == "civil" else None
                for claim, proceeding in zip(rng.lognormal(13.5, 1.0, n), values["proceeding"], strict=True)
            ],
        },
        schema_overrides={"decided_on": pl.Date, "claim_kzt": pl.Float64},
    )
