"""What the simulation reads from the project's seeds, and its own picture of the regions.

Paths and reading only: what a figure constrains belongs in `targets`, what a day is in `working_calendar`.
"""

from dataclasses import dataclass
from pathlib import Path

import polars as pl

SEEDS = Path(__file__).resolve().parents[1] / "seeds"
REGION_PROFILES = Path(__file__).with_name("region_profiles.csv")
CENTRAL_OFFICE = "HQ"
COUNTRY = "KZ"


@dataclass(frozen=True)
class Region:
    """One of the 20 regions: its names, time zone and rough size."""

    code: str
    name_kk: str
    name_ru: str
    timezone: str
    population_thousands: int
    centres: int
    city_kk: str
    city_ru: str
    place_kk: str
    place_ru: str


def load_regions() -> list[Region]:
    """The 20 regions in the order of their codes: official names from the seed, sizes and word forms from here."""
    names = pl.read_csv(SEEDS / "regions.csv", infer_schema=False)
    profiles = pl.read_csv(REGION_PROFILES)
    joined = profiles.join(names, on="region_code", how="left", maintain_order="left", validate="1:1")
    return [
        Region(
            code=row["region_code"],
            name_kk=row["name_kk"],
            name_ru=row["name_ru"],
            timezone=row["timezone"],
            population_thousands=row["population_thousands"],
            centres=row["centres"],
            city_kk=row["city_kk"],
            city_ru=row["city_ru"],
            place_kk=row["place_kk"],
            place_ru=row["place_ru"],
        )
        for row in joined.iter_rows(named=True)
    ]


def default_timezone() -> str:
    """The IANA zone of records that belong to no region."""
    names = pl.read_csv(SEEDS / "regions.csv", infer_schema=False)
    zone: str = names.filter(pl.col("region_code") == CENTRAL_OFFICE).item(0, "timezone")
    return zone


def load_spellings() -> dict[str, list[str]]:
    """Region code -> the accepted spellings, in lower case with dots as spaces, as the seed lists them."""
    seed = pl.read_csv(SEEDS / "region_spellings.csv", infer_schema=False).sort("region_code", "spelling")
    return {
        str(code): group["spelling"].to_list() for (code,), group in seed.group_by(["region_code"], maintain_order=True)
    }


def load_calendar() -> pl.DataFrame:
    """The special days, columns date and kind; a day in the override seed wins."""
    columns = ["date", "kind"]
    calendar, overrides = (
        pl.read_csv(SEEDS / name, infer_schema=False).select(columns).with_columns(pl.col("date").str.to_date())
        for name in ("kz_calendar.csv", "kz_calendar_overrides.csv")
    )
    return pl.concat([calendar.join(overrides, on="date", how="anti"), overrides]).sort("date")


def load_figures() -> pl.DataFrame:
    """The memo's figures, all columns as text, with the section of each figure's metric."""
    metrics = pl.read_csv(SEEDS / "metrics.csv", infer_schema=False).select("metric_key", "section")
    figures = pl.read_csv(SEEDS / "memo_figures.csv", infer_schema=False)
    return figures.join(metrics, on="metric_key", how="left", maintain_order="left", validate="m:1")
