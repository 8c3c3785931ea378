"""The whole exam history in its order.

Ordinary candidates, limit breakers, wanderers, practice without theory, then exact rates: each step leaves alone what
the steps before it made exact.
"""

from dataclasses import dataclass

import numpy as np

from simulation.arrays import Ints
from simulation.exams.behaviour import PRACTICE, THEORY, Behaviour
from simulation.exams.calibration import calibrate, drop_last_practice, region_indices
from simulation.exams.candidates import OrdinaryCandidates
from simulation.exams.limits import draw_episodes, limit_breakers
from simulation.exams.log import Log, concat
from simulation.exams.migration import migrate, practice_without_theory, relabel_unregistered
from simulation.exams.rates import draw_rates, ratio_figures
from simulation.working_calendar import day_number
from simulation.world import EXAMS_FROM, LAST_DAY, World

UNREGISTERED_CANDIDATES = 60
LAX_CENTRES = 2
# Before candidates wander, a region may have this much of its ratio's figure; wandering moves it by a per cent or two.
LAWFUL_MARGIN = 1.012
# Below this part of the figure lawful retakes do not explain it: practice without theory is planted, a little beyond
# the figure, since `calibration` finds more failed candidates to let pass than the other way round.
LAWFUL_ENOUGH, PLANTED_UP_TO = 0.994, 1.006
PASSING_WITHOUT_THEORY = 0.6


@dataclass(frozen=True)
class Schemes:
    """What was planted while the history was drawn; centres as indices."""

    lax_centres: Ints
    pull_region: int
    pull_centre: int
    without_theory: dict[int, int]
    unregistered_candidates: int


@dataclass(frozen=True)
class History:
    """All counting attempts, sorted by candidate and day; candidates are numbered from 0 below `persons`."""

    log: Log
    persons: int
    schemes: Schemes


def draw_history(world: World, behaviour: Behaviour) -> History:
    """Draw the exam history of the demo."""
    rng = world.rng("exams")
    first, last = day_number(EXAMS_FROM), day_number(LAST_DAY)
    ratio_regions = {[r.code for r in world.regions].index(code) for code in ratio_figures(world.targets)}
    ordinary = OrdinaryCandidates(rng, world, behaviour, draw_rates(rng, world, behaviour))
    persons = ordinary.persons

    elsewhere = np.flatnonzero(~np.isin(world.centres.region[: world.centres.registered], list(ratio_regions)))
    large = elsewhere[np.argsort(-world.centres.size[elsewhere])][:20]
    lax = np.sort(rng.choice(large, LAX_CENTRES, replace=False))
    episodes = draw_episodes(rng, world, behaviour)
    breakers = limit_breakers(rng, world, behaviour, episodes, persons, lax).within(first, last)
    persons += len(episodes.month)

    pull_centre = int(rng.choice(np.setdiff1d(large, lax)))
    others = [r for r in range(len(world.regions)) if r not in ratio_regions | {int(world.centres.region[pull_centre])}]
    pull_region = int(rng.choice(others))
    log = drop_last_practice(rng, world, concat([ordinary.log, breakers]).sorted(), ordinary.persons, LAWFUL_MARGIN)
    log = relabel_unregistered(rng, world, log, UNREGISTERED_CANDIDATES, ratio_regions)
    log = migrate(rng, world, behaviour, log, pull_region, pull_centre)

    planted: dict[int, int] = {}
    for code, figure in ratio_figures(world.targets).items():
        index = [r.code for r in world.regions].index(code)
        inside = (region_indices(world, log.centre) == index) & (log.day >= day_number(figure.start))
        inside &= log.day <= day_number(figure.end)
        theory = int((inside & (log.exam == THEORY) & log.passed).sum())
        practical = int((inside & (log.exam == PRACTICE)).sum())
        expected = theory * figure.value / 100
        if practical < LAWFUL_ENOUGH * expected:
            missing = round(PLANTED_UP_TO * expected) - practical
            centre = int(world.centres.of_region(index)[0])
            start = day_number(figure.start)
            extra = practice_without_theory(rng, world, centre, missing, start, persons, PASSING_WITHOUT_THEORY)
            persons = int(extra.person.max()) + 1
            log = concat([log, extra])
            planted[centre] = len(extra)
    log = calibrate(rng, world, log.sorted())
    return History(log, persons, Schemes(lax, pull_region, pull_centre, planted, UNREGISTERED_CANDIDATES))
