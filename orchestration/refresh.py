"""The main job from a shell: `python -m orchestration.refresh` runs Dagster's job `refresh` and sums it up.

Its exit codes are those of `ExitCode`.
"""

import os
import sys
import time
import uuid
from pathlib import Path

from orchestration.exit_codes import ExitCode
from orchestration.ingestion.preflight import DamagedFile, check_installation
from orchestration.ingestion.tokens import SecretError
from orchestration.machine_faults import fault_in, messages, what_to_do
from orchestration.run_lock import Busy, tidy, writing
from orchestration.settings import Settings

DAGSTER_CONFIG = Path(__file__).with_name("dagster.yaml")
OWNER_ONLY = 0o077


def prepare(settings: Settings) -> None:
    """Make the data folder, readable by its owner only, with Dagster's storage and configuration in it."""
    os.umask(OWNER_ONLY)
    settings.dagster_home.mkdir(parents=True, exist_ok=True, mode=0o700)
    (settings.dagster_home / "dagster.yaml").write_bytes(DAGSTER_CONFIG.read_bytes())
    os.environ["DAGSTER_HOME"] = str(settings.dagster_home)


def main() -> int:
    """Run the job once as the only writer, print its progress and a summary, and return the exit code."""
    settings = Settings.from_env()
    tidy(settings)
    run_id = str(uuid.uuid4())
    if not settings.landing_dir.is_dir():
        print(
            f"There is no landing folder {settings.landing_dir}.\n"
            "Create it and put deliveries in it, set TAUEKEL_LANDING_DIR, or make demo deliveries with `make demo`.",
            file=sys.stderr,
        )
        return ExitCode.CANNOT_START
    try:
        # The whole run, the reading of the dbt project included, is one writer's work.
        with writing(settings, "refresh", run_id, report=_progress):
            check_installation(settings)
            prepare(settings)
            return _run(settings, run_id)
    except Busy as error:
        print(error, file=sys.stderr)
        return ExitCode.BUSY
    except (SecretError, DamagedFile) as error:
        print(error, file=sys.stderr)
        return ExitCode.CANNOT_START
    except OSError as error:
        print(f"Nothing could be started: {error}", *_remedy(error, settings), sep="\n", file=sys.stderr)
        return ExitCode.CANNOT_START


def _run(settings: Settings, run_id: str) -> int:
    try:
        return _run_job(settings, run_id)
    except Exception as error:
        # Dagster's own storage may fail too, and then no step can say so.
        remedy = _remedy(error, settings)
        if not remedy and not isinstance(error, OSError):
            raise
        print(f"The run broke off ({type(error).__name__}).", *remedy, sep="\n", file=sys.stderr)
        return ExitCode.FAILED


def _remedy(error: Exception, settings: Settings) -> list[str]:
    fault = fault_in(messages(error))
    return [what_to_do(fault, settings)] if fault else []


def _run_job(settings: Settings, run_id: str) -> int:
    started = time.monotonic()
    _progress("reading the dbt project (half a minute when it changed)")

    # Dagster and the dbt manifest take seconds to load: only after the cheap questions are answered.
    import dagster as dg
    from dagster_dbt.errors import DagsterDbtCliRuntimeError

    from expectations.data_docs import write as write_data_docs
    from orchestration.run_summary import print_summary

    try:
        from orchestration.definitions import defs
    except DagsterDbtCliRuntimeError as error:
        print(f"The dbt project cannot be parsed. {error}", file=sys.stderr)
        return ExitCode.CANNOT_START

    with dg.DagsterInstance.get() as instance:
        result = defs.resolve_job_def("refresh").execute_in_process(
            instance=instance, raise_on_error=False, run_id=run_id
        )
        if any(settings.validations_dir.glob("*.json")):
            write_data_docs(settings.validations_dir, settings.data_docs_dir)
        print_summary(settings, instance, result, time.monotonic() - started)
    return ExitCode.OK if result.success else ExitCode.FAILED


def _progress(line: str) -> None:
    print(f"{time.strftime('%H:%M:%S')}  refresh          {line}")


if __name__ == "__main__":
    sys.exit(main())
