"""Applications, registrations and receipts put together."""

from dataclasses import dataclass

import polars as pl

from simulation.arrays import Ints
from simulation.compliance import Compliance
from simulation.services.applications import build_applications
from simulation.services.behaviour import ServiceBehaviour, ServiceSchemes
from simulation.services.fees import build_fees
from simulation.services.registrations import build_registrations
from simulation.staff import Staff
from simulation.world import World


@dataclass(frozen=True)
class Services:
    """A frame per source name (contract columns, civil datetimes), and what was planted."""

    frames: dict[str, pl.DataFrame]
    truth: dict[str, object]


def build_services(
    world: World, staff: Staff, compliance: Compliance, practical: pl.DataFrame, outages: Ints
) -> Services:
    """The three sources; `practical` is the practical exam log, `outages` (k, 2) seconds of nation-wide outages."""
    behaviour, schemes = ServiceBehaviour(), ServiceSchemes()
    applications = build_applications(world, staff, compliance, practical, outages, behaviour, schemes)
    registered = build_registrations(world, applications.frame, behaviour, schemes)
    fees = build_fees(world, registered, behaviour, schemes)
    return Services(
        {
            "service_applications": applications.frame,
            "vehicle_registrations": fees.registrations,
            "treasury_receipts": fees.receipts,
        },
        {**applications.truth, **registered.truth, **fees.truth},
    )
