"""Faults of the machine: known by what the libraries say of them, and what to do about each, in words. No Dagster here.

Which of them go away by waiting is the retries' matter; what a check found wrong in the data belongs to the check.
"""

import errno
import os
import shutil
from collections.abc import Iterable
from enum import Enum
from pathlib import Path

from orchestration.settings import Settings

MEGABYTE = 1_000_000
# What a run writes besides the marts: Dagster's storage, dbt's artefacts, validations, logs.
SMALL_FILES_BYTES = 250 * MEGABYTE


class Fault(Enum):
    """A fault, with pieces of the messages that tell of it: the kernel's, DuckDB's, SQLite's."""

    DISK_FULL = (
        os.strerror(errno.ENOSPC),
        os.strerror(errno.EDQUOT),
        "max_temp_directory_size",
        "database or disk is full",
    )
    READ_ONLY = (os.strerror(errno.EROFS), "attempt to write a readonly database")
    NOT_ALLOWED = (os.strerror(errno.EACCES), os.strerror(errno.EPERM))
    OUT_OF_MEMORY = ("Out of Memory Error", "OutOfMemoryException", os.strerror(errno.ENOMEM))
    DAMAGED = ("Corrupt database file", "not a valid DuckDB database file", "Could not read enough bytes from file")


def fault_in(texts: Iterable[str]) -> Fault | None:
    """The first of the faults that any of these messages speaks of; a disk that is full comes before what follows."""
    said = "\n".join(texts)
    return next((fault for fault in Fault if any(words in said for words in fault.value)), None)


def messages(error: BaseException) -> list[str]:
    """What an exception says, and all that it came from."""
    cause = error.__cause__ or error.__context__
    return [f"{type(error).__name__}: {error}", *(messages(cause) if cause else [])]


def what_to_do(fault: Fault, settings: Settings) -> str:
    """What it means and what to do, with the numbers of this moment."""
    match fault:
        case Fault.DISK_FULL:
            free = shutil.disk_usage(settings.data_dir).free
            return (
                f"The disk is full: {_megabytes(free)} free for {settings.data_dir}. A run wants about "
                f"{_megabytes(_wanted_bytes(settings))}, and six times the size of new deliveries. Free space on that "
                "disk, or move the data folder to a larger one (TAUEKEL_DATA_DIR), and run again."
            )
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


def _wanted_bytes(settings: Settings) -> int:
    """What a run without new deliveries needs free: the warehouse's tables and the snapshot stand twice for a while."""
    return SMALL_FILES_BYTES + _size(settings.warehouse) + 2 * _size(settings.published_marts)


def _size(file: Path) -> int:
    return file.stat().st_size if file.exists() else 0


def _megabytes(size: int) -> str:
    return f"{size / MEGABYTE:,.0f} MB"
