"""What commands that write share at their rim: the writer's lock, owner-only files, errors in words and exit codes.

The main job has its own rim in `refresh`, as it looks at more before it starts.
"""

from collections.abc import Callable

import duckdb

from orchestration.file_modes import owner_only
from orchestration.ingestion.errors import LoadError
from orchestration.ingestion.landing import NoLandingFolder
from orchestration.ingestion.personal_numbers import masked_message
from orchestration.ingestion.preflight import DamagedFile
from orchestration.ingestion.tokens import SecretError
from orchestration.privacy.rewrite import RewriteError, finish_rewrite
from orchestration.runs.exit_codes import ExitCode
from orchestration.runs.log_lines import command_log
from orchestration.runs.machine_faults import LOCKED, lock_holder
from orchestration.runs.run_lock import Busy, writing
from orchestration.settings import Settings


class CannotStart(Exception):
    """The arguments, or what lies in the data folder, are not as they must be; the message says what to do."""


def run(settings: Settings, what: str, work: Callable[[], ExitCode], wants_installation: bool = True) -> ExitCode:
    """Do `work` as the only writer; say on standard error why it could not be done.

    `wants_installation`: where warehouse or vault are missing it cannot start, instead of making empty ones.
    """
    owner_only()
    log = command_log(what)
    try:
        if wants_installation:
            _require_installation(settings)
        with writing(settings, what, report=log.warning):
            if finish_rewrite(settings):
                log.warning("An interrupted privacy command was completed first.")
            return work()
    except Busy as error:
        log.error(str(error), extra={"event": "busy"})
        return ExitCode.BUSY
    except (CannotStart, SecretError, DamagedFile, NoLandingFolder) as error:
        log.error(str(error), extra={"event": "cannot_start"})
        return ExitCode.CANNOT_START
    except (duckdb.Error, RewriteError, LoadError, OSError) as error:
        if LOCKED in str(error):
            log.error(
                f"{lock_holder(str(error)).capitalize()} has the warehouse or the vault open: close it and try again.",
                extra={"event": "busy"},
            )
            return ExitCode.BUSY
        # DuckDB may quote a row: of its messages only those about the machine are shown.
        told = isinstance(error, OSError | RewriteError | LoadError | duckdb.OperationalError)
        is_decided = settings.rewrite_ready_dir.exists()
        log.error(
            f"It failed: {masked_message(str(error)) if told else type(error).__name__}.\n"
            + ("It is decided, and the next run completes it." if is_decided else "Nothing was changed: try again."),
            extra={"event": "broke_off"},
        )
        return ExitCode.FAILED


def _require_installation(settings: Settings) -> None:
    if settings.rewrite_ready_dir.exists():
        return
    missing = [path.name for path in (settings.warehouse, settings.vault) if not path.exists()]
    if missing:
        raise CannotStart(
            f"There is no {' and no '.join(missing)} in {settings.data_dir}: "
            "load deliveries first, or set TAUEKEL_DATA_DIR."
        )
