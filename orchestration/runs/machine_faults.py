"""Faults of the machine, known by what the libraries say of them. What to do about each belongs in `doctor.remedies`.

Which of them go away by waiting is the retries' matter; what a check found wrong in the data belongs to the check.
"""

import errno
import os
import re
from collections.abc import Iterable
from enum import Enum
from pathlib import PurePath

# DuckDB's words when another process has a database file open, and for who that is.
LOCKED = "Could not set lock on file"
_LOCK_HOLDER = re.compile(r"lock is held in (?:(.*) \()?PID (\d+)")


class Fault(Enum):
    """A fault, with pieces of the messages that tell of it: the kernel's, DuckDB's, SQLite's."""

    DISK_FULL = (
        os.strerror(errno.ENOSPC),
        os.strerror(errno.EDQUOT),
        "max_temp_directory_size",
        "database or disk is full",
    )
    DISK_ERROR = ("disk I/O error", os.strerror(errno.EIO))
    READ_ONLY = (os.strerror(errno.EROFS), "attempt to write a readonly database")
    NOT_ALLOWED = (os.strerror(errno.EACCES), os.strerror(errno.EPERM))
    OUT_OF_MEMORY = ("Out of Memory Error", "OutOfMemoryException", os.strerror(errno.ENOMEM))
    DAMAGED = ("Corrupt database file", "not a valid DuckDB database file", "Could not read enough bytes from file")


def fault_in(texts: Iterable[str]) -> Fault | None:
    """The first of the faults that any of these messages speaks of; a disk that is full comes before what follows."""
    said = "\n".join(texts)
    return next((fault for fault in Fault if any(words in said for words in fault.value)), None)


def lock_holder(message: str) -> str:
    """Who has the file open that DuckDB could not lock: its process and program, without the folders of a person."""
    holder = _LOCK_HOLDER.search(message)
    if holder is None:
        return "another process"
    program, pid = holder.groups()
    return f"process {pid} ({PurePath(program).name})" if program else f"process {pid}"


def messages(error: BaseException) -> list[str]:
    """What an exception says, and all that it came from."""
    cause = error.__cause__ or error.__context__
    return [f"{type(error).__name__}: {error}", *(messages(cause) if cause else [])]
