"""Assignments of the corporate training centre «Таным»: campaigns of courses, most of them completed."""

from datetime import date, timedelta

import numpy as np
import polars as pl

from simulation.staff import Staff
from simulation.world import LAST_DAY, OTHERS_FROM, World, years_from

# Course: the day of the year on which it is assigned, and the share of the staff that gets it.
COURSES = {
    "LAW-01": ((2, 5), 0.8),
    "ETHICS-01": ((3, 11), 0.7),
    "SERVICE-02": ((5, 13), 0.5),
    "EXAM-03": ((9, 9), 0.35),
    "SECURITY-01": ((10, 6), 0.3),
}
# Shares of completed assignments differ by region: beta-distributed, with this mean and precision.
COMPLETED, PRECISION = 0.84, 60.0
DAYS_TO_COMPLETE, NO_SCORE = (3, 60), 0.03
SCORE_MEAN, SCORE_SPREAD, SCORE_RANGE = 84.0, 9.0, (20.0, 100.0)


def build_training(world: World, staff: Staff) -> pl.DataFrame:
    """The assignments; contract columns."""
    rng = world.rng("training")
    keen = {code: rng.beta(COMPLETED * PRECISION, (1 - COMPLETED) * PRECISION) for code in _regions(staff)}
    chance = staff.frame["region"].replace_strict(keen, return_dtype=pl.Float64).to_numpy()
    frames = []
    for year in years_from(OTHERS_FROM):
        for course, ((month, day), share) in COURSES.items():
            assigned = date(year, month, day)
            n = staff.frame.height
            wait = rng.integers(*DAYS_TO_COMPLETE, n)
            completed = pl.Series([assigned + timedelta(days=int(days)) for days in wait])
            done = pl.Series(rng.random(n) < chance) & (completed <= LAST_DAY)
            score = np.clip(np.round(rng.normal(SCORE_MEAN, SCORE_SPREAD, n), 1), *SCORE_RANGE)
            scored = done & pl.Series(rng.random(n) >= NO_SCORE)
            here = staff.frame["left_on"].is_null() | (staff.frame["left_on"] >= assigned)
            frames.append(
                pl.DataFrame({"employee_id": staff.frame["employee_id"], "score": score, "completed": completed})
                .select(
                    "employee_id",
                    pl.lit(course).alias("course_code"),
                    pl.lit(assigned).alias("assigned_on"),
                    pl.when(done).then("completed").alias("completed_on"),
                    pl.when(scored).then("score").alias("test_score_pct"),
                )
                .filter(here & pl.Series(rng.random(n) < share))
                .sort("employee_id")
            )
    return pl.concat(frames)


def _regions(staff: Staff) -> list[str]:
    return sorted(staff.frame["region"].unique().to_list())
