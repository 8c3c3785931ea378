"""What lies in the landing folder: which files are deliveries, which are left alone, which are refused unread.

Whoever may put a file there may also put a link, a pipe or an odd name there: nothing but a plain file is ever opened,
and names are escaped before anything else sees them. Reading a file's content belongs in `readers`.
"""

import hashlib
import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Literal

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
UNREADABLE_FOLDER = "(unreadable folder)"
CANNOT_BE_READ = "it cannot be read: give the pipeline's user the right to, or check the disk"

# What a shown name does not hold as it is: backslashes, control characters, line and direction marks, and the
# surrogates in the place of bytes that are not UTF-8.
ESCAPED_IN_NAMES = re.compile(r"[\\\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
HASH_CHUNK_BYTES = 1024 * 1024


class NoLandingFolder(FileNotFoundError):
    """There is no folder at all where deliveries should lie; the message says what to do."""


@dataclass(frozen=True)
class FileStat:
    """What tells, without reading, that a file is still the one that was hashed. Times in nanoseconds."""

    size: int
    mtime_ns: int
    ctime_ns: int
    inode: int


@dataclass(frozen=True)
class LandedFile:
    """A file of the landing folder. `name` is its path below the source's folder, with '/' between parts.

    Both names are escaped (see `shown_name`); `path` is the real one. `trouble` says why what lies there is no
    delivery whatever its name is: a link that leads out, a pipe, a folder.
    """

    source: str
    name: str
    path: Path
    trouble: str | None = None

    @property
    def format(self) -> tuple[FileFormat, bool] | None:
        """The format and whether it is gzipped, or None for an ending that the contract does not know."""
        ending = max((e for e in FORMATS if self.name.lower().endswith(e)), key=len, default=None)
        return FORMATS[ending] if ending else None

    def stat(self) -> FileStat:
        """Its stat now; that of the link itself if the link is refused. OSError when it is gone."""
        found = self.path.stat(follow_symlinks=self.trouble is None)
        return FileStat(found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino)

    def sha256(self) -> str:
        """SHA-256 of the bytes that the file has now, in hex. OSError when it cannot be read."""
        digest = hashlib.sha256()
        with open_plain_file(self.path) as stream:
            # A file that grows as fast as it is read has no end but the one of this moment.
            left = os.fstat(stream.fileno()).st_size
            while left > 0 and (chunk := stream.read(min(HASH_CHUNK_BYTES, left))):
                digest.update(chunk)
                left -= len(chunk)
        return digest.hexdigest()


def open_plain_file(path: Path) -> BinaryIO:
    """Open a file to read it, without waiting for the writer of a pipe that took its place.

    OSError when it cannot be read; FileNotFoundError when no plain file is there.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise FileNotFoundError(f"{shown_name(path.name)} is no plain file any more")
    return os.fdopen(descriptor, "rb")


def shown_name(name: str) -> str:
    r"""A file's name as the ledger and all reports have it: always text on one line, and no two names the same.

    A backslash stands as two, a control or direction mark as \xNN or \uNNNN, a byte that is not UTF-8 as \xNN.
    """

    def escaped(found: re.Match[str]) -> str:
        character = found.group()
        if character == "\\":
            return "\\\\"
        # Python has the byte NN of a file's name, where it is not UTF-8, as the surrogate U+DCNN.
        code = ord(character) - (0xDC00 if character >= "\ud800" else 0)
        return f"\\x{code:02x}" if code <= 0xFF else f"\\u{code:04x}"

    return ESCAPED_IN_NAMES.sub(escaped, name)


def is_unfinished(name: str) -> bool:
    """Whether a file or folder of this name is still being written (contract: it is left alone)."""
    return name.startswith(UNFINISHED_PREFIXES) or name.lower().endswith(UNFINISHED_SUFFIXES)


def scan(landing_dir: Path, sources: set[str]) -> list[LandedFile]:
    """All finished files below the landing folder, ordered by source and name in code-point order.

    A file outside any folder has the source NO_FOLDER. An empty folder that is no source's and a folder that may not be
    read show as a file EMPTY_FOLDER or UNREADABLE_FOLDER, so that they are not passed over. A link may lead anywhere
    within the landing folder; a source's own folder may itself be a link, as only the operator makes those.
    NoLandingFolder when there is none.
    """
    if not landing_dir.is_dir():
        raise NoLandingFolder(
            f"there is no landing folder {landing_dir}: create it, or set TAUEKEL_LANDING_DIR to where deliveries land"
        )
    files: list[LandedFile] = []
    for entry in landing_dir.iterdir():
        if is_unfinished(entry.name):
            continue
        if not entry.is_dir():
            files.append(LandedFile(NO_FOLDER, shown_name(entry.name), entry, _trouble(entry, [landing_dir])))
            continue
        contents = list(_files_below(entry, entry, [landing_dir, entry]))
        files.extend(contents)
        if entry.name not in sources and not contents and not any(entry.iterdir()):
            files.append(LandedFile(shown_name(entry.name), EMPTY_FOLDER, entry, "the folder is empty"))
    return sorted(files, key=lambda file: (file.source, file.name))


def _files_below(folder: Path, source_dir: Path, roots: list[Path]) -> Iterator[LandedFile]:
    """The finished files of a source's folder and its sub-folders; `roots` are where links may lead."""

    def landed(path: Path, name: str, trouble: str | None) -> LandedFile:
        return LandedFile(shown_name(source_dir.name), shown_name(name), path, trouble)

    if not os.access(folder, os.R_OK | os.X_OK):
        name = (folder / UNREADABLE_FOLDER).relative_to(source_dir).as_posix()
        yield landed(folder, name, CANNOT_BE_READ)
        return
    try:
        entries = list(folder.iterdir())
    except FileNotFoundError:
        return
    for entry in entries:
        if is_unfinished(entry.name):
            continue
        name = entry.relative_to(source_dir).as_posix()
        if entry.is_symlink() or not entry.is_dir():
            yield landed(entry, name, _trouble(entry, roots))
            continue
        if landed(entry, name, None).format is not None:
            yield landed(entry, name, "a folder with the name of a file")
        yield from _files_below(entry, source_dir, roots)


def _trouble(entry: Path, roots: list[Path]) -> str | None:
    """Why what lies there is no plain file to be read; None when it is one, or is gone."""
    if entry.is_symlink():
        try:
            target = entry.resolve(strict=True)
        # Of a loop of links Python 3.11 makes a RuntimeError.
        except (OSError, RuntimeError):
            return "a link that leads nowhere: deliver the file itself"
        if not any(target.is_relative_to(root.resolve()) for root in roots):
            return "a link out of the landing folder is not followed: deliver the file itself"
    if entry.exists() and not entry.is_file():
        return "no plain file, but a folder, a pipe, a socket or a device"
    return None


def refusal(file: LandedFile, sources: set[str]) -> str | None:
    """Why this file is refused unread, or None when it is one of a known source and format."""
    if file.source == NO_FOLDER:
        return "the file lies outside any source's folder: move it into the folder named after its source"
    if file.source not in sources:
        return f"unknown folder '{file.source}': no source of the landing contract has this name"
    if file.trouble is not None:
        return file.trouble
    if "/" in file.name:
        return "the file lies in a sub-folder: move it up into the source's own folder"
    if file.format is None:
        return f"unknown file type: the contract knows {', '.join(FORMATS)}"
    return None
