"""Faults planted in the deliveries, all of kinds that the contract settles: the current rows stay what they were.

Each returns the deliveries with the fault in them and a description for the truth file.
"""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import polars as pl

from simulation.deliveries import Delivery, Patch, Style
from simulation.reference import CENTRAL_OFFICE, load_spellings
from simulation.world import World

CORRECTED = "_corrected"
WRONG_ROWS, BAD_ROWS, NEVER_MENDED, LATER_BAD_ROWS = 350, 60, 5, 8
ODD_CODES, ODD_REGIONS, NO_REGIONS = 30, 4, 3
UNKNOWN_REGION = "Семипалатинская область"


@dataclass(frozen=True)
class Fault:
    """One planted fault: where, how many rows, and what the warehouse has to make of it."""

    kind: str
    file: str
    rows: int
    expected: str


@dataclass(frozen=True)
class Bad:
    """A value that is not of its column's type; None empties a required column."""

    column: str
    text: str | None


@dataclass
class Faulty:
    """All deliveries and what was planted in them."""

    deliveries: list[Delivery]
    faults: list[Fault]
    copies: dict[str, str]
    strays: dict[str, bytes]


def plant_faults(world: World, deliveries: list[Delivery]) -> Faulty:
    """The deliveries with every kind of fault somewhere."""
    rng = world.rng("faults")
    faulty = Faulty(list(deliveries), [], {}, {})
    swapped = pl.col("result").replace({"passed": "failed", "failed": "passed"})
    wrong = {"result": swapped, "score": pl.lit(None)}
    _corrected_later(rng, faulty, "practical_exams_2024-09.csv.gz", wrong, Bad("score", "н/д"))
    shifted = {"amount_kzt": pl.col("amount_kzt") * 100}
    _corrected_later(rng, faulty, "treasury_receipts_2024-11.csv.gz", shifted, Bad("paid_on", "31.11.2024"))
    exam_values = [Bad("started_at", "14.06.2024"), Bad("candidate_iin", "О40101500123")]
    exam_values += [Bad("result", None), Bad("score", "отыз")]
    _quarantined_and_mended(rng, faulty, "theory_exams_2024-06.csv", exam_values, "attempt_id")
    entry_values = [Bad("registered_at", "2024-08-14"), Bad("declared_year", "2O15"), Bad("fee_due_kzt", "жоқ")]
    _quarantined_and_mended(rng, faulty, "vehicle_registrations_2024-08.tsv", entry_values, "registration_id")
    never_counted = "loaded, shown as unknown; never counted as an attempt"
    _unknown_codes(rng, faulty, "theory_exams_2025-07.parquet", "result", ("no_show", "on_review"), never_counted)
    shown = "loaded, counted under the status unknown"
    states = ("cancelled", "withdrawn_online")
    _unknown_codes(rng, faulty, "service_applications_2025-08.csv", "status", states, shown)
    _without_region(faulty, "violations_2024-01.tsv", "violation_id")
    _unknown_regions(rng, world, faulty, "court_cases_2024-01.csv", "court_cases")
    _unknown_regions(rng, world, faulty, "eotinish_appeals_2025-01.jsonl.gz", "appeals")
    _unknown_regions(rng, world, faulty, "control_checks_2024-01.jsonl", "control_checks")
    _duplicate(faulty, "theory_exams_2025-03.parquet", "theory_exams_2025-03 (1).parquet")
    _duplicate(faulty, "treasury_receipts_2025-02.parquet", "treasury_receipts_2025-02 (1).parquet")
    _missing_column(faulty, "disciplinary_records_2025-01.tsv", "penalty")
    _strays(faulty)
    return faulty


def _find(faulty: Faulty, name: str) -> int:
    return next(i for i, delivery in enumerate(faulty.deliveries) if delivery.name == name)


def _corrected_name(name: str) -> str:
    # Sorts behind the first delivery: '_' comes after '.'.
    stem, dot, ending = name.partition(".")
    return f"{stem}{CORRECTED}{dot}{ending}"


def _note(faulty: Faulty, kind: str, delivery: Delivery, rows: int, expected: str) -> None:
    faulty.faults.append(Fault(kind, f"{delivery.source}/{delivery.name}", rows, expected))


def _corrected_later(rng: np.random.Generator, faulty: Faulty, name: str, wrong: dict[str, pl.Expr], bad: Bad) -> None:
    """A month first delivered with `wrong` values in some rows; a later delivery replaces those rows."""
    index = _find(faulty, name)
    right = faulty.deliveries[index]
    chosen = pl.Series(
        np.isin(np.arange(right.frame.height), rng.choice(right.frame.height, WRONG_ROWS, replace=False))
    )
    spoilt = right.frame.with_columns(
        pl.when(chosen).then(value).otherwise(column).alias(column) for column, value in wrong.items()
    )
    faulty.deliveries[index] = replace(right, frame=spoilt)
    correction = replace(right, name=_corrected_name(name), frame=right.frame.filter(chosen))
    _note(faulty, "wrong values, corrected later", right, WRONG_ROWS, "replaced by the corrected delivery")
    # The correction itself brings some bad rows for keys that were delivered well before: they displace nothing.
    good = right.frame.filter(~chosen).head(LATER_BAD_ROWS)
    correction = replace(correction, frame=pl.concat([correction.frame, good]))
    rows = tuple(range(WRONG_ROWS, WRONG_ROWS + LATER_BAD_ROWS))
    correction = correction.with_patches(Patch(bad.column, rows, bad.text))
    faulty.deliveries.append(correction)
    _note(
        faulty,
        "bad rows after good ones",
        correction,
        LATER_BAD_ROWS,
        "quarantined and open; the good rows stay",
    )


