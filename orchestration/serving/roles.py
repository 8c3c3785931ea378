"""The names of the serving copy's roles and schemas. No I/O but reading the seed of regions."""

import csv

from orchestration.publish import SCHEMA
from orchestration.settings import PROJECT_DIR

PUBLISHER = "tauekel_publisher"
READER = "tauekel_reader"
HEAD_OFFICE = "tauekel_head_office"
STAGING_SCHEMA = f"{SCHEMA}_staging"
# Who holds its lock publishes; a table of its own, because any reader could take an advisory lock.
PUBLICATION_LOCK = "publication_lock"
# The regions of the reader who asks; the row-level policies ask it too.
MY_REGIONS = "my_regions"
REGIONS = PROJECT_DIR / "seeds" / "regions.csv"
TYPES_OF_REGIONS = {"region", "city"}


def load_regions() -> list[str]:
    """The codes of the regions that have analysts: neither KZ nor HQ nor unknown, those are head office's."""
    with REGIONS.open(encoding="utf-8", newline="") as file:
        return [row["region_code"] for row in csv.DictReader(file) if row["type"] in TYPES_OF_REGIONS]


def region_role(region_code: str) -> str:
    """The role whose members see the rows of a region: KZ-75 has tauekel_region_kz_75."""
    return "tauekel_region_" + region_code.lower().replace("-", "_")
