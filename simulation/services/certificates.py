"""Numbers of medical and training certificates: each person's own, some missing, some planted ones used by many."""

import numpy as np
import polars as pl

from simulation.arrays import Bools, Ints
from simulation.columns import MISSING, present
from simulation.services.behaviour import COMPLETED, LICENCE, OTHER, ServiceBehaviour, ServiceSchemes
from simulation.services.requests import Requests
from simulation.world import World

MEDICAL_PREFIX, TRAINING_PREFIX = "МС", "СО"


def medical_certificates(
    rng: np.random.Generator, world: World, behaviour: ServiceBehaviour, schemes: ServiceSchemes, requests: Requests
) -> tuple[pl.Series, dict[str, object]]:
    """Numbers of all licence applications and some others; at one planted centre many applicants share a few."""
    needed = requests.service == LICENCE
    asked = (requests.service == OTHER) & (rng.random(len(requests)) < behaviour.other_with_medical)
    lacking = _lacking(rng, world, behaviour.no_medical, requests)
    here = needed & ~lacking
    centre = _busiest(world, requests, here)
    pool = np.flatnonzero(_reusable(requests, here) & (requests.centre == centre))
    number, rows = _shared(rng, requests.papers, pool, schemes.medical_numbers, schemes.medical_applications)
    scheme: dict[str, object] = {
        "centre_code": world.centres.code[centre],
        "certificates": schemes.medical_numbers,
        "applications": len(rows),
    }
    return _text(MEDICAL_PREFIX, number, (needed & ~lacking) | asked), scheme


def training_certificates(
    rng: np.random.Generator,
    world: World,
    behaviour: ServiceBehaviour,
    schemes: ServiceSchemes,
    requests: Requests,
    school: pl.Series,
) -> tuple[pl.Series, dict[str, object]]:
    """Numbers of all licence applications; one planted school gives several graduates the same number."""
    needed = requests.service == LICENCE
    lacking = _lacking(rng, world, behaviour.no_training, requests)
    usable = _reusable(requests, needed & ~lacking)
    graduates = (
        school.filter(pl.Series(usable))
        .drop_nulls()
        .value_counts()
        .filter(pl.col("count") >= 2 * schemes.training_applications)
    )
    names = graduates[school.name].sort().to_list()
    mill = names[int(rng.integers(0, len(names)))]
    pool = np.flatnonzero(usable & (school == mill).fill_null(False).to_numpy())
    number, rows = _shared(rng, requests.papers, pool, schemes.training_numbers, schemes.training_applications)
    scheme: dict[str, object] = {
        "driving_school": mill,
        "certificates": schemes.training_numbers,
        "applications": len(rows),
    }
    return _text(TRAINING_PREFIX, number, needed & ~lacking), scheme


def _lacking(rng: np.random.Generator, world: World, bounds: tuple[float, float], requests: Requests) -> Bools:
    by_region = rng.uniform(*bounds, len(world.regions))
    lacking: Bools = rng.random(len(requests)) < by_region[world.centres.region[requests.centre]]
    return lacking


def _reusable(requests: Requests, having: Bools) -> Bools:
    """Completed licence applications of people who came once: what is planted on them touches nobody else."""
    once = np.bincount(requests.papers)[requests.papers] == 1
    usable: Bools = having & once & (requests.status == COMPLETED) & (requests.applicant != MISSING)
    return usable


def _busiest(world: World, requests: Requests, chosen: Bools) -> int:
    return int(np.argmax(np.bincount(requests.centre[chosen], minlength=len(world.centres.code))))


def _shared(rng: np.random.Generator, papers: Ints, pool: Ints, numbers: int, applications: int) -> tuple[Ints, Ints]:
    """The papers, those of `applications` rows of the pool replaced so that only `numbers` different ones are left."""
    rows = rng.choice(pool, applications, replace=False)
    shared = papers.copy()
    shared[rows] = papers[rows[np.arange(applications) % numbers]]
    return shared, rows


def _text(prefix: str, number: Ints, shown: Bools) -> pl.Series:
    digits = pl.Series("number", number).cast(pl.String).str.zfill(7)
    return present(pl.select(pl.format(f"{prefix}-{{}}", digits)).to_series(), shown)
