"""What became of the memo's recommendations: actions with owners, deadlines and states."""

from datetime import date, timedelta

import numpy as np
import polars as pl

from simulation.world import LAST_DAY, World

DEVELOPMENT = "Департамент развития спецЦОН"
SECURITY = "Служба внутренней безопасности"
# Recommendation: who answers for its actions.
OWNERS = {
    "1": DEVELOPMENT, "2": DEVELOPMENT, "2.1": DEVELOPMENT, "3": "Департамент ИТ", "4": "Департамент ИТ",
    "5": "Юридический департамент", "6": "Департамент управления персоналом", "7": "Департамент управления персоналом",
    "8": "Учебный центр «Таным»", "9": SECURITY, "10": SECURITY, "11": SECURITY, "12": SECURITY, "13": SECURITY,
    "14": "Служба информационной безопасности",
}  # fmt: skip
ASSIGNED = (date(2025, 2, 3), date(2025, 7, 31))
ACTIONS = (1, 4)
DAYS_TO_DO = (45, 90, 120, 180)
NO_DEADLINE, CANCELLED = 0.06, 0.06
# Days from the deadline to the end of the work: before or after it.
EARLY, LATE, LATE_SHARE = (0, 30), (3, 150), 0.4


def build_recommendation_actions(world: World) -> pl.DataFrame:
    """The actions; contract columns."""
    rng = world.rng("recommendations")
    rows = []
    for recommendation, owner in OWNERS.items():
        for number in range(1, int(rng.integers(*ACTIONS)) + 1):
            first, last = ASSIGNED
            assigned = first + timedelta(days=int(rng.integers(0, (last - first).days)))
            due = assigned + timedelta(days=int(rng.choice(DAYS_TO_DO)))
            late = rng.random() < LATE_SHARE
            done = due + timedelta(days=int(rng.integers(*LATE) if late else -rng.integers(*EARLY)))
            is_done = done <= LAST_DAY
            cancelled = rng.random() < CANCELLED
            rows.append(
                {
                    "action_id": f"RA-{recommendation}-{number}",
                    "recommendation": recommendation,
                    "owner": owner,
                    "assigned_on": assigned,
                    "due_on": None if rng.random() < NO_DEADLINE else due,
                    "closed_on": done if is_done and not cancelled else None,
                    "status": _status(rng, is_done, cancelled),
                }
            )
    return pl.DataFrame(rows, schema_overrides={"due_on": pl.Date, "closed_on": pl.Date})


def _status(rng: np.random.Generator, is_done: bool, cancelled: bool) -> str:
    if cancelled:
        return "cancelled"
    return "done" if is_done else str(rng.choice(["open", "in_progress"]))
