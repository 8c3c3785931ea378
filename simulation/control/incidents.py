"""Incidents of systems and devices. The nation-wide outages are the ones in which applications hang (`services`)."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from simulation.arrays import Ints
from simulation.columns import DAY, HOUR, MINUTE, MISSING, moments, named
from simulation.working_calendar import as_date, day_number
from simulation.world import LAST_DAY, OTHERS_FROM, World


@dataclass(frozen=True)
class Kind:
    """How often a kind occurs in both years together, how long it lasts (median hours), in which systems."""

    incidents: int
    hours: float
    systems: dict[str, float]


PROGRAMS = {"xkko_2": 0.45, "zhqe_3": 0.3, "avtodrom": 0.25}
KINDS = {
    "outage": Kind(230, 1.2, PROGRAMS),
    "defect": Kind(360, 5.0, PROGRAMS),
    "integration_failure": Kind(520, 2.0, {"integration": 1.0}),
    "third_party_device": Kind(170, 0.4, {"workstation": 1.0}),
    "metal_detector_off": Kind(240, 3.5, {"metal_detector": 1.0}),
    "video_outage": Kind(420, 2.5, {"video": 1.0}),
    "unauthorised_software": Kind(150, 24.0, {"workstation": 1.0}),
    "remote_access": Kind(90, 6.0, {"workstation": 1.0}),
    "unauthorised_hardware": Kind(110, 30.0, {"workstation": 1.0}),
}
NATIONAL_KIND, NATIONAL_SYSTEM, NATIONAL_OUTAGES, NATIONAL_HOURS = "outage", "xkko_2", 26, (1.0, 5.0)
DARK_KIND, DARK_SYSTEM, DARK_EVENINGS, DARK_HOURS = "video_outage", "video", 14, (1.5, 3.0)
SPREAD_OF_HOURS, UNKNOWN_SYSTEM, OPEN_SHARE = 0.8, 0.02, 0.008


@dataclass(frozen=True)
class Incidents:
    """The log (contract columns); start and end of each nation-wide outage in seconds; where evenings were dark."""

    frame: pl.DataFrame
    outages: Ints
    truth: dict[str, object]


def build_incidents(world: World, evening_centres: list[str]) -> Incidents:
    """All incidents; at `evening_centres`, where exams were held after closing, the cameras fail in the evening."""
    rng = world.rng("incidents")
    first, after = day_number(OTHERS_FROM), day_number(LAST_DAY) + 1
    workdays = first + np.flatnonzero(world.calendar.weekday_hours[first:after])
    parts = [_outages(rng, workdays)]
    outages = parts[0].select("start", "end").to_numpy()
    for name, kind in KINDS.items():
        n = kind.incidents
        start = rng.choice(workdays, n) * DAY + rng.integers(7 * HOUR, 20 * HOUR, n)
        lasted = np.maximum(kind.hours * rng.lognormal(0.0, SPREAD_OF_HOURS, n) * HOUR, MINUTE).astype(np.int64)
        system = rng.choice(list(kind.systems), n, p=list(kind.systems.values()))
        size = world.centres.size[: world.centres.registered]
        centre = rng.choice(len(size), n, p=size / size.sum())
        end = np.where(rng.random(n) < OPEN_SHARE, MISSING, start + lasted)
        parts.append(_part(start, end, centre, system.tolist(), name))
    codes = sorted(set(evening_centres))
    for code in codes:
        day = np.sort(rng.choice(workdays[workdays >= day_number(LAST_DAY.replace(month=1, day=1))], DARK_EVENINGS))
        centre = np.full(DARK_EVENINGS, world.centres.code.index(code))
        start = day * DAY + world.centres.closes[centre] * MINUTE + rng.integers(0, 20 * MINUTE, DARK_EVENINGS)
        end = start + (rng.uniform(*DARK_HOURS, DARK_EVENINGS) * HOUR).astype(np.int64)
        parts.append(_part(start, end, centre, [DARK_SYSTEM] * DARK_EVENINGS, DARK_KIND))
    all_parts = pl.concat(parts).sort("start", "kind", "centre", "system", maintain_order=True)
    # What began in the year's last hours may not be over yet.
    end = np.where(all_parts["end"].to_numpy() < after * DAY, all_parts["end"].to_numpy(), MISSING)
    known_system = all_parts["system"].set(pl.Series(rng.random(all_parts.height) < UNKNOWN_SYSTEM), None)
    frame = pl.DataFrame(
        {
            "incident_id": [f"INC-{number:05d}" for number in range(1, all_parts.height + 1)],
            "started_at": moments(all_parts["start"].to_numpy()),
            "ended_at": moments(end),
            "centre_code": named(world.centres.code, all_parts["centre"].to_numpy()),
            "system": known_system,
            "kind": all_parts["kind"],
        }
    )
    return Incidents(
        frame,
        outages,
        {
            "cameras_dark_in_the_evening": {"year": LAST_DAY.year, "centres": codes},
            "nation_wide_outages": [as_date(int(start) // DAY).isoformat() for start in np.sort(outages[:, 0])],
        },
    )


def _outages(rng: np.random.Generator, workdays: Ints) -> pl.DataFrame:
    n = NATIONAL_OUTAGES
    start = rng.choice(workdays, n, replace=False) * DAY + rng.integers(9 * HOUR, 15 * HOUR, n)
    end = start + (rng.uniform(*NATIONAL_HOURS, n) * HOUR).astype(np.int64)
    return _part(start, end, np.full(n, MISSING), [NATIONAL_SYSTEM] * n, NATIONAL_KIND)


def _part(start: Ints, end: Ints, centre: Ints, system: list[str], kind: str) -> pl.DataFrame:
    return pl.DataFrame(
        {"start": start, "end": end, "centre": centre, "system": system, "kind": [kind] * len(system)},
    )
