"""Pass rates by exam, centre and year, and each region's keenness to go on, near the memo's percentages.

`calibration` makes them exact afterwards.
"""

import numpy as np

from simulation.arrays import Floats
from simulation.exams.behaviour import PRACTICE, THEORY, Behaviour
from simulation.exams.candidates import PassRates
from simulation.targets import Figure, Targets
from simulation.working_calendar import EPOCH, HORIZON
from simulation.world import World

PASS_METRICS = {THEORY: "theory_pass_pct", PRACTICE: "practical_pass_pct"}
RATIO_METRIC = "practical_per_theory_pass_pct"
LIMIT_METRIC = "practical_over_month_limit"
# Rough yields, by which ordinary candidates make room for those beyond the limits: practical attempts of an ordinary
# candidate, and per candidate-month beyond the limit; how many of the latter pass; what they add to a region's ratio.
ORDINARY_ATTEMPTS, BREAKER_ATTEMPTS = 1.4, 3.6
BREAKER_PASSES = 0.26
BREAKER_RATIO = 0.03


def ratio_figures(targets: Targets) -> dict[str, Figure]:
    """Region code -> its figure of practical attempts per theory pass."""
    return {figure.region: figure for figure in targets.of(RATIO_METRIC, region=None)}


def draw_rates(rng: np.random.Generator, world: World, behaviour: Behaviour) -> PassRates:
    """Beta-distributed pass rates of the centres around the memo's, and the keenness that gives its ratios."""
    years = list(range(EPOCH.year, HORIZON.year + 1))
    n = len(world.centres.code)
    chance = np.zeros((2, n, len(years)))
    for exam, metric in PASS_METRICS.items():
        known = {year: figure.value / 100 for year, figure in world.targets.yearly(metric).items()}
        means = np.array([known.get(y, float(np.mean(list(known.values())))) for y in years])
        if exam == PRACTICE:
            share = _breaker_share(world, behaviour, years)
            means = (means - share * BREAKER_PASSES) / (1 - share)
        level = float(means.mean())
        spread = behaviour.centre_spread
        centre = rng.beta(level * spread, (1 - level) * spread, n)
        centre += level - float(np.average(centre, weights=world.centres.size))
        chance[exam] = np.clip(centre[:, None] + (means - level)[None, :], 0.05, 0.95)
    return PassRates(chance=chance, keenness=_keenness(rng, world, behaviour, chance))


def _breaker_share(world: World, behaviour: Behaviour, years: list[int]) -> Floats:
    """About which share of a year's practical attempts is of candidates beyond the limits."""
    known = {year: figure.count for year, figure in world.targets.yearly(LIMIT_METRIC).items()}
    counts = np.array([known[min(known, key=lambda k: abs(k - year))] for year in years])
    breakers = counts * BREAKER_ATTEMPTS
    return breakers / (breakers + behaviour.arrivals_a_year * ORDINARY_ATTEMPTS)


def _keenness(rng: np.random.Generator, world: World, behaviour: Behaviour, chance: Floats) -> Floats:
    figures = ratio_figures(world.targets)
    by_region = np.zeros(len(world.regions))
    for index, region in enumerate(world.regions):
        if region.code not in figures:
            by_region[index] = rng.uniform(*behaviour.usual_keenness)
            continue
        inside = world.centres.of_region(index)
        fails = 1 - np.average(chance[PRACTICE, inside].mean(axis=1), weights=world.centres.size[inside])
        wanted = figures[region.code].value / 100 - BREAKER_RATIO
        grid = np.linspace(0.0, 1.0, 201)
        by_region[index] = float(np.interp(wanted, _expected_ratio(behaviour, grid, float(fails)), grid))
    return by_region[world.centres.region]


def _expected_ratio(behaviour: Behaviour, keenness: Floats, fails: float) -> Floats:
    """Practical attempts per theory pass that lawful retakes give; rises with keenness."""
    show = np.interp(keenness, [0, 1], behaviour.practice_show)
    again = fails * np.interp(keenness, [0, 1], behaviour.practice_return)
    return show * sum(again**k for k in range(behaviour.practice_tries))
