"""Candidates beyond the limits of practical attempts, in exactly the numbers that the memo prints.

An episode is a candidate's practical attempts in up to three months in a row. Mixed patterns come first; then plain
ones that touch only one of the two indicators fill up to the exact yearly counts.
"""

from dataclasses import dataclass

import numpy as np

from simulation.arrays import Bools, Floats, Ints
from simulation.exams.behaviour import PRACTICE, THEORY, Behaviour
from simulation.exams.log import Log, concat
from simulation.working_calendar import month_number, months_between
from simulation.world import EXAMS_FROM, LAST_DAY, World, yearly_levels, years_from

MONTH_METRIC, TWO_MONTH_METRIC = "practical_over_month_limit", "practical_over_two_month_limit"
MONTH_LIMIT, TWO_MONTH_LIMIT = 2, 3

# Attempts in consecutive months, and how often the mixed ones occur.
MIXED_PATTERNS = {
    (3, 1, 0): 0.3,
    (1, 3, 0): 0.15,
    (2, 3, 0): 0.1,
    (3, 2, 0): 0.1,
    (4, 0, 0): 0.2,
    (4, 1, 0): 0.05,
    (2, 2, 1): 0.1,
}
ONLY_MONTH = (3, 0, 0)
ONLY_TWO_MONTHS = (2, 2, 0)


@dataclass(frozen=True)
class Episodes:
    """Episodes of shape (n,): the first month's number, and attempts by month of shape (n, 3)."""

    month: Ints
    attempts: Ints

    def breaches(self) -> tuple[Ints, Ints]:
        """Months (as numbers) over the monthly and over the two-month limit, one entry per candidate-month."""
        before = np.pad(self.attempts, ((0, 0), (1, 0)))[:, :-1]
        months = self.month[:, None] + np.arange(self.attempts.shape[1])
        over_month = self.attempts > MONTH_LIMIT
        over_two = (self.attempts > 0) & (before + self.attempts > TWO_MONTH_LIMIT)
        return months[over_month], months[over_two]


def draw_episodes(rng: np.random.Generator, world: World, behaviour: Behaviour) -> Episodes:
    """Episodes that give each year its counts of both indicators. ValueError when the figures leave no room."""
    years = years_from(EXAMS_FROM)
    wanted = {
        metric: yearly_levels(rng, world.targets, metric, years, *behaviour.year_without_figure)
        for metric in (MONTH_METRIC, TWO_MONTH_METRIC)
    }
    months = np.array([month_number(m) for m in months_between(EXAMS_FROM, LAST_DAY)])
    season = np.array(behaviour.season)[months % 12]
    patterns = np.array(list(MIXED_PATTERNS))
    drawn: list[Episodes] = []
    for year in years:
        n = int(wanted[TWO_MONTH_METRIC][year] * behaviour.mixed_patterns)
        chosen = patterns[rng.choice(len(patterns), n, p=list(MIXED_PATTERNS.values()))]
        begins = _draw_months(rng, months, season * (months // 12 == year), n)
        # No episode runs past the end of the log.
        length = chosen.shape[1] - np.argmax(chosen[:, ::-1] > 0, axis=1)
        drawn.append(Episodes(np.minimum(begins, months[-1] + 1 - length), chosen))
    over_month, over_two = _merge(drawn).breaches()
    for year in years:
        inside = months // 12 == year
        for breaches, metric, pattern, shift in (
            (over_month, MONTH_METRIC, ONLY_MONTH, 0),
            (over_two, TWO_MONTH_METRIC, ONLY_TWO_MONTHS, 1),
        ):
            missing = wanted[metric][year] - int((breaches // 12 == year).sum())
            if missing < 0:
                raise ValueError(f"{metric} {year}: mixed patterns alone exceed the figure by {-missing}")
            # The breach falls `shift` months after the episode's first month, which must lie in the log.
            counted = _draw_months(rng, months, season * inside * (months - shift >= months[0]), missing)
            drawn.append(Episodes(counted - shift, np.tile(np.array(pattern), (missing, 1))))
    return _merge(drawn)


def _merge(parts: list[Episodes]) -> Episodes:
    return Episodes(np.concatenate([p.month for p in parts]), np.concatenate([p.attempts for p in parts]))


def _draw_months(rng: np.random.Generator, months: Ints, weight: Floats, n: int) -> Ints:
    return rng.choice(months, n, p=weight / weight.sum())


def limit_breakers(
    rng: np.random.Generator,
    world: World,
    behaviour: Behaviour,
    episodes: Episodes,
    first_person: int,
    lax: Ints,
) -> Log:
    """The attempts of one candidate per episode, theory pass included. `lax` lists the planted centres' indices."""
    n = len(episodes.month)
    size = world.centres.size * rng.lognormal(0.0, behaviour.laxness_sigma, len(world.centres.size))
    size[lax] = size[: world.centres.registered].sum() * 0.08
    centre = rng.choice(len(size), n, p=size / size.sum())
    person = first_person + np.arange(n)
    day, owner = _practice_days(rng, world, episodes)
    order = np.lexsort((day, owner))
    day, owner = day[order], owner[order]
    last: Bools = np.append(owner[1:] != owner[:-1], True)
    passed = last & (rng.random(len(owner)) < behaviour.final_pass)
    practice = Log(person[owner], np.full(len(owner), PRACTICE), centre[owner], day, passed)
    first = day[np.append(True, owner[1:] != owner[:-1])]
    admitted = world.calendar.next_working(first - rng.integers(12, 45, n), world.centres.saturdays[centre])
    theory = Log(person, np.full(n, THEORY), centre, admitted, np.ones(n, dtype=bool))
    twice = rng.random(n) < 0.5
    earlier = world.calendar.next_working(admitted - rng.integers(10, 40, n), world.centres.saturdays[centre])
    failed = Log(person, np.full(n, THEORY), centre, earlier, np.zeros(n, dtype=bool)).take(
        twice & (earlier < admitted)
    )
    return concat([practice, theory, failed])


def _practice_days(rng: np.random.Generator, world: World, episodes: Episodes) -> tuple[Ints, Ints]:
    """Distinct working days for every attempt, and the episode that each belongs to."""
    days: list[Ints] = []
    owners: list[Ints] = []
    for month in months_between(EXAMS_FROM, LAST_DAY):
        workdays = world.calendar.month_workdays(month)
        for offset in range(episodes.attempts.shape[1]):
            here = np.flatnonzero((episodes.month + offset == month_number(month)) & (episodes.attempts[:, offset] > 0))
            counts = episodes.attempts[here, offset]
            shuffled = rng.permuted(np.tile(workdays, (len(here), 1)), axis=1)
            taken = np.arange(shuffled.shape[1]) < counts[:, None]
            days.append(shuffled[taken])
            owners.append(np.repeat(here, counts))
    return np.concatenate(days), np.concatenate(owners)
