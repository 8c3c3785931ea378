"""Who asks for which service, where, on which day, and how it ends. Times of day belong in `clock`."""

from dataclasses import dataclass, fields
from datetime import timedelta

import numpy as np
import polars as pl

from simulation.arrays import Bools, Floats, Ints
from simulation.columns import MISSING
from simulation.services.behaviour import (
    CANCELLED,
    COMPLETED,
    DEREGISTRATION,
    LICENCE,
    REFUSED,
    REGISTRATION,
    ServiceBehaviour,
)
from simulation.working_calendar import EPOCH, day_number, month_numbers
from simulation.world import LAST_DAY, OTHERS_FROM, World, years_from

PASSED = "passed"
# Who passed so many days before the demo's first one may still come for the licence in it.
EARLIER_PASSES = timedelta(days=30)


@dataclass
class Requests:
    """Applications as parallel arrays (n,): codes of `behaviour`, indices, day numbers; `MISSING` where there is none.

    `applicant` is a personal number as a whole number, `attempt` a row of the passed practical attempts. `papers`
    numbers the certificates: whoever comes again brings the same ones.
    """

    service: Ints
    centre: Ints
    day: Ints
    applicant: Ints
    attempt: Ints
    status: Ints
    foreign_poa: Bools
    papers: Ints

    def __len__(self) -> int:
        """Number of applications."""
        return len(self.service)

    def take(self, rows: Ints | Bools) -> "Requests":
        """The applications of these rows."""
        return Requests(*(getattr(self, f.name)[rows] for f in fields(self)))


def passed_attempts(practical: pl.DataFrame) -> pl.DataFrame:
    """The passed practical attempts that may lead to a licence in the demo's years."""
    return practical.filter(
        pl.col("result") == PASSED, pl.col("started_at").dt.date() >= OTHERS_FROM - EARLIER_PASSES
    ).select("attempt_id", "candidate_iin", "centre_code", "started_at", "driving_school")


def draw_requests(
    rng: np.random.Generator, world: World, behaviour: ServiceBehaviour, attempts: pl.DataFrame
) -> Requests:
    """All applications of the demo, in no order; `attempts` as `passed_attempts` gives them."""
    licences = _licences(rng, world, behaviour, attempts)
    others = _others(rng, world, behaviour, attempts)
    requests = _joined(licences, others)
    requests.papers = np.arange(len(requests))
    _decide(rng, world, behaviour, requests)
    return _joined(requests, _second_visits(rng, world, behaviour, requests))


def _joined(*parts: Requests) -> Requests:
    return Requests(*(np.concatenate([getattr(part, f.name) for part in parts]) for f in fields(Requests)))


def _undecided(service: Ints, centre: Ints, day: Ints, applicant: Ints, attempt: Ints) -> Requests:
    n = len(service)
    zeros = np.zeros(n, dtype=np.int64)
    return Requests(service, centre, day, applicant, attempt, zeros, np.zeros(n, dtype=bool), zeros)


def _licences(rng: np.random.Generator, world: World, behaviour: ServiceBehaviour, attempts: pl.DataFrame) -> Requests:
    """Those who passed come for their licence some days later, nearly all where they passed."""
    rows = np.flatnonzero(rng.random(attempts.height) < behaviour.licence_after_pass)
    index = {code: position for position, code in enumerate(world.centres.code)}
    centre = attempts["centre_code"].replace_strict(index, return_dtype=pl.Int64).to_numpy()[rows]
    centre = np.where(rng.random(len(rows)) < behaviour.licence_elsewhere, _neighbours(rng, world, centre), centre)
    sat = (attempts["started_at"].dt.date() - EPOCH).dt.total_days().to_numpy()[rows]
    least, more = behaviour.licence_gap
    day = sat + least + rng.exponential(more, len(rows)).astype(np.int64)
    applicant = attempts["candidate_iin"].cast(pl.Int64).to_numpy()[rows]
    licences = _undecided(np.full(len(rows), LICENCE), centre, _workday(world, day, centre), applicant, rows)
    return licences.take(_inside(licences.day))


