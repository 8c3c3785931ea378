"""Asks the process that reads workbooks, and tells a workbook that broke it from a machine that did.

It is started by the first workbook and ends with this process: ten thousand workbooks start one.
"""

import errno
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from orchestration.ingestion.readers.incoming import UnreadableFile
from orchestration.settings import PROJECT_DIR

MODULE = "orchestration.ingestion.readers.calamine"
COMMAND = [sys.executable, "-m", MODULE]
READY = "ready"
# How a process ends over what it reads: it gives up, or reaches for what is not there.
ENDED_BY_ITSELF = {signal.SIGABRT, signal.SIGSEGV, signal.SIGBUS, signal.SIGILL, signal.SIGFPE, signal.SIGTRAP}


class Answer(NamedTuple):
    """A workbook's header; or the kind of the error over it, and whether a full disk was to blame."""

    header: list[str]
    error: str | None = None
    is_disk_full: bool = False


class WorkbookProcess:
    """One process that reads workbooks, started anew after one that ended."""

    _process: subprocess.Popen[str] | None = None

    def write_first_sheet(self, book: Path, table: Path) -> list[str]:
        """Write the rows of the first sheet to the Parquet file `table`: `row_number` and f0, f1, …; return its header.

        UnreadableFile when it is damaged or empty, OSError when the machine is to blame.
        """
        answer = self._ask(book, table)
        if answer.is_disk_full:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        if answer.error is not None:
            raise UnreadableFile(f"the file is damaged, or no xlsx ({answer.error}): deliver it again")
        if not answer.header:
            raise UnreadableFile("the first sheet is empty")
        return answer.header

    def _ask(self, book: Path, table: Path) -> Answer:
        process = self._process if self._process and self._process.poll() is None else _started()
        # Until it has answered: one that was interrupted would answer the next question with this one's answer.
        self._process = None
        try:
            line = _said(process, json.dumps([str(book.absolute()), str(table.absolute())]))
        except BaseException:
            process.kill()
            process.wait()
            raise
        if not line.endswith("\n"):
            _raise_for(process.wait())
        self._process = process
        return Answer(*json.loads(line))


def _started() -> subprocess.Popen[str]:
    process = subprocess.Popen(  # noqa: S603 (our own module)
        COMMAND,
        cwd=PROJECT_DIR,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    if _said(process).strip() != READY:
        process.kill()
        process.wait()
        raise ChildProcessError(f"the process that reads workbooks does not start: `python -m {MODULE}` says why")
    return process


def _said(process: subprocess.Popen[str], question: str = "") -> str:
    """The next line that the process says, after a question if there is one; empty when it ended."""
    assert process.stdin is not None  # noqa: S101 - both are pipes
    assert process.stdout is not None  # noqa: S101
    try:
        if question:
            process.stdin.write(f"{question}\n")
            process.stdin.flush()
    except BrokenPipeError:
        return ""
    return process.stdout.readline()


def _raise_for(status: int) -> None:
    """Raise what a process stands for that ended while it read."""
    if -status in ENDED_BY_ITSELF:
        raise UnreadableFile("the workbook is damaged: it breaks the program that reads it")
    if -status == signal.SIGKILL:
        # By the kernel, which is short of memory: a file rejected for that would never be read again.
        raise OSError(errno.ENOMEM, os.strerror(errno.ENOMEM))
    raise ChildProcessError(f"the process that reads workbooks was ended ({status}): run again")
