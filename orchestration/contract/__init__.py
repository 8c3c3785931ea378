"""The landing contract: the 22 sources, their columns and codes, read from `landing_contract.yml`.

This package only reads the contract. What a type means in SQL belongs in `orchestration.ingestion.typing`.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args

import yaml

CONTRACT_FILE = Path(__file__).with_name("landing_contract.yml")

ColumnType = Literal[
    "string",
    "integer",
    "decimal",
    "date",
    "timestamp",
    "boolean",
    "iin",
    "region",
    "code",
    "centre",
    "employee",
]


@dataclass(frozen=True)
class Column:
    """One column of a source, as the contract words it."""

    name: str
    type: ColumnType
    required: bool
    pii: bool
    clock: bool
    codes: tuple[str, ...]


@dataclass(frozen=True)
class Source:
    """One source system's delivery: its business key and its columns in the contract's order."""

    name: str
    system: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]

    @property
    def clock(self) -> Column | None:
        """The event time that puts a row into a period; registers have none."""
        return next((column for column in self.columns if column.clock), None)

    @property
    def is_personal(self) -> bool:
        """Whether its rows are about persons: it has columns that never leave raw in clear."""
        return any(column.pii for column in self.columns)

    def column(self, name: str) -> Column:
        """The column called `name`; KeyError when the source has none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(f"{self.name} has no column {name}")


def _column(name: str, fields: dict[str, Any]) -> Column:
    if fields["type"] not in get_args(ColumnType):
        raise ValueError(f"{CONTRACT_FILE.name}: column {name} has the unknown type {fields['type']!r}")
    return Column(
        name=name,
        type=fields["type"],
        required=fields.get("required", False),
        pii=fields.get("pii", False),
        clock=fields.get("clock", False),
        codes=tuple(fields.get("codes", ())),
    )


@cache
def load_contract(path: Path = CONTRACT_FILE) -> dict[str, Source]:
    """All sources by name, in the contract's order. ValueError when the file is not a contract."""
    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    sources: dict[str, Source] = {}
    for name, fields in document["sources"].items():
        source = Source(
            name=name,
            system=fields["system"],
            key=tuple(fields["key"]),
            columns=tuple(_column(column, spec) for column, spec in fields["columns"].items()),
        )
        for key_column in source.key:
            source.column(key_column)
        sources[name] = source
    return sources
