"""Runs a command of the project and lets a fault strike it at a named place, the same at every run of a test.

    python -m tests.faults.struck FAULT MODULE:FUNCTION:N COMMAND [ARGUMENT ...]

At the N-th call of the function, before it begins: `kill` kills this process (SIGKILL), `kill_children` those that it
started, `fill_disk` fills the disk of the data folder to the last byte, `wait` says STRUCK and goes on when a line
comes in.
"""

import contextlib
import functools
import importlib
import os
import runpy
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from orchestration.settings import Settings

BALLAST = "ballast"
SAID = "STRUCK"


def kill() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def kill_children() -> None:
    for file in Path("/proc/self/task").glob("*/children"):
        for pid in file.read_text().split():
            os.kill(int(pid), signal.SIGKILL)


def fill_disk() -> None:
    with (Settings.from_env().data_dir / BALLAST).open("wb", buffering=0) as ballast:
        for size in (1 << 20, 1 << 12):
            with contextlib.suppress(OSError):
                while ballast.write(b"\0" * size):
                    pass


def wait() -> None:
    print(SAID, flush=True)
    sys.stdin.readline()


FAULTS: dict[str, Callable[[], None]] = {
    "kill": kill,
    "kill_children": kill_children,
    "fill_disk": fill_disk,
    "wait": wait,
}


def strike_at(place: str, fault: Callable[[], None]) -> None:
    module, names, number = place.split(":")
    owner: Any = importlib.import_module(module)
    *outer, name = names.split(".")
    for part in outer:
        owner = getattr(owner, part)
    function: Callable[..., Any] = getattr(owner, name)
    calls = 0

    @functools.wraps(function)
    def counted(*args: Any, **kwargs: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == int(number):
            fault()
        return function(*args, **kwargs)

    setattr(owner, name, counted)


if __name__ == "__main__":
    fault, place, command, *arguments = sys.argv[1:]
    strike_at(place, FAULTS[fault])
    sys.argv = [command, *arguments]
    runpy.run_module(command, run_name="__main__")
