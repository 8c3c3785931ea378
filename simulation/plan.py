"""Which source is delivered in which files and how: several deliveries a source, as different systems write them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import polars as pl

from orchestration.contract import load_contract
from simulation.deliveries import DOTTED_DATES, Delivery, Style
from simulation.reference import default_timezone
from simulation.spellings import spell_regions
from simulation.working_calendar import months_between
from simulation.world import EXAMS_FROM, LAST_DAY, OTHERS_FROM, World

# Native spreadsheets of central departments, a Windows system with Russian letters only, one with Kazakh ones too.
NATIVE = Style()
WINDOWS_RUSSIAN = Style(dates=DOTTED_DATES, separator=";", encoding="cp1251", decimal_comma=True)
WINDOWS_KAZAKH = Style(dates=DOTTED_DATES, separator=";", encoding="kz1048", decimal_comma=True)
DOTTED = Style(dates=DOTTED_DATES, separator=";", decimal_comma=True)
SHOUTING_TABS = Style(separator="\t", upper_header=True)
YES_NO = Style(booleans=("иә", "жоқ"))
DA_NET = Style(dates=DOTTED_DATES, separator=";", booleans=("да", "нет"), encoding="utf-8-sig")


@dataclass(frozen=True)
class Phase:
    """From `start` on a source's months come with this ending and style."""

    start: date
    ending: str
    style: Style


MONTHLY_PHASES = {
    "theory_exams": (
        Phase(EXAMS_FROM, ".csv.gz", NATIVE),
        Phase(date(2024, 1, 1), ".jsonl.gz", Style(offset="utc")),
        Phase(date(2024, 4, 1), ".csv", DOTTED),
        Phase(date(2025, 1, 1), ".parquet", NATIVE),
    ),
    "practical_exams": (
        Phase(EXAMS_FROM, ".parquet", NATIVE),
        Phase(date(2024, 1, 1), ".csv.gz", Style(offset="local", reversed_columns=True)),
        Phase(date(2024, 4, 1), ".csv.gz", DOTTED),
        Phase(date(2025, 1, 1), ".tsv", SHOUTING_TABS),
        Phase(date(2025, 10, 1), ".parquet", NATIVE),
    ),
    "service_applications": (
        Phase(OTHERS_FROM, ".jsonl.gz", Style(offset="utc")),
        Phase(date(2024, 4, 1), ".csv.gz", replace(DOTTED, booleans=("1", "0"))),
        Phase(date(2025, 1, 1), ".parquet", NATIVE),
        Phase(date(2025, 7, 1), ".csv", YES_NO),
    ),
    "vehicle_registrations": (
        Phase(OTHERS_FROM, ".csv", Style(offset="local")),
        Phase(date(2024, 4, 1), ".tsv", replace(SHOUTING_TABS, booleans=("да", "нет"))),
        Phase(date(2025, 1, 1), ".parquet", NATIVE),
        Phase(date(2025, 10, 1), ".jsonl.gz", NATIVE),
    ),
    "treasury_receipts": (
        Phase(OTHERS_FROM, ".csv.gz", DOTTED),
        Phase(date(2025, 1, 1), ".parquet", NATIVE),
    ),
}


def monthly_deliveries(world: World, source: str, frame: pl.DataFrame) -> Iterator[Delivery]:
    """One delivery a month of a source that `MONTHLY_PHASES` knows."""
    phases = MONTHLY_PHASES[source]
    monthly = {
        key[0]: part
        for key, part in frame.with_columns(_clock(source).dt.truncate("1mo").alias("month"))
        .partition_by("month", as_dict=True, include_key=False, maintain_order=True)
        .items()
    }
    for month in months_between(phases[0].start, LAST_DAY):
        phase = [p for p in phases if p.start <= month][-1]
        part = monthly[month]
        zones = _zones(world, part) if phase.style.offset else None
        yield Delivery(source, f"{source}_{month:%Y-%m}{phase.ending}", part, phase.style, zones)


def _clock(source: str) -> pl.Expr:
    clock = load_contract()[source].clock
    if clock is None:
        raise ValueError(f"{source} has no clock: it cannot be cut by time")
    return pl.col(clock.name).cast(pl.Date)


def _zones(world: World, frame: pl.DataFrame) -> pl.Series:
    """Each row's zone: that of its region, of its centre in sources without a region."""
    if "region" in frame.columns:
        by_region = {r.code: r.timezone for r in world.regions}
        return frame["region"].replace_strict(by_region, default=default_timezone())
    registered = range(world.centres.registered)
    by_centre = {world.centres.code[c]: world.regions[world.centres.region[c]].timezone for c in registered}
    return frame["centre_code"].replace_strict(by_centre, default=default_timezone())


@dataclass(frozen=True)
class Slice:
    """One file of a smaller source: the rows whose clock lies in [start, end), the file's ending and style."""

    start: date
    end: date
    ending: str
    style: Style = NATIVE


