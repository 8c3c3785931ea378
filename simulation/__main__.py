"""`python -m simulation --landing DIR --truth DIR [--seed N]`: write the demo deliveries, and what was planted."""

import argparse
import json
import shutil
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path

import polars as pl

from orchestration.file_modes import owner_only
from simulation.appeals import build_appeals
from simulation.centres import register
from simulation.compliance import build_compliance
from simulation.control.audit import build_audit_findings
from simulation.control.checks import build_control_checks
from simulation.control.criminal import build_criminal_cases
from simulation.control.follow_up import build_recommendation_actions
from simulation.control.incidents import build_incidents
from simulation.control.violations import build_violations
from simulation.courts import build_court_cases
from simulation.deliveries import write
from simulation.discipline import build_penalties
from simulation.exams.behaviour import Behaviour
from simulation.exams.records import build_exams
from simulation.faults import Faulty, plant_faults
from simulation.hotline import build_hotline
from simulation.media import build_media
from simulation.plan import deliveries_of
from simulation.services.records import build_services
from simulation.staff import build_staff
from simulation.training import build_training
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
    # The folder above them becomes the data folder of an installation.
    owner_only()
    generate(landing, truth, options.seed)
    return 0


def generate(landing: Path, truth: Path, seed: int) -> None:
    """Write every delivery below `landing` and the truth files below `truth`, a progress line per source."""
    started = time.perf_counter()
    world = World.create(seed)
    frames, truth_about = _sources(world)
    faulty = plant_faults(world, [d for source, frame in frames.items() for d in deliveries_of(world, source, frame)])
    _say(f"drawn in {time.perf_counter() - started:.1f} s")
    _write_all(faulty, landing, frames)
    truth.mkdir(parents=True, exist_ok=True)
    _write_json(truth / "schemes.json", {"seed": seed, **truth_about.planted})
    _write_json(truth / "faults.json", [asdict(fault) for fault in faulty.faults])
    truth_about.media_themes.write_csv(truth / "media_themes.csv")
    _say(f"done in {time.perf_counter() - started:.1f} s: deliveries in {landing}, what was planted in {truth}")


@dataclass(frozen=True)
class _Truth:
    """What was planted, and the themes meant by each media mention."""

    planted: dict[str, object]
    media_themes: pl.DataFrame


def _sources(world: World) -> tuple[dict[str, pl.DataFrame], _Truth]:
    """A frame per source, and the truth about them all."""
    staff = build_staff(world)
    appeals, media, exams = build_appeals(world), build_media(world), build_exams(world, staff, Behaviour())
    penalties, unregistered_employees = build_penalties(world, staff)
    compliance = build_compliance(world, staff)
    incidents = build_incidents(world, exams.evening_centres)
    services = build_services(world, staff, compliance, exams.frames["practical_exams"], incidents.outages)
    checks, unchecked = build_control_checks(world)
    frames = {
        "centres": register(world.centres, world.regions),
        "employees": staff.frame,
        "court_cases": build_court_cases(world),
        "eotinish_appeals": appeals.eotinish,
        "smart_data_ukimet_monthly": appeals.smart_data_monthly,
        "hotline_reports": build_hotline(world),
        "media_mentions": media.frame,
        "disciplinary_records": penalties,
        "conflict_of_interest_declarations": compliance.declarations,
        "declared_relatives": compliance.relatives,
        "training_records": build_training(world, staff),
        **exams.frames,
        **services.frames,
        "audit_findings": build_audit_findings(world),
        "violations": build_violations(world, staff),
        "criminal_cases": build_criminal_cases(world, staff),
        "control_checks": checks,
        "system_incidents": incidents.frame,
        "recommendation_actions": build_recommendation_actions(world),
    }
    schemes = {**exams.truth, **services.truth, **incidents.truth, "regions_not_checked": unchecked}
    planted: dict[str, object] = {"schemes": schemes, "employees_not_in_the_register": unregistered_employees}
    return frames, _Truth(planted, media.truth)


def _write_all(faulty: Faulty, landing: Path, frames: dict[str, pl.DataFrame]) -> None:
    for source, frame in frames.items():
        own = [delivery for delivery in faulty.deliveries if delivery.source == source]
        with ThreadPoolExecutor(WRITERS) as pool:
            paths = list(pool.map(lambda delivery: write(delivery, landing), own))
        size = sum(path.stat().st_size for path in paths) / 1e6
        _say(f"{source:<34} {frame.height:>9,} rows  {len(paths):>3} files  {size:>7.1f} MB")
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
