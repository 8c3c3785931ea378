"""What to do about a fault of the machine, in words, with the numbers of the moment."""

import os

from orchestration.doctor.checks import bytes_wanted
from orchestration.doctor.gathering import look_at_ground
from orchestration.runs.machine_faults import Fault
from orchestration.settings import Settings

MEGABYTE = 1_000_000


def what_to_do(fault: Fault, settings: Settings) -> str:
    """What it means and what to do, with the numbers of this moment."""
    match fault:
        case Fault.DISK_FULL:
            return _about_a_full_disk(settings, *_free_and_wanted(settings))
        case Fault.DISK_ERROR:
            # SQLite says the same of a disk that is full and of one that is broken.
            free, wanted = _free_and_wanted(settings)
            if free < wanted:
                return _about_a_full_disk(settings, free, wanted)
            return f"The disk of {settings.data_dir} answers with errors: see what dmesg says of it, and run again."
        case Fault.READ_ONLY:
            return f"{settings.data_dir} lies on a file system that is read-only: mount it writable, and run again."
        case Fault.NOT_ALLOWED:
            return (
                f"The user {os.geteuid()} may not write everywhere in {settings.data_dir}: give it the folder "
                f"(chown -R), and run again."
            )
        case Fault.OUT_OF_MEMORY:
            return "The memory did not suffice: end other programs or give the machine more, and run again."
        case Fault.DAMAGED:
            return (
                f"{settings.warehouse} is damaged: bring it back from a backup, or read all deliveries again by "
                "`python -m orchestration.rebuild`."
            )


def _free_and_wanted(settings: Settings) -> tuple[int, int]:
    ground = look_at_ground(settings)
    return ground.disk.free, bytes_wanted(ground.landing, ground.disk)


def _about_a_full_disk(settings: Settings, free: int, wanted: int) -> str:
    return (
        f"The disk is full: {_megabytes(free)} free for {settings.data_dir}, a run wants about {_megabytes(wanted)}. "
        "Free space on that disk, or move the data folder to a larger one (TAUEKEL_DATA_DIR), and run again."
    )


def _megabytes(size: int) -> str:
    return f"{size / MEGABYTE:,.0f} MB"