SLICES = {
    "court_cases": (
        Slice(date(2024, 1, 1), date(2025, 1, 1), ".csv", WINDOWS_RUSSIAN),
        Slice(date(2025, 1, 1), date(2026, 1, 1), ".xlsx"),
    ),
    "eotinish_appeals": (
        Slice(date(2022, 1, 1), date(2023, 1, 1), ".csv", DA_NET),
        Slice(date(2023, 1, 1), date(2024, 1, 1), ".xlsx", Style(iin_as_number=True)),
        Slice(date(2024, 1, 1), date(2024, 4, 1), ".jsonl", Style(offset="local")),
        Slice(date(2024, 4, 1), date(2025, 1, 1), ".csv.gz", YES_NO),
        Slice(date(2025, 1, 1), date(2025, 7, 1), ".jsonl.gz", NATIVE),
        Slice(date(2025, 7, 1), date(2026, 1, 1), ".parquet"),
    ),
    "smart_data_ukimet_monthly": (
        Slice(date(2022, 1, 1), date(2024, 1, 1), ".xlsx"),
        Slice(date(2024, 1, 1), date(2025, 1, 1), ".csv", WINDOWS_KAZAKH),
        Slice(date(2025, 1, 1), date(2026, 1, 1), ".parquet"),
    ),
    "media_mentions": (
        Slice(date(2024, 1, 1), date(2025, 1, 1), ".jsonl"),
        Slice(date(2025, 1, 1), date(2025, 7, 1), ".csv", Style(encoding="utf-8-sig")),
        Slice(date(2025, 7, 1), date(2026, 1, 1), ".jsonl.gz"),
    ),
    "disciplinary_records": (
        Slice(date(2024, 1, 1), date(2025, 1, 1), ".xlsx"),
        Slice(date(2025, 1, 1), date(2026, 1, 1), ".tsv", Style(dates=DOTTED_DATES, separator="\t")),
    ),
    "hotline_reports": (
        Slice(date(2024, 1, 1), date(2025, 1, 1), ".jsonl", Style(offset="local")),
        Slice(date(2025, 1, 1), date(2026, 1, 1), ".xlsx"),
    ),
    "conflict_of_interest_declarations": (
        Slice(date(2024, 1, 1), date(2025, 1, 1), ".csv", DA_NET),
        Slice(date(2025, 1, 1), date(2026, 1, 1), ".xlsx"),
    ),
    "training_records": (
        Slice(date(2024, 1, 1), date(2025, 1, 1), ".csv", DOTTED),
        Slice(date(2025, 1, 1), date(2025, 7, 1), ".xlsx"),
        Slice(date(2025, 7, 1), date(2026, 1, 1), ".parquet"),
    ),
    "audit_findings": (
        Slice(date(2024, 1, 1), date(2025, 1, 1), ".csv", WINDOWS_RUSSIAN),
        Slice(date(2025, 1, 1), date(2026, 1, 1), ".xlsx"),
    ),
    "violations": (
        Slice(date(2024, 1, 1), date(2025, 1, 1), ".tsv", SHOUTING_TABS),
        Slice(date(2025, 1, 1), date(2026, 1, 1), ".csv", Style(encoding="utf-8-sig")),
    ),
    "criminal_cases": (
        Slice(date(2024, 1, 1), date(2025, 1, 1), ".xlsx"),
        Slice(date(2025, 1, 1), date(2026, 1, 1), ".csv", replace(WINDOWS_KAZAKH, booleans=("да", "нет"))),
    ),
    "control_checks": (
        Slice(date(2024, 1, 1), date(2025, 1, 1), ".jsonl"),
        Slice(date(2025, 1, 1), date(2026, 1, 1), ".csv", DOTTED),
    ),
    "system_incidents": (
        Slice(date(2024, 1, 1), date(2024, 7, 1), ".jsonl.gz", Style(offset="utc")),
        Slice(date(2024, 7, 1), date(2025, 7, 1), ".csv", DOTTED),
        Slice(date(2025, 7, 1), date(2026, 1, 1), ".parquet"),
    ),
    "recommendation_actions": (
        Slice(date(2025, 1, 1), date(2025, 7, 1), ".xlsx"),
        Slice(date(2025, 7, 1), date(2026, 1, 1), ".csv", DOTTED),
    ),
}
REGISTERS = ("centres", "employees", "declared_relatives")


def deliveries_of(world: World, source: str, frame: pl.DataFrame) -> Iterable[Delivery]:
    """The files of a source, by what it is: a log delivered by the month, a register, or a smaller source."""
    rng = world.rng(f"deliveries of {source}")
    if source in MONTHLY_PHASES:
        return monthly_deliveries(world, source, frame)
    if source in REGISTERS:
        return register_deliveries(rng, source, frame)
    return sliced_deliveries(rng, world, source, frame)


def sliced_deliveries(rng: np.random.Generator, world: World, source: str, frame: pl.DataFrame) -> list[Delivery]:
    """The files of a smaller source, regions as people write them."""
    clock = _clock(source)
    deliveries = []
    for piece in SLICES[source]:
        part = frame.filter(clock >= piece.start, clock < piece.end)
        zones = _zones(world, part) if piece.style.offset else None
        if "region" in part.columns:
            part = part.with_columns(spell_regions(rng, part["region"], _letters(piece.style)))
        name = f"{source}_{piece.start:%Y-%m}{piece.ending}"
        deliveries.append(Delivery(source, name, part, piece.style, zones))
    return deliveries


def register_deliveries(rng: np.random.Generator, source: str, frame: pl.DataFrame) -> list[Delivery]:
    """A register as one file: centres with a column too many, employees from Windows, relatives with bare numbers."""
    if source == "centres":
        frame = frame.with_columns(spell_regions(rng, frame["region"], "utf-8"), pl.lit("").alias("comment"))
        return [Delivery(source, "centres_register.xlsx", frame, extra=("comment",))]
    if source == "declared_relatives":
        return [Delivery(source, "declared_relatives_2025-12-31.xlsx", frame, Style(iin_as_number=True))]
    spelled = frame.with_columns(spell_regions(rng, frame["region"], _letters(WINDOWS_KAZAKH)))
    return [Delivery(source, "employees_2025-12-31.csv", spelled, WINDOWS_KAZAKH)]


def _letters(style: Style) -> str:
    return style.encoding
