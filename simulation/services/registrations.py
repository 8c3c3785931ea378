"""Entries of the vehicle register: whatever application for one was completed. Fees belong in `fees`."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from simulation.arrays import Bools, Floats, Ints
from simulation.columns import present
from simulation.services.behaviour import COMPLETED, REGISTERING, SERVICES, STATUSES, ServiceBehaviour, ServiceSchemes
from simulation.world import World

MAKERS = ("XTA", "JTD", "KMH", "WVW", "LB3", "X9F", "Z94", "XWE", "WDB", "KNA")
LETTERS = "ABCDEFGHKLMNPRSTVXYZ"
ATTRACTIVE_NUMBERS = ("001", "007", "100", "111", "222", "333", "444", "500", "555", "666", "700", "777", "888", "999")
MODEL_YEARS, USUAL_AGE = (1988, 0), 9.0


@dataclass(frozen=True)
class Registrations:
    """Entries by `registered_at`, contract columns but those about fees; `primary` ones pay the first-time duty."""

    frame: pl.DataFrame
    region: Ints
    primary: Bools
    age: Ints
    truth: dict[str, object]


def build_registrations(
    world: World, applications: pl.DataFrame, behaviour: ServiceBehaviour, schemes: ServiceSchemes
) -> Registrations:
    """An entry for each completed application of a registering service, at the moment it was closed."""
    rng = world.rng("vehicle registrations")
    done = applications.filter(
        pl.col("status") == STATUSES[COMPLETED], pl.col("service").is_in([SERVICES[s] for s in REGISTERING])
    ).sort("closed_at", "application_id")
    n = done.height
    index = {code: position for position, code in enumerate(world.centres.code)}
    centre = done["centre_code"].replace_strict(index, return_dtype=pl.Int64).to_numpy()
    region = world.centres.region[centre]
    year = done["closed_at"].dt.year().cast(pl.Int64).to_numpy()
    imported = rng.random(n) < behaviour.imported
    foreign = imported & (rng.random(n) < behaviour.foreign_documents)
    unverified = rng.random(n) < rng.uniform(*behaviour.unverified, len(world.regions))[region]
    built = np.maximum(MODEL_YEARS[0], year - rng.exponential(USUAL_AGE, n).astype(np.int64))
    declared, altering = _declared_years(rng, behaviour, schemes, centre, built, year, imported)
    attractive, giver = _attractive(rng, behaviour, schemes, world, done, region)
    frame = pl.DataFrame(
        {
            "application_id": present(done["application_id"], rng.random(n) >= behaviour.no_application),
            "registered_at": done["closed_at"],
            "centre_code": done["centre_code"],
            "employee_id": done["employee_id"],
            "vin": _vins(rng, n, behaviour.same_vehicle),
            "plate": _plates(rng, attractive, region),
            "attractive_plate": attractive,
            "owner_iin": present(done["applicant_iin"], rng.random(n) >= behaviour.no_owner),
            "foreign_documents": foreign,
            "foreign_documents_verified": present(pl.Series(~unverified), foreign),
            "declared_year": present(pl.Series(declared), rng.random(n) >= behaviour.no_declared_year),
            "customs_year": present(pl.Series(built), imported),
        }
    )
    year_of = pl.col("registered_at").dt.year()
    number = pl.int_range(1, pl.len() + 1).over(year_of).cast(pl.String).str.zfill(7)
    return Registrations(
        frame.select(pl.format("VR-{}-{}", year_of, number).alias("registration_id"), pl.all()),
        region,
        imported & (rng.random(n) < behaviour.first_registration),
        year - declared,
        {
            "altered_years": {"centre_code": world.centres.code[altering]},
            "attractive_plates": {"employee_id": giver},
        },
    )


def _declared_years(
    rng: np.random.Generator,
    behaviour: ServiceBehaviour,
    schemes: ServiceSchemes,
    centre: Ints,
    built: Ints,
    year: Ints,
    imported: Bools,
) -> tuple[Ints, int]:
    """Years as declared; imported vehicles are made younger than customs know them, often at one planted centre."""
    busiest = np.argsort(-np.bincount(centre), kind="stable")[:20]
    planted = int(rng.choice(busiest))
    chance = np.where(centre == planted, schemes.altered_share, behaviour.year_altered)
    can = imported & (built < year)
    altered = can & (rng.random(len(built)) < chance)
    younger = np.minimum(built + rng.integers(1, 5, len(built)), year)
    return np.where(altered, younger, built), planted


def _attractive(
    rng: np.random.Generator,
    behaviour: ServiceBehaviour,
    schemes: ServiceSchemes,
    world: World,
    done: pl.DataFrame,
    region: Ints,
) -> tuple[Bools, str]:
    """Attractive plates: rare, but one employee of a planted region gives out many of its."""
    planted = int(rng.integers(0, len(world.regions)))
    own = done.filter(pl.Series(region == planted), pl.col("employee_id").is_not_null())
    counts = own["employee_id"].value_counts().sort(["count", "employee_id"], descending=[True, False])
    giver: str = counts.item(0, "employee_id")
    chance: Floats = np.where(
        (done["employee_id"] == giver).fill_null(False).to_numpy(), schemes.attractive_share, behaviour.attractive
    )
    attractive: Bools = rng.random(done.height) < chance
    return attractive, giver


def _vins(rng: np.random.Generator, n: int, again: float) -> pl.Series:
    """Identification numbers of 17 characters; some vehicles come twice."""
    serial = 10_000_000 + np.arange(n)
    repeated = np.flatnonzero(rng.random(n) < again)
    serial[repeated] = 10_000_000 + rng.integers(0, np.maximum(repeated, 1))
    # Maker and model hang on the serial number, so that a vehicle that comes again keeps its number.
    maker = pl.Series("maker", list(MAKERS)).gather(serial % len(MAKERS))
    model = pl.Series("model", list(LETTERS)).gather(serial // 7 % len(LETTERS))
    tail = pl.Series("serial", serial).cast(pl.String)
    return pl.select(pl.format("{}{}21FA0{}", maker, model, tail)).to_series()


def _plates(rng: np.random.Generator, attractive: Bools, region: Ints) -> pl.Series:
    """Three digits, three letters and the region's number; the digits of attractive plates are such."""
    n = len(attractive)
    plain_numbers = [f"{k:03d}" for k in range(1, 1_000) if f"{k:03d}" not in ATTRACTIVE_NUMBERS]
    plain, fancy = (
        pl.Series("digits", list(numbers)).gather(rng.integers(0, len(numbers), n))
        for numbers in (plain_numbers, ATTRACTIVE_NUMBERS)
    )
    letters = [pl.Series(f"letter{k}", list(LETTERS)).gather(rng.integers(0, len(LETTERS), n)) for k in range(3)]
    number = pl.Series("region", region + 1).cast(pl.String).str.zfill(2)
    digits = pl.select(pl.when(pl.Series(attractive)).then(fancy).otherwise(plain)).to_series()
    return pl.select(pl.concat_str([digits, *letters, number])).to_series()
