"""What all privacy commands share: who and why, the main job after them, numbers of rows in words."""

import argparse
import sys
from collections.abc import Callable

from orchestration.runs.exit_codes import ExitCode
from orchestration.runs.writer_command import CannotStart, run
from orchestration.settings import Settings

__all__ = ["CannotStart", "add_without_refresh", "arguments", "in_words", "refresh_marts", "run", "run_and_refresh"]


def arguments(program: str, description: str | None) -> argparse.ArgumentParser:
    """A parser with what every command wants to know: who, and why."""
    parser = argparse.ArgumentParser(
        prog=f"python -m {program}", description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--by", required=True, help="who does it, as it will stand in the log")
    parser.add_argument("--reason", required=True, help="why, as it will stand in the log")
    return parser


def add_without_refresh(parser: argparse.ArgumentParser) -> None:
    """The argument of commands after which the marts want building."""
    parser.add_argument(
        "--without-refresh",
        action="store_true",
        help="leave building and publishing the marts to the next run: until then the old ones are published",
    )


def in_words(rows: dict[str, int]) -> str:
    """Numbers of rows by source, for the log."""
    return ", ".join(f"{source} {count}" for source, count in rows.items()) or "no rows"


def run_and_refresh(settings: Settings, what: str, work: Callable[[], ExitCode], without_refresh: bool) -> ExitCode:
    """As `run`, and then the main job, unless it is left to the next run."""
    code = run(settings, what, work)
    return code if code is not ExitCode.OK or without_refresh else refresh_marts()


def refresh_marts() -> ExitCode:
    """Run the main job, so that the published marts follow."""
    from orchestration.refresh import main

    print("The rows are rewritten. Building and publishing the marts anew:")
    code = ExitCode(main())
    if code is not ExitCode.OK:
        print(
            "The published marts are still those from before, old tokens included. "
            "Mend what the refresh names, then: python -m orchestration.refresh",
            file=sys.stderr,
        )
    return code