def _quarantined_and_mended(rng: np.random.Generator, faulty: Faulty, name: str, values: list[Bad], key: str) -> None:
    """A month with bad values of several kinds, delivered again without them; some nameless rows are never mended."""
    index = _find(faulty, name)
    right = faulty.deliveries[index]
    chosen = rng.choice(right.frame.height, BAD_ROWS, replace=False)
    parts = [tuple(part.tolist()) for part in np.array_split(chosen, len(values))]
    nameless = tuple(range(right.frame.height, right.frame.height + NEVER_MENDED))
    spoilt = replace(right, frame=pl.concat([right.frame, right.frame.head(NEVER_MENDED)])).with_patches(
        *(Patch(value.column, rows, value.text) for value, rows in zip(values, parts, strict=True)),
        Patch(key, nameless, None),
    )
    faulty.deliveries[index] = spoilt
    mended = replace(right, name=_corrected_name(name), frame=right.frame[sorted(chosen.tolist())])
    faulty.deliveries.append(mended)
    _note(faulty, "bad values, mended later", spoilt, BAD_ROWS, f"quarantined, then resolved by {mended.name}")
    _note(faulty, "rows without a key", spoilt, NEVER_MENDED, "quarantined and open for good")


def _unknown_codes(
    rng: np.random.Generator, faulty: Faulty, name: str, column: str, codes: tuple[str, str], expected: str
) -> None:
    """Some rows of the first code under the second one, which the contract does not list."""
    index = _find(faulty, name)
    right = faulty.deliveries[index]
    known, unknown = codes
    candidates = np.flatnonzero((right.frame[column] == known).to_numpy())
    chosen = pl.Series(np.isin(np.arange(right.frame.height), rng.choice(candidates, ODD_CODES, replace=False)))
    odd = right.frame.with_columns(pl.when(chosen).then(pl.lit(unknown)).otherwise(column).alias(column))
    faulty.deliveries[index] = replace(right, frame=odd)
    _note(faulty, f"unknown code {unknown}", right, ODD_CODES, expected)


def _without_region(faulty: Faulty, name: str, key: str) -> None:
    """Records of their own that lack the required region, and are never mended."""
    index = _find(faulty, name)
    right = faulty.deliveries[index]
    more = right.frame.head(NO_REGIONS).with_columns(pl.col(key) + "-A", pl.lit(None, pl.String).alias("region"))
    faulty.deliveries[index] = replace(right, frame=pl.concat([right.frame, more]))
    _note(faulty, "required region empty", right, NO_REGIONS, "quarantined and open for good")


def _unknown_regions(rng: np.random.Generator, world: World, faulty: Faulty, name: str, metric: str) -> None:
    """A spelling that the list does not know, in rows of regions without a figure."""
    index = _find(faulty, name)
    right = faulty.deliveries[index]
    printed = {f.region for f in world.targets.of(metric, region=None)} | {CENTRAL_OFFICE}
    spellings = _spellings_of(printed)
    region = (
        right.frame["region"]
        .str.to_lowercase()
        .str.replace_all(".", " ", literal=True)
        .str.replace_all(r"\s+", " ")
        .str.strip_chars()
    )
    free = np.flatnonzero((region.is_not_null() & ~region.is_in(list(spellings))).to_numpy())
    chosen = pl.Series(np.isin(np.arange(right.frame.height), rng.choice(free, ODD_REGIONS, replace=False)))
    odd = right.frame.with_columns(
        pl.when(chosen).then(pl.lit(UNKNOWN_REGION)).otherwise("region").alias("region"),
    )
    faulty.deliveries[index] = replace(right, frame=odd)
    _note(
        faulty,
        f"unknown region {UNKNOWN_REGION}",
        right,
        ODD_REGIONS,
        "loaded into region unknown, and reported",
    )


def _duplicate(faulty: Faulty, name: str, copy: str) -> None:
    delivery = faulty.deliveries[_find(faulty, name)]
    faulty.copies[f"{delivery.source}/{copy}"] = f"{delivery.source}/{name}"
    _note(
        faulty,
        "same bytes under another name",
        replace(delivery, name=copy),
        0,
        f"one of it and {name} is a duplicate",
    )


def _missing_column(faulty: Faulty, name: str, column: str) -> None:
    """A draft without a required column, beside the complete delivery."""
    complete = faulty.deliveries[_find(faulty, name)]
    stem, dot, ending = name.partition(".")
    draft = replace(
        complete,
        name=f"{stem}_draft{dot}{ending}",
        frame=complete.frame.drop(column).head(40),
        missing=(column,),
        style=Style(separator="\t"),
    )
    faulty.deliveries.append(draft)
    _note(faulty, f"required column {column} missing", draft, draft.frame.height, "the whole file is rejected")


def _strays(faulty: Faulty) -> None:
    """Files that are no deliveries."""
    faulty.strays = {
        "court_cases/letter.txt": "Реестр за декабрь будет направлен позднее.\n".encode(),
        "fuel_cards/fuel_2025.csv": b"card,litres\n1,40\n",
        "practical_exams/practical_exams_2026-01.csv.part": b"attempt_id,candidate_iin\n",
    }
    for name in faulty.strays:
        waits = Path(name).suffix == ".part"
        expected = "left alone: still being written" if waits else "rejected, with a ledger row"
        faulty.faults.append(Fault("no delivery", name, 0, expected))


def _spellings_of(codes: set[str]) -> set[str]:
    known = load_spellings()
    return {spelling for code in codes for spelling in known.get(code, [])}
