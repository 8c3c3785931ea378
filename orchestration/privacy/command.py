"""What all privacy commands share at their rim: the writer's lock, owner-only files, errors in words and exit codes."""

import argparse
import sys
from collections.abc import Callable

import duckdb

from orchestration.file_modes import owner_only
from orchestration.ingestion.personal_numbers import masked_message
from orchestration.ingestion.tokens import SecretError
from orchestration.privacy.rewrite import RewriteError, finish_rewrite
from orchestration.runs.exit_codes import ExitCode
from orchestration.runs.run_lock import Busy, writing
from orchestration.settings import Settings


class CannotStart(Exception):
    """The arguments, or what lies in the data folder, are not as they must be; the message says what to do."""


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


def run(settings: Settings, what: str, work: Callable[[], ExitCode]) -> ExitCode:
    """Do `work` as the only writer; say on standard error why it could not be done."""
    owner_only()
    try:
        _require_installation(settings)
        with writing(settings, what, report=_say):
            if finish_rewrite(settings):
                _say("An interrupted privacy command was completed first.")
            return work()
    except Busy as error:
        _say(str(error))
        return ExitCode.BUSY
    except (CannotStart, SecretError) as error:
        _say(str(error))
        return ExitCode.CANNOT_START
    except (duckdb.Error, RewriteError, OSError) as error:
        # DuckDB may quote a row: of its messages only those about the machine are shown.
        told = isinstance(error, OSError | RewriteError | duckdb.OperationalError)
        _say(f"It failed: {masked_message(str(error)) if told else type(error).__name__}.")
        is_decided = settings.rewrite_ready_dir.exists()
        _say("It is decided, and the next run completes it." if is_decided else "Nothing was changed: try again.")
        return ExitCode.FAILED


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
        _say(
            "The published marts are still those from before, old tokens included. "
            "Mend what the refresh names, then: python -m orchestration.refresh"
        )
    return code


def _require_installation(settings: Settings) -> None:
    if settings.rewrite_ready_dir.exists():
        return
    missing = [path.name for path in (settings.warehouse, settings.vault) if not path.exists()]
    if missing:
        raise CannotStart(
            f"There is no {' and no '.join(missing)} in {settings.data_dir}: "
            "load deliveries first, or set TAUEKEL_DATA_DIR."
        )


def _say(line: str) -> None:
    print(line, file=sys.stderr)
