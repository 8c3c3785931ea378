"""The main job from a shell: `python -m orchestration.refresh` runs Dagster's job `refresh` and sums it up.

Its exit codes are those of `ExitCode`. What a run stands on is looked at before it starts, by the doctor's checks.
"""

import os
import sys
import time
import uuid
import warnings
from logging import Logger
from pathlib import Path

from orchestration.doctor.checks import findings_before_a_run
from orchestration.doctor.gathering import look_at_ground
from orchestration.doctor.remedies import what_to_do
from orchestration.file_modes import owner_only
from orchestration.ingestion.preflight import DamagedFile, check_installation
from orchestration.ingestion.tokens import SecretError
from orchestration.privacy.rewrite import finish_rewrite
from orchestration.runs.exit_codes import ExitCode
from orchestration.runs.log_lines import command_log
from orchestration.runs.machine_faults import fault_in, messages
from orchestration.runs.run_lock import Busy, tidy, writing
from orchestration.settings import PROJECT_DIR, Settings, prints_json

DAGSTER_CONFIG = Path(__file__).with_name("dagster.yaml")
# Dagster calls handlers in dagster.yaml a beta feature, once in every process.
BETA_OF_RUN_LOG = "Handling yaml-defined logging configuration"


def prepare(settings: Settings) -> None:
    """Make the data folder, readable by its owner only, with Dagster's storage and configuration in it."""
    owner_only()
    warnings.filterwarnings("ignore", message=BETA_OF_RUN_LOG)
    settings.dagster_home.mkdir(parents=True, exist_ok=True, mode=0o700)
    (settings.dagster_home / "dagster.yaml").write_bytes(DAGSTER_CONFIG.read_bytes())
    os.environ["DAGSTER_HOME"] = str(settings.dagster_home)
    # Processes that Dagster starts look for the run's log before they load the code location, which finds it.
    os.environ["PYTHONPATH"] = os.pathsep.join([str(PROJECT_DIR), os.environ.get("PYTHONPATH", "")]).rstrip(os.pathsep)


def may_start(settings: Settings, log: Logger) -> bool:
    """Whether nothing stands in the way of a run; what does is said, with what to do."""
    findings = findings_before_a_run(look_at_ground(settings))
    problems = [finding for finding in findings if finding.level == "problem"]
    for finding in problems:
        message = f"{finding.check}: {finding.message}\n    what to do: {finding.do}"
        if prints_json():
            message = finding.message
        log.error(message, extra={"event": "cannot_start", "check": finding.check, "what_to_do": finding.do})
    return not problems


def main() -> ExitCode:
    """Run the job once as the only writer, print its progress and a summary, and return the exit code."""
    settings = Settings.from_env()
    log = command_log("refresh")
    tidy(settings)
    if not may_start(settings, log):
        return ExitCode.CANNOT_START
    owner_only()
    run_id = str(uuid.uuid4())
    try:
        # The whole run, the reading of the dbt project included, is one writer's work.
        with writing(settings, "refresh", run_id, report=log.info):
            finish_rewrite(settings)
            check_installation(settings)
            prepare(settings)
            return _run(settings, run_id, log)
    except Busy as error:
        log.error(str(error), extra={"event": "busy"})
        return ExitCode.BUSY
    except (SecretError, DamagedFile) as error:
        log.error(str(error), extra={"event": "cannot_start"})
        return ExitCode.CANNOT_START
    except OSError as error:
        message = "\n".join([f"Nothing could be started: {error}", *_remedy(error, settings)])
        log.error(message, extra={"event": "cannot_start"})
        return ExitCode.CANNOT_START


def _run(settings: Settings, run_id: str, log: Logger) -> ExitCode:
    try:
        return _run_job(settings, run_id, log)
    except Exception as error:
        # Dagster's own storage may fail too, and then no step can say so.
        remedy = _remedy(error, settings)
        if not remedy and not isinstance(error, OSError):
            raise
        log.error("\n".join([f"The run broke off ({type(error).__name__}).", *remedy]), extra={"event": "broke_off"})
        return ExitCode.FAILED


def _remedy(error: Exception, settings: Settings) -> list[str]:
    fault = fault_in(messages(error))
    return [what_to_do(fault, settings)] if fault else []


def _run_job(settings: Settings, run_id: str, log: Logger) -> ExitCode:
    started = time.monotonic()
    log.info("reading the dbt project (half a minute when it changed)", extra={"event": "starting"})

    # Dagster and the dbt manifest take seconds to load: only after the cheap questions are answered.
    import dagster as dg
    from dagster_dbt.errors import DagsterDbtCliRuntimeError

    from orchestration.runs.run_summary import print_summary

    try:
        from orchestration.definitions import defs
    except DagsterDbtCliRuntimeError as error:
        log.error(f"The dbt project cannot be parsed. {error}", extra={"event": "cannot_start", "check": "dbt project"})
        return ExitCode.CANNOT_START

    with dg.DagsterInstance.get() as instance:
        result = defs.resolve_job_def("refresh").execute_in_process(
            instance=instance, raise_on_error=False, run_id=run_id
        )
        if not prints_json():
            print_summary(settings, instance, result, time.monotonic() - started)
    return ExitCode.OK if result.success else ExitCode.FAILED


if __name__ == "__main__":
    sys.exit(main())
