"""Runs a command of the project and kills it (SIGKILL) at a named place, the same at every run of a test.

    python -m tests.faults.killing MODULE:FUNCTION:N[:children] COMMAND [ARGUMENT ...]

At the N-th call of the function the process is killed before the function begins, or with `:children` the processes
that it started are.
"""

import functools
import importlib
import os
import runpy
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any


def children() -> list[int]:
    lists = Path("/proc/self/task").glob("*/children")
    return [int(pid) for file in lists for pid in file.read_text().split()]


def kill_at_call(place: str) -> None:
    module_name, names, number, *victims = place.split(":")
    owner: Any = importlib.import_module(module_name)
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
            for pid in children() if victims else [os.getpid()]:
                os.kill(pid, signal.SIGKILL)
        return function(*args, **kwargs)

    setattr(owner, name, counted)


if __name__ == "__main__":
    place, command, *arguments = sys.argv[1:]
    kill_at_call(place)
    sys.argv = [command, *arguments]
    runpy.run_module(command, run_name="__main__")
