"""Makes the memo's exam percentages exact by changing results that nothing depends on.

The last attempt of a candidate may come out otherwise without contradiction: who failed and gave up may have
passed, who passed and never came back may have failed. Regions with a printed ratio of practical attempts to theory
passes are settled first; their theory results then stay.
"""

import numpy as np

from simulation.arrays import Bools, Ints
from simulation.exams.behaviour import PRACTICE, THEORY
from simulation.exams.log import Log
from simulation.exams.rates import PASS_METRICS, ratio_figures
from simulation.working_calendar import day_number
from simulation.world import World


def calibrate(rng: np.random.Generator, world: World, log: Log) -> Log:
    """The log (sorted), results changed until ratios and yearly pass rates lie well inside their intervals."""
    passed = log.passed.copy()
    region = region_indices(world, log.centre)
    last = log.last_of_person
    settled = np.zeros(len(log), dtype=bool)
    for code, figure in ratio_figures(world.targets).items():
        here = region == [r.code for r in world.regions].index(code)
        inside = here & (log.day >= day_number(figure.start)) & (log.day <= day_number(figure.end))
        practical = int((inside & (log.exam == PRACTICE)).sum())
        wanted = round(practical / (figure.draw(rng) / 100))
        theory = inside & (log.exam == THEORY)
        _settle(rng, passed, theory, theory & last, wanted, f"{figure.metric_key} {code}")
        settled |= here
    for exam, metric in PASS_METRICS.items():
        free = ~settled if exam == THEORY else np.ones(len(log), dtype=bool)
        for year, figure in world.targets.yearly(metric).items():
            attempts = (log.exam == exam) & (log.year == year)
            wanted = round(int(attempts.sum()) * figure.draw(rng) / 100)
            _settle(rng, passed, attempts, attempts & last & free, wanted, f"{metric} {year}")
    return log.with_passed(passed)


def drop_last_practice(rng: np.random.Generator, world: World, log: Log, persons: int, margin: float) -> Log:
    """The log (sorted) without so many last practical attempts that no ratio is above `margin` times its figure.

    Only candidates numbered below `persons` lose one.
    """
    region = region_indices(world, log.centre)
    keep = np.ones(len(log), dtype=bool)
    for code, figure in ratio_figures(world.targets).items():
        inside = region == [r.code for r in world.regions].index(code)
        inside &= (log.day >= day_number(figure.start)) & (log.day <= day_number(figure.end))
        practical = inside & (log.exam == PRACTICE)
        passes = int((inside & (log.exam == THEORY) & log.passed).sum())
        surplus = int(practical.sum()) - round(passes * figure.value / 100 * margin)
        pool = np.flatnonzero(practical & log.last_of_person & (log.person < persons))
        if surplus > 0:
            keep[rng.choice(pool, min(surplus, len(pool)), replace=False)] = False
    return log.take(keep)


def region_indices(world: World, centre: Ints) -> Ints:
    """Region index of each centre index, -1 for the unregistered one."""
    return np.where(centre == world.centres.registered, -1, world.centres.region[centre])


def _settle(rng: np.random.Generator, passed: Bools, counted: Bools, changeable: Bools, wanted: int, what: str) -> None:
    """Change results in place until `wanted` of the counted attempts are passed."""
    missing = wanted - int((passed & counted).sum())
    pool = np.flatnonzero(changeable & (~passed if missing > 0 else passed))
    if len(pool) < abs(missing):
        raise ValueError(f"{what}: {abs(missing)} results would have to change, only {len(pool)} can")
    passed[rng.choice(pool, abs(missing), replace=False)] = missing > 0
