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
DEEPER_FOLDERS = "(deeper folders)"
CANNOT_BE_READ = "it cannot be read: give the pipeline's user the right to, or check the disk"
LEADS_WHERE_NOBODY_LOOKS = "a link to where the pipeline's user may not look: deliver the file itself"
TOO_DEEP = "folders lie too deep in each other to be looked into: move the files up into the source's own folder"

# Sub-folders are looked into only to name what lies there by mistake. The system opens no longer path, in bytes.
MOST_LEVELS = 10
LONGEST_PATH = 4095

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

    A file outside any folder has the source NO_FOLDER. An empty folder that is no source's, a folder that may not be
    read and one that lies too deep show as a file EMPTY_FOLDER, UNREADABLE_FOLDER or DEEPER_FOLDERS, so that they are
    not passed over. A link may lead anywhere within the landing folder; a source's own folder may itself be a link, as
    only the operator makes those. NoLandingFolder when there is no landing folder.
    """
    if not landing_dir.is_dir():
        raise NoLandingFolder(
            f"there is no landing folder {landing_dir}: create it, or set TAUEKEL_LANDING_DIR to where deliveries land"
        )
    files: list[LandedFile] = []
    for entry in landing_dir.iterdir():
        if is_unfinished(entry.name):
            continue
        if not _is_folder(entry):
            trouble = _trouble(entry, [landing_dir])
            if entry.name in sources and trouble == LEADS_WHERE_NOBODY_LOOKS:
                files.append(LandedFile(shown_name(entry.name), UNREADABLE_FOLDER, entry, CANNOT_BE_READ))
            else:
                files.append(LandedFile(NO_FOLDER, shown_name(entry.name), entry, trouble))
            continue
        contents = list(_files_below(entry, [landing_dir, entry]))
        files.extend(contents)
        if entry.name not in sources and not contents and _entries(entry) == []:
            files.append(LandedFile(shown_name(entry.name), EMPTY_FOLDER, entry, "the folder is empty"))
    return sorted(files, key=lambda file: (file.source, file.name))


def _files_below(source_dir: Path, roots: list[Path]) -> Iterator[LandedFile]:
    """The finished files of a source's folder and its sub-folders; `roots` are where links may lead."""

    def landed(path: Path, name: str, trouble: str | None) -> LandedFile:
        return LandedFile(shown_name(source_dir.name), shown_name(name), path, trouble)

    # Each with the levels that may still lie below it.
    folders = [(source_dir, MOST_LEVELS)]
    while folders:
        folder, levels = folders.pop()
        below = "" if folder == source_dir else f"{folder.relative_to(source_dir).as_posix()}/"
        entries = _entries(folder)
        if entries is None:
            yield landed(folder, below + UNREADABLE_FOLDER, CANNOT_BE_READ)
            continue
        finished = [path for path in entries if not is_unfinished(path.name)]
        paths = [path for path in finished if len(os.fsencode(path)) <= LONGEST_PATH]
        if len(paths) < len(finished):
            yield landed(folder, below + DEEPER_FOLDERS, TOO_DEEP)
        for path in paths:
            name = below + path.name
            if _is_link(path) or not _is_folder(path):
                yield landed(path, name, _trouble(path, roots))
                continue
            if landed(path, name, None).format is not None:
                yield landed(path, name, "a folder with the name of a file")
            if levels > 0:
                folders.append((path, levels - 1))
            else:
                yield landed(path, f"{name}/{DEEPER_FOLDERS}", TOO_DEEP)


def _entries(folder: Path) -> list[Path] | None:
    """What lies in a folder; nothing when it is gone, None when it cannot be looked into."""
    try:
        entries = list(folder.iterdir())
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError:
        return None
    return entries if os.access(folder, os.R_OK | os.X_OK) else None


def _is_link(path: Path) -> bool:
    """Whether a link lies there; False when that cannot be seen."""
    try:
        return path.is_symlink()
    except OSError:
        return False


def _is_folder(path: Path) -> bool:
    """Whether a folder lies there, or a link leads to one; False when that cannot be seen."""
    try:
        return path.is_dir()
    except OSError:
        return False


def _trouble(entry: Path, roots: list[Path]) -> str | None:
    """Why what lies there is no plain file to be read; None when it is one, or is gone."""
    is_link = _is_link(entry)
    try:
        if is_link and not any(entry.resolve(strict=True).is_relative_to(root.resolve()) for root in roots):
            return "a link out of the landing folder is not followed: deliver the file itself"
        is_plain = stat.S_ISREG(entry.stat().st_mode)
    except PermissionError:
        return LEADS_WHERE_NOBODY_LOOKS if is_link else CANNOT_BE_READ
    # Of a loop of links Python 3.11 makes a RuntimeError.
    except (OSError, RuntimeError) as error:
        if is_link:
            return "a link that leads nowhere: deliver the file itself"
        return None if isinstance(error, FileNotFoundError) else CANNOT_BE_READ
    return None if is_plain else "no plain file, but a folder, a pipe, a socket or a device"


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
