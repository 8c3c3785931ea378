"""What lies in the landing folder: which files are deliveries, which are left alone, which are refused unread.

Reading a file's content belongs in `readers`.
"""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

FileFormat = Literal["csv", "xlsx", "jsonl", "parquet"]

# The contract's file endings, compared in lower case; the longest match wins.
FORMATS: dict[str, tuple[FileFormat, bool]] = {
    ".csv": ("csv", False),
    ".csv.gz": ("csv", True),
    ".tsv": ("csv", False),
    ".xlsx": ("xlsx", False),
    ".jsonl": ("jsonl", False),
    ".jsonl.gz": ("jsonl", True),
    ".parquet": ("parquet", False),
}
UNFINISHED_PREFIXES = (".", "~$")
UNFINISHED_SUFFIXES = (".part", ".tmp")

NO_FOLDER = "(no folder)"
EMPTY_FOLDER = "(empty folder)"


@dataclass(frozen=True, order=True)
class LandedFile:
    """A file of the landing folder. `name` is its path below the source's folder, with '/' between parts."""

    source: str
    name: str
    path: Path

    @property
    def format(self) -> tuple[FileFormat, bool] | None:
        """The format and whether it is gzipped, or None for an ending that the contract does not know."""
        ending = max((e for e in FORMATS if self.name.lower().endswith(e)), key=len, default=None)
        return FORMATS[ending] if ending else None


@dataclass(frozen=True)
class FileStat:
    """What tells, without reading, that a file is still the one that was hashed. Times in nanoseconds."""

    size: int
    mtime_ns: int
    ctime_ns: int
    inode: int

    @classmethod
    def of(cls, path: Path) -> "FileStat":
        """The stat of `path`; OSError when it is gone."""
        stat = path.stat()
        return cls(stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_ino)


def is_unfinished(name: str) -> bool:
    """Whether a file or folder of this name is still being written (contract: it is left alone)."""
    return name.startswith(UNFINISHED_PREFIXES) or name.lower().endswith(UNFINISHED_SUFFIXES)


def scan(landing_dir: Path, sources: set[str]) -> list[LandedFile]:
    """All finished files below the landing folder, ordered by source and name in code-point order.

    A file outside any folder has the source NO_FOLDER; an empty folder that is no source's shows as one file
    EMPTY_FOLDER, so that it is not passed over. FileNotFoundError when there is no landing folder.
    """
    if not landing_dir.is_dir():
        raise FileNotFoundError(
            f"there is no landing folder {landing_dir}: create it, or set TAUEKEL_LANDING_DIR to where deliveries land"
        )
    files: list[LandedFile] = []
    for entry in landing_dir.iterdir():
        if is_unfinished(entry.name):
            continue
        if not entry.is_dir():
            files.append(LandedFile(NO_FOLDER, entry.name, entry))
            continue
        contents = list(_files_below(entry))
        files.extend(LandedFile(entry.name, path.relative_to(entry).as_posix(), path) for path in contents)
        if entry.name not in sources and not any(entry.iterdir()):
            files.append(LandedFile(entry.name, EMPTY_FOLDER, entry))
    return sorted(files)


def _files_below(folder: Path) -> list[Path]:
    found: list[Path] = []
    for root, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not is_unfinished(name)]
        found.extend(Path(root) / name for name in names if not is_unfinished(name))
    return found


def refusal(file: LandedFile, sources: set[str]) -> str | None:
    """Why this file is refused unread, or None when it is one of a known source and format."""
    if file.source == NO_FOLDER:
        return "the file lies outside any source's folder: move it into the folder named after its source"
    if file.source not in sources:
        return f"unknown folder '{file.source}': no source of the landing contract has this name"
    if "/" in file.name:
        return "the file lies in a sub-folder: move it up into the source's own folder"
    if file.format is None:
        return f"unknown file type: the contract knows {', '.join(FORMATS)}"
    return None


def sha256_of(path: Path) -> str:
    """SHA-256 of the file's bytes, in hex (a folder has none). PermissionError when it may not be read."""
    if path.is_dir():
        return hashlib.sha256().hexdigest()
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
