"""Who may read each mart, by which columns it is found: marts.csv, and what holds for a mart that is not in it."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

CATALOGUE = Path(__file__).with_name("marts.csv")
REGION_COLUMN = "region_code"


class Readers(StrEnum):
    """Who reads a mart in the serving copy."""

    EVERYBODY = "everybody"  # catalogues, without rows about people or regions
    REGION = "region"  # head office all rows, an analyst of a region those of the region
    HEAD_OFFICE = "head_office"  # head office alone


@dataclass(frozen=True)
class Entry:
    """What the catalogue says of a mart; its defaults are what holds for a mart that nobody has classified."""

    readers: Readers = Readers.HEAD_OFFICE
    key: tuple[str, ...] = ()
    filters: tuple[tuple[str, ...], ...] = ()


def load_catalogue() -> dict[str, Entry]:
    """The entries by mart."""
    with CATALOGUE.open(encoding="utf-8", newline="") as file:
        return dict(_entries(csv.DictReader(file)))


def _entries(rows: Iterator[dict[str, str]]) -> Iterator[tuple[str, Entry]]:
    for row in rows:
        filters = tuple(tuple(columns.split()) for columns in row["filters"].split(";") if columns)
        yield row["mart"], Entry(Readers(row["readers"]), tuple(row["key"].split()), filters)