def _neighbours(rng: np.random.Generator, world: World, centre: Ints) -> Ints:
    """A registered centre of the same region for each centre."""
    other = centre.copy()
    for region in range(len(world.regions)):
        here = np.flatnonzero(world.centres.region[centre] == region)
        other[here] = rng.choice(world.centres.of_region(region), len(here))
    return other


def _others(rng: np.random.Generator, world: World, behaviour: ServiceBehaviour, attempts: pl.DataFrame) -> Requests:
    """All other services, asked for by newcomers, by people who came before, and by new drivers."""
    days = np.arange(day_number(OTHERS_FROM), day_number(LAST_DAY) + 1)
    weight = (
        np.array(behaviour.season)[month_numbers(days) % 12]
        * np.array(behaviour.weekdays)[world.calendar.weekday[days]]
    )
    weight = weight * (1 + behaviour.yearly_growth) ** ((days - days[0]) / 365.25)
    n = behaviour.others_a_year * len(years_from(OTHERS_FROM))
    size = world.centres.size
    centre = rng.choice(len(size), n, p=size)
    day = _workday(world, rng.choice(days, n, p=weight / weight.sum()), centre)
    service = rng.choice(list(behaviour.others), n, p=list(behaviour.others.values()))
    kind = rng.random(n)
    is_new = kind >= behaviour.came_before + behaviour.passed_an_exam
    applicant = np.zeros(n, dtype=np.int64)
    applicant[is_new] = world.numbers.issue(rng.uniform(18, 72, int(is_new.sum())), OTHERS_FROM)
    candidates = attempts["candidate_iin"].cast(pl.Int64).to_numpy()
    applicant[~is_new] = np.where(
        kind[~is_new] < behaviour.came_before,
        rng.choice(applicant[is_new], int((~is_new).sum())),
        rng.choice(candidates, int((~is_new).sum())),
    )
    applicant[rng.random(n) < behaviour.no_number] = MISSING
    others = _undecided(service, centre, day, applicant, np.full(n, MISSING))
    return others.take(_inside(others.day))


def _workday(world: World, day: Ints, centre: Ints) -> Ints:
    return world.calendar.next_working(day, world.centres.saturdays[centre])


def _inside(day: Ints) -> Bools:
    inside: Bools = (day >= day_number(OTHERS_FROM)) & (day <= day_number(LAST_DAY))
    return inside


def _decide(rng: np.random.Generator, world: World, behaviour: ServiceBehaviour, requests: Requests) -> None:
    """Give each application its outcome; regions differ in how readily they refuse."""
    n = len(requests)
    region = world.centres.region[requests.centre]
    regions = len(world.regions)
    strictness = rng.lognormal(0.0, behaviour.refusal_spread, regions)
    chance = np.array(behaviour.refused)[requests.service] * strictness[region]
    requests.foreign_poa = (rng.random(n) < behaviour.foreign_poa) & np.isin(
        requests.service, (REGISTRATION, DEREGISTRATION)
    )
    chance = np.where(requests.foreign_poa, _of_region(rng, behaviour.foreign_poa_refused, regions)[region], chance)
    draw = rng.random(n)
    requests.status = np.where(
        draw < chance, REFUSED, np.where(draw > 1 - behaviour.cancelled, CANCELLED, COMPLETED)
    ).astype(np.int64)


def _of_region(rng: np.random.Generator, bounds: tuple[float, float], regions: int) -> Floats:
    return rng.uniform(*bounds, regions)


def _second_visits(rng: np.random.Generator, world: World, behaviour: ServiceBehaviour, requests: Requests) -> Requests:
    """Who was refused or gave up comes again some days later with the same papers, and gets it done."""
    failed = (requests.status != COMPLETED) & (rng.random(len(requests)) < behaviour.comes_again)
    again = requests.take(failed)
    least, more = behaviour.comes_again_gap
    wait = least + rng.exponential(more, len(again)).astype(np.int64)
    again.day = _workday(world, again.day + wait, again.centre)
    again.status = np.full(len(again), COMPLETED)
    return again.take(_inside(again.day))
