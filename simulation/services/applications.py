"""The applications as «ХҚКО 2.0» holds them."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from simulation.arrays import Bools, Ints
from simulation.columns import MISSING, moments, named, present
from simulation.compliance import Compliance
from simulation.people import iin_text
from simulation.services.behaviour import (
    REFUSED,
    RESUMERS,
    SERVICES,
    STATUSES,
    ServiceBehaviour,
    ServiceSchemes,
)
from simulation.services.certificates import medical_certificates, training_certificates
from simulation.services.clock import draw_clock
from simulation.services.requests import draw_requests, passed_attempts
from simulation.services.serving import assign_employees, plant_conflicts
from simulation.staff import Staff
from simulation.world import World


@dataclass(frozen=True)
class Applications:
    """The log (contract columns, sorted by opening), and what was planted in it."""

    frame: pl.DataFrame
    truth: dict[str, object]


def build_applications(
    world: World,
    staff: Staff,
    compliance: Compliance,
    practical: pl.DataFrame,
    outages: Ints,
    behaviour: ServiceBehaviour,
    schemes: ServiceSchemes,
) -> Applications:
    """All applications; licences rest on passed attempts of `practical`, some hang in the `outages` (k, 2)."""
    rng = world.rng("service applications")
    attempts = passed_attempts(practical)
    requests = draw_requests(rng, world, behaviour, attempts)
    clock = draw_clock(rng, world, behaviour, requests, outages)
    order = np.lexsort((requests.papers, clock.opened))
    requests = requests.take(order)
    employee = assign_employees(rng, world, behaviour, staff, requests)
    conflicts = plant_conflicts(rng, behaviour, schemes, staff, compliance, requests, employee)
    school = named(attempts["driving_school"].to_list(), requests.attempt)
    medical, medical_scheme = medical_certificates(rng, world, behaviour, schemes, requests)
    training, training_scheme = training_certificates(rng, world, behaviour, schemes, requests, school)
    overridden, overrider = _overridden(rng, behaviour, schemes, employee)
    overturned = (
        rng.random(len(requests))
        < rng.uniform(*behaviour.overturned, len(world.regions))[world.centres.region[requests.centre]]
    )
    frame = pl.DataFrame(
        {
            "service": named(list(SERVICES), requests.service),
            "centre_code": named(world.centres.code, requests.centre),
            "employee_id": named(staff.frame["employee_id"].to_list(), employee),
            "applicant_iin": present(iin_text(requests.applicant), requests.applicant != MISSING),
            "opened_at": moments(clock.opened[order]),
            "closed_at": moments(clock.closed[order]),
            "status": named(list(STATUSES), requests.status),
            "refusal_overturned": present(pl.Series(overturned), requests.status == REFUSED),
            "medical_certificate": medical,
            "training_certificate": training,
            "driving_school": school,
            "manual_override": overridden,
            "suspended_at": moments(clock.suspended[order]),
            "resumed_at": moments(clock.resumed[order]),
            "resumed_by": named(list(RESUMERS), clock.resumer[order]),
            "foreign_power_of_attorney": requests.foreign_poa,
            "licence_attempt_id": named(attempts["attempt_id"].to_list(), requests.attempt),
        }
    )
    return Applications(
        _numbered(frame),
        {
            "self_and_relative_services": conflicts.employees,
            "medical_certificates_of_several": medical_scheme,
            "training_certificates_of_several": training_scheme,
            "manual_overrides": {"employee_id": staff.employee_id(overrider)},
        },
    )


def _overridden(
    rng: np.random.Generator, behaviour: ServiceBehaviour, schemes: ServiceSchemes, employee: Ints
) -> tuple[Bools, int]:
    """Steps corrected by hand: rarely, but often by one employee, the row of whom comes second."""
    served = np.bincount(employee[employee != MISSING])
    overrider = int(rng.choice(np.argsort(-served, kind="stable")[:50]))
    chance = np.where(employee == overrider, schemes.override_share, behaviour.manual_override)
    return rng.random(len(employee)) < chance, overrider


def _numbered(frame: pl.DataFrame) -> pl.DataFrame:
    year = pl.col("opened_at").dt.year()
    number = pl.int_range(1, pl.len() + 1).over(year).cast(pl.String).str.zfill(7)
    return frame.select(pl.format("XA-{}-{}", year, number).alias("application_id"), pl.all())
