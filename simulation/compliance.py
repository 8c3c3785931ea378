"""Compliance declarations and the relatives declared in them. Whom employees then serve belongs in `services`."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl

from simulation.arrays import Ints
from simulation.people import iin_text
from simulation.staff import Staff
from simulation.world import EXAMS_FROM, OTHERS_FROM, World, years_from

# Declarations are handed in from the middle of January on.
CAMPAIGN_STARTS, CAMPAIGN_DAYS, STRAGGLERS, STRAGGLER_DAYS = (1, 15), 75, 0.06, 250
DECLARING, COMPLETE, RELATED_BUSINESS = 0.94, 0.955, 0.012
# The relations, how common they are, and the relative's age.
RELATIONS: dict[str, tuple[float, tuple[float, float]]] = {
    "spouse": (0.3, (22, 60)),
    "parent": (0.22, (45, 72)),
    "child": (0.18, (18, 30)),
    "sibling": (0.22, (20, 55)),
    "in_law": (0.06, (25, 70)),
    "other": (0.02, (20, 65)),
}
RELATIVES_EACH = 1.6
# Supervisors with a relative in their own team.
SUBORDINATE_RELATIVES = 22


@dataclass(frozen=True)
class Compliance:
    """Both sources (contract columns); each relative's personal number with its employee's row in the staff."""

    declarations: pl.DataFrame
    relatives: pl.DataFrame
    relative: Ints
    relative_of: Ints


def build_compliance(world: World, staff: Staff) -> Compliance:
    """Declarations of all years and the relatives that they name."""
    rng = world.rng("compliance")
    n = staff.frame.height
    count = rng.poisson(RELATIVES_EACH, n)
    of = np.repeat(np.arange(n), count)
    relation = rng.choice(list(RELATIONS), len(of), p=[weight for weight, _ in RELATIONS.values()])
    bounds = np.array([RELATIONS[r][1] for r in relation], dtype=np.float64)
    numbers = world.numbers.issue(rng.uniform(bounds[:, 0], bounds[:, 1]), date(EXAMS_FROM.year, 1, 1))
    bosses, subordinates = _subordinate_relatives(rng, staff)
    own = staff.frame["iin"].cast(pl.Int64).to_numpy()
    relatives = pl.DataFrame(
        {
            "employee_id": staff.frame["employee_id"].gather(np.concatenate([of, bosses])),
            "relative_iin": iin_text(np.concatenate([numbers, own[subordinates]])),
            "relation": [*relation, *rng.choice(["sibling", "child", "in_law"], len(bosses))],
        }
    ).sort("employee_id", "relative_iin")
    frames = [_declarations(rng, staff, year, bosses) for year in years_from(OTHERS_FROM)]
    return Compliance(pl.concat(frames), relatives, numbers, of)


def _subordinate_relatives(rng: np.random.Generator, staff: Staff) -> tuple[Ints, Ints]:
    """Rows of supervisors and of the relatives who report to them."""
    row_of = {employee: row for row, employee in enumerate(staff.frame["employee_id"])}
    led = np.flatnonzero(staff.frame["supervisor_id"].is_not_null().to_numpy())
    subordinates = np.sort(rng.choice(led, SUBORDINATE_RELATIVES, replace=False))
    bosses = [row_of[boss] for boss in staff.frame["supervisor_id"].gather(subordinates)]
    return np.array(bosses, dtype=np.int64), subordinates


def _declarations(rng: np.random.Generator, staff: Staff, year: int, bosses: Ints) -> pl.DataFrame:
    n = staff.frame.height
    straggles = rng.random(n) < STRAGGLERS
    wait = np.where(straggles, rng.integers(CAMPAIGN_DAYS, STRAGGLER_DAYS, n), rng.integers(0, CAMPAIGN_DAYS, n))
    start = date(year, *CAMPAIGN_STARTS)
    declared = pl.Series("declared_on", [start + timedelta(days=int(days)) for days in wait])
    here = staff.frame["left_on"].is_null() | (staff.frame["left_on"] >= declared)
    frame = pl.DataFrame(
        {
            "employee_id": staff.frame["employee_id"],
            "declared_on": declared,
            "complete": rng.random(n) < COMPLETE,
            "relative_reports_to_declarant": np.isin(np.arange(n), bosses),
            "related_business": rng.random(n) < RELATED_BUSINESS,
        }
    ).filter(here & pl.Series(rng.random(n) < DECLARING))
    number = pl.int_range(1, pl.len() + 1).cast(pl.String).str.zfill(5)
    frame = frame.sort("declared_on", "employee_id")
    return frame.select(pl.format(f"CD{year}-{{}}", number).alias("declaration_id"), pl.all())
