"""sections.yml as typed rows: what the note shows of each family of indicators."""

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import yaml

CATALOGUE = Path(__file__).with_name("sections.yml")


@dataclass(frozen=True)
class SectionPlan:
    """One section; the fields are explained in sections.yml."""

    key: str
    metrics: list[str]
    leads: list[str] = field(default_factory=list)
    breakdowns: list[tuple[str, str]] = field(default_factory=list)
    regions: list[list[str]] = field(default_factory=list)
    plot: tuple[str, str] | None = None
    explained: list[str] = field(default_factory=list)


@cache
def section_plans() -> tuple[SectionPlan, ...]:
    """The plans in the order of the note."""
    entries = yaml.safe_load(CATALOGUE.read_text(encoding="utf-8"))
    return tuple(SectionPlan(**entry) for entry in entries)
