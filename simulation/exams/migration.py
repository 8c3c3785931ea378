"""Candidates at two centres in a year, in exactly the numbers that the memo prints; and practice without theory.

Only these functions take a candidate away from the home centre.
"""

import numpy as np

from simulation.arrays import Floats, Ints
from simulation.exams.behaviour import PRACTICE, THEORY, Behaviour
from simulation.exams.log import Log, concat
from simulation.working_calendar import SATURDAY, day_number
from simulation.world import EXAMS_FROM, LAST_DAY, World, yearly_levels, years_from

METRICS = {THEORY: "multi_centre_candidates_theory", PRACTICE: "multi_centre_candidates_practical"}
# Share of the planted school's region whose wandering candidates end at the planted centre.
PULL = 0.6


def migrate(
    rng: np.random.Generator, world: World, behaviour: Behaviour, log: Log, pull_region: int, pull_centre: int
) -> Log:
    """Move the last attempt of the year of as many candidates as each year's figure says. `log` must be sorted.

    The candidates of `pull_region` mostly go to `pull_centre`.
    """
    reach = _reach(world, behaviour, pull_region, pull_centre)
    centre = log.centre.copy()
    for exam, metric in METRICS.items():
        levels = yearly_levels(rng, world.targets, metric, years_from(EXAMS_FROM), *behaviour.migration_without_figure)
        rows = np.flatnonzero(log.exam == exam)
        key = log.person[rows] * 10_000 + log.year[rows]
        last = np.append(key[1:] != key[:-1], True)
        several = np.append(False, key[1:] == key[:-1])
        # Not every centre works on Saturdays: those attempts stay where they are.
        movable = rows[last & several & (world.calendar.weekday[log.day[rows]] != SATURDAY)]
        for year, wanted in levels.items():
            eligible = movable[log.year[movable] == year]
            if len(eligible) < wanted:
                raise ValueError(
                    f"{metric} {year}: only {len(eligible)} candidates have two attempts, {wanted} are wanted"
                )
            moved = np.sort(rng.choice(eligible, wanted, replace=False))
            centre[moved] = _destination(rng, reach, log.centre[moved])
    return Log(log.person, log.exam, centre, log.day, log.passed)


def _reach(world: World, behaviour: Behaviour, pull_region: int, pull_centre: int) -> Floats:
    """Chance to go from one centre (row) to another (column)."""
    n = len(world.centres.code)
    size, region = world.centres.size, world.centres.region
    reach = np.zeros((n, n))
    for home in range(world.centres.registered):
        others = size * (np.arange(n) != home)
        near = others * (region == region[home])
        far = others * (region != region[home])
        share = behaviour.same_region if near.sum() else 0.0
        reach[home] = share * near / max(near.sum(), 1e-12) + (1 - share) * far / far.sum()
        if region[home] == pull_region and home != pull_centre:
            reach[home] *= 1 - PULL
            reach[home, pull_centre] += PULL
    return reach


def _destination(rng: np.random.Generator, reach: Floats, home: Ints) -> Ints:
    cumulative = reach.cumsum(axis=1)
    drawn = rng.random(len(home))[:, None] * cumulative[home, -1:]
    destination: Ints = np.argmax(cumulative[home] > drawn, axis=1)
    return destination


def practice_without_theory(
    rng: np.random.Generator,
    world: World,
    centre: int,
    attempts: int,
    first_day: int,
    first_person: int,
    passing: float,
) -> Log:
    """`attempts` practical attempts of candidates who never sat theory: one or, a month or more later, two each."""
    n = (attempts + 1) // 2 + attempts // 8
    n = min(n, attempts)
    again = np.arange(n) < attempts - n
    saturdays = np.full(n, world.centres.saturdays[centre])
    last = day_number(LAST_DAY)
    day = world.calendar.next_working(rng.integers(first_day, last - 60, n), saturdays)
    day_again = world.calendar.next_working(day + rng.integers(25, 50, n), saturdays)
    person = first_person + np.arange(n)
    where, exam = np.full(n, centre), np.full(n, PRACTICE)
    first = Log(person, exam, where, day, ~again & (rng.random(n) < passing))
    second = Log(person, exam, where, day_again, rng.random(n) < passing).take(again)
    return concat([first, second])


def relabel_unregistered(rng: np.random.Generator, world: World, log: Log, persons: int, avoid: set[int]) -> Log:
    """Some candidates, none of the regions `avoid`, get a stray centre code throughout. `log` must be sorted."""
    starts = np.flatnonzero(np.append(True, log.person[1:] != log.person[:-1]))
    one_centre = np.minimum.reduceat(log.centre, starts) == np.maximum.reduceat(log.centre, starts)
    free = ~np.isin(world.centres.region[log.centre[starts]], list(avoid))
    chosen = rng.choice(log.person[starts][one_centre & free], persons, replace=False)
    centre = np.where(np.isin(log.person, chosen), world.centres.registered, log.centre)
    return Log(log.person, log.exam, centre, log.day, log.passed)
