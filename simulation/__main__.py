"""`python -m simulation --landing DIR --truth DIR [--seed N]`: write the demo deliveries, and what was planted."""

import argparse
import json
import shutil
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path

import polars as pl

from simulation.appeals import build_appeals
from simulation.centres import register
from simulation.courts import build_court_cases
from simulation.deliveries import Delivery, write
from simulation.discipline import build_penalties
from simulation.exams.behaviour import Behaviour
from simulation.exams.records import build_exams
from simulation.faults import Faulty, plant_faults
from simulation.media import build_media
from simulation.plan import exam_deliveries, register_deliveries, sliced_deliveries
from simulation.staff import build_staff
from simulation.world import World

DEFAULT_SEED = 862
WRITERS = 2


def main(arguments: list[str] | None = None) -> int:
    """Parse the command line, generate, write; 2 when the folders are not usable."""
    parser = argparse.ArgumentParser(prog="python -m simulation", description="Write the demo deliveries.")
    parser.add_argument("--landing", type=Path, required=True, help="folder of the deliveries, one subfolder a source")
    parser.add_argument(
        "--truth", type=Path, required=True, help="folder of the truth files, outside the landing folder"
    )
    parser.add_argument("--seed", type=int, default=DEFAULT_SEED, help="same seed, same bytes")
    options = parser.parse_args(arguments)
    landing, truth = options.landing.resolve(), options.truth.resolve()
    if truth == landing or truth.is_relative_to(landing):
        parser.error("the truth folder must lie outside the landing folder: nothing there is a delivery")
    generate(landing, truth, options.seed)
    return 0


def generate(landing: Path, truth: Path, seed: int) -> None:
    """Write every delivery below `landing` and the truth files below `truth`, a progress line per source."""
    started = time.perf_counter()
    world = World.create(seed)
    _say(f"drawing the exam logs and the smaller sources (seed {seed})")
    staff = build_staff(world)
    appeals, media, exams = build_appeals(world), build_media(world), build_exams(world, staff, Behaviour())
    penalties, unregistered_employees = build_penalties(world, staff)
    frames = {
        "centres": register(world.centres, world.regions),
        "employees": staff.frame,
        "court_cases": build_court_cases(world),
        "eotinish_appeals": appeals.eotinish,
        "smart_data_ukimet_monthly": appeals.smart_data_monthly,
        "media_mentions": media.frame,
        "disciplinary_records": penalties,
        **exams.frames,
    }
    faulty = plant_faults(world, list(_deliveries(world, frames)))
    _say(f"drawn in {time.perf_counter() - started:.1f} s")
    _write_all(faulty, landing, frames)
    planted = {"seed": seed, "schemes": exams.truth, "employees_not_in_the_register": unregistered_employees}
    truth.mkdir(parents=True, exist_ok=True)
    _write_json(truth / "schemes.json", planted)
    _write_json(truth / "faults.json", [asdict(fault) for fault in faulty.faults])
    media.truth.write_csv(truth / "media_themes.csv")
    _say(f"done in {time.perf_counter() - started:.1f} s: deliveries in {landing}, what was planted in {truth}")


def _deliveries(world: World, frames: dict[str, pl.DataFrame]) -> Iterator[Delivery]:
    for source, frame in frames.items():
        rng = world.rng(f"deliveries of {source}")
        if source in ("theory_exams", "practical_exams"):
            yield from exam_deliveries(world, source, frame)
        elif source in ("centres", "employees"):
            yield from register_deliveries(rng, source, frame)
        else:
            yield from sliced_deliveries(rng, world, source, frame)


def _write_all(faulty: Faulty, landing: Path, frames: dict[str, pl.DataFrame]) -> None:
    for source, frame in frames.items():
        own = [delivery for delivery in faulty.deliveries if delivery.source == source]
        with ThreadPoolExecutor(WRITERS) as pool:
            paths = list(pool.map(lambda delivery: write(delivery, landing), own))
        size = sum(path.stat().st_size for path in paths) / 1e6
        _say(f"{source:<26} {frame.height:>9,} rows  {len(paths):>3} files  {size:>7.1f} MB")
    for copy, original in faulty.copies.items():
        shutil.copyfile(landing / original, landing / copy)
    for name, content in faulty.strays.items():
        path = landing / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def _write_json(path: Path, content: object) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
