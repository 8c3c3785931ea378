"""Who served which application; and where employees served themselves or their relatives."""

from dataclasses import dataclass

import numpy as np

from simulation.arrays import Bools, Floats, Ints
from simulation.columns import MISSING
from simulation.compliance import Compliance
from simulation.services.behaviour import LICENCE, ServiceBehaviour, ServiceSchemes
from simulation.services.requests import Requests
from simulation.staff import Staff
from simulation.working_calendar import EPOCH
from simulation.world import World

SERVING_GROUP = "service_specialist"


def assign_employees(
    rng: np.random.Generator, world: World, behaviour: ServiceBehaviour, staff: Staff, requests: Requests
) -> Ints:
    """The employee's row in the staff for each application: a specialist of the centre who has not left by then."""
    employee = np.full(len(requests), MISSING)
    left_on = (staff.frame["left_on"].to_numpy().astype("datetime64[D]") - np.datetime64(EPOCH, "D")).astype(np.int64)
    stays = staff.frame["left_on"].is_null().to_numpy()
    order = np.argsort(requests.centre, kind="stable")
    for rows in np.split(order, np.flatnonzero(np.diff(requests.centre[order])) + 1):
        centre = int(requests.centre[rows[0]])
        if centre == world.centres.registered:
            continue
        team = staff.rows(centre, SERVING_GROUP)
        employee[rows] = _pick(rng, team, rng.gamma(2.5, 1.0, len(team)), len(rows))
        gone = rows[~stays[employee[rows]] & (requests.day[rows] > left_on[employee[rows]])]
        remaining = team[stays[team]]
        employee[gone] = rng.choice(remaining, len(gone))
    employee[rng.random(len(requests)) < behaviour.no_employee] = MISSING
    return employee


def _pick(rng: np.random.Generator, team: Ints, weights: Floats, n: int) -> Ints:
    cumulative = np.cumsum(weights)
    picked: Ints = team[np.searchsorted(cumulative, rng.random(n) * cumulative[-1], side="right")]
    return picked


@dataclass
class Conflicts:
    """What was planted: applications by employee number, served for oneself and for a declared relative."""

    employees: list[dict[str, object]]


def plant_conflicts(
    rng: np.random.Generator,
    behaviour: ServiceBehaviour,
    schemes: ServiceSchemes,
    staff: Staff,
    compliance: Compliance,
    requests: Requests,
    employee: Ints,
) -> Conflicts:
    """Staff and relatives as applicants: most are served by colleagues, which is lawful, some are not.

    Only applications whose outcome hangs on no exam change their applicant.
    """
    own = staff.frame["iin"].cast(int).to_numpy()
    free = np.flatnonzero((requests.service != LICENCE) & (employee != MISSING) & (requests.applicant != MISSING))
    free = free[_visits_once(requests)[free]]
    _colleagues(rng, behaviour, staff, compliance, requests, employee, rng.permutation(free), own)
    return _own_affairs(rng, schemes, staff, compliance, requests, employee, free, own)


def _visits_once(requests: Requests) -> Bools:
    """Whether nobody came again with the application's papers: such pairs keep one applicant."""
    once: Bools = np.bincount(requests.papers)[requests.papers] == 1
    return once


def _colleagues(
    rng: np.random.Generator,
    behaviour: ServiceBehaviour,
    staff: Staff,
    compliance: Compliance,
    requests: Requests,
    employee: Ints,
    free: Ints,
    own: Ints,
) -> None:
    related = rng.integers(0, len(compliance.relative), behaviour.relatives_served)
    persons = rng.integers(0, staff.frame.height, behaviour.colleagues_served)
    whose = np.concatenate([compliance.relative_of[related], persons])
    numbers = np.concatenate([compliance.relative[related], own[persons]])
    rows = free[: len(numbers)]
    lawful = employee[rows] != whose
    requests.applicant[rows[lawful]] = numbers[lawful]


def _own_affairs(
    rng: np.random.Generator,
    schemes: ServiceSchemes,
    staff: Staff,
    compliance: Compliance,
    requests: Requests,
    employee: Ints,
    free: Ints,
    own: Ints,
) -> Conflicts:
    served = np.bincount(employee[free], minlength=staff.frame.height)
    kin = np.bincount(compliance.relative_of, minlength=staff.frame.height)
    able = np.flatnonzero((kin >= 2) & (served >= 100))
    chosen = np.sort(rng.choice(able, schemes.serving_employees, replace=False))
    even = np.full(len(chosen), 1.0 / len(chosen))
    for_self = rng.multinomial(schemes.self_services, even)
    for_kin = rng.multinomial(schemes.relative_services, even)
    planted: list[dict[str, object]] = []
    for who, self_count, kin_count in zip(chosen, for_self, for_kin, strict=True):
        rows = rng.choice(free[employee[free] == who], self_count + kin_count, replace=False)
        requests.applicant[rows[:self_count]] = own[who]
        relatives = compliance.relative[compliance.relative_of == who]
        requests.applicant[rows[self_count:]] = rng.choice(relatives, kin_count)
        planted.append(
            {"employee_id": staff.employee_id(int(who)), "self": int(self_count), "relatives": int(kin_count)}
        )
    return Conflicts(planted)
