"""When applications were opened, hung, were resumed and closed: seconds since `EPOCH` in the centre's civil time."""

from dataclasses import dataclass

import numpy as np

from simulation.arrays import Bools, Ints
from simulation.columns import DAY, HOUR, MINUTE, MISSING
from simulation.services.behaviour import (
    DEVELOPER,
    IN_PROGRESS,
    LICENCE,
    OPERATOR,
    SUSPENDED,
    SYSTEM,
    ServiceBehaviour,
)
from simulation.services.requests import Requests
from simulation.working_calendar import day_number
from simulation.world import LAST_DAY, World

# The last application of a day is opened so long before closing.
LAST_OPENING = 70 * MINUTE
# Nothing is done so late that the clock change of 29 February 2024, at midnight, would make it ambiguous.
AFTER_HOURS = (10 * MINUTE, 150 * MINUTE)
HANGS_AFTER, FINISHED_AFTER = (2 * MINUTE, 20 * MINUTE), (2 * MINUTE, 20 * MINUTE)


@dataclass
class Clock:
    """Moments (n,), `MISSING` where there is none; `resumer` is a code of `behaviour.RESUMERS`."""

    opened: Ints
    closed: Ints
    suspended: Ints
    resumed: Ints
    resumer: Ints


def draw_clock(
    rng: np.random.Generator, world: World, behaviour: ServiceBehaviour, requests: Requests, outages: Ints
) -> Clock:
    """Times of all applications; sets the status of those that hang still, or are not done by the end of the demo."""
    n = len(requests)
    opens, closes = (h * MINUTE for h in world.centres.hours(world.calendar, requests.centre, requests.day))
    morning = rng.random(n) < 0.55
    moment = np.where(morning, rng.beta(1.8, 4.0, n), rng.beta(4.5, 2.8, n))
    opened = requests.day * DAY + opens + (moment * (closes - opens - LAST_OPENING)).astype(np.int64)
    clock = Clock(
        opened=opened,
        closed=_closed(rng, world, behaviour, requests, opened, requests.day * DAY + closes),
        suspended=np.full(n, MISSING),
        resumed=np.full(n, MISSING),
        resumer=np.full(n, MISSING),
    )
    _hang(rng, world, behaviour, requests, clock, outages)
    unfinished = clock.closed >= (day_number(LAST_DAY) + 1) * DAY
    clock.closed[unfinished] = MISSING
    requests.status[unfinished] = IN_PROGRESS
    return clock


def _closed(
    rng: np.random.Generator,
    world: World,
    behaviour: ServiceBehaviour,
    requests: Requests,
    opened: Ints,
    closing: Ints,
) -> Ints:
    n = len(requests)
    at_once = rng.random(n) < np.array(behaviour.at_once)[requests.service]
    minutes = 12 + rng.exponential(np.where(requests.service == LICENCE, 45.0, 30.0))
    same_day = np.minimum(opened + (minutes * MINUTE).astype(np.int64), closing - MINUTE)
    slowness = rng.uniform(*behaviour.licence_days, len(world.regions))[world.centres.region[requests.centre]]
    days = rng.exponential(np.where(requests.service == LICENCE, slowness, behaviour.other_days)).astype(np.int64)
    return np.where(at_once, same_day, _in_hours(rng, world, requests.day + 1 + days, requests.centre))


def _in_hours(rng: np.random.Generator, world: World, day: Ints, centre: Ints) -> Ints:
    """A moment within working time on each day, or on the next that is worked."""
    worked = world.calendar.next_working(day, world.centres.saturdays[centre])
    opens, closes = (h * MINUTE for h in world.centres.hours(world.calendar, centre, worked))
    within: Ints = worked * DAY + opens + (rng.random(len(day)) * (closes - opens)).astype(np.int64)
    return within


def _hang(
    rng: np.random.Generator,
    world: World,
    behaviour: ServiceBehaviour,
    requests: Requests,
    clock: Clock,
    outages: Ints,
) -> None:
    chance = np.where(_in_outage(clock.opened, outages), behaviour.hangs_in_outage, behaviour.hangs)
    rows = np.flatnonzero(rng.random(len(requests)) < chance)
    n = len(rows)
    centre, day = requests.centre[rows], requests.day[rows]
    suspended = clock.opened[rows] + rng.integers(*HANGS_AFTER, n)
    closing = day * DAY + world.centres.hours(world.calendar, centre, day)[1] * MINUTE
    resumer = rng.choice([OPERATOR, SYSTEM, DEVELOPER], n, p=list(behaviour.resumed_by))
    late = (resumer == DEVELOPER) & (rng.random(n) < behaviour.developer_after_hours)
    resumed = _in_hours(rng, world, day + 1, centre)
    resumed = np.where(resumer == SYSTEM, suspended + rng.integers(10 * MINUTE, 2 * HOUR, n), resumed)
    resumed = np.where(late, closing + rng.integers(*AFTER_HOURS, n), resumed)
    lost = (rng.random(n) < behaviour.never_resumed) | (resumed >= (day_number(LAST_DAY) + 1) * DAY)
    clock.suspended[rows] = suspended
    clock.resumed[rows] = np.where(lost, MISSING, resumed)
    clock.resumer[rows] = np.where(lost, MISSING, resumer)
    finished = resumed + rng.integers(*FINISHED_AFTER, n)
    clock.closed[rows] = np.where(lost, MISSING, np.maximum(clock.closed[rows], finished))
    requests.status[rows[lost]] = SUSPENDED


def _in_outage(opened: Ints, outages: Ints) -> Bools:
    """Whether each application was opened in one of the outages (k, 2), which do not overlap."""
    ordered = outages[np.argsort(outages[:, 0])]
    latest = np.searchsorted(ordered[:, 0], opened, side="right") - 1
    inside: Bools = (latest >= 0) & (opened < ordered[np.maximum(latest, 0), 1])
    return inside
