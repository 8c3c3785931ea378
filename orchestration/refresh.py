"""The main job from a shell: `python -m orchestration.refresh` runs Dagster's job `refresh` and sums it up.

The run belongs to the instance that DAGSTER_HOME names, as on the production machine, else to the embedded one. Its
exit codes are those of `ExitCode`. What a run stands on is looked at before it starts, by the doctor's checks.
"""

import os
import sys
import time
import uuid
import warnings
from collections.abc import Callable
from dataclasses import dataclass
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


@dataclass(frozen=True)
class Attempt:
    """A run that is to be made: on the instance of this home, or on the embedded one, and after which killed one."""

    settings: Settings
    home: Path | None
    run_id: str
    killed_run_id: str | None


def named_instance(settings: Settings, report: Callable[[str], None]) -> Path | None:
    """The home of the instance that DAGSTER_HOME names from outside, if it is configured; None for the embedded one."""
    home = Path(os.environ.get("DAGSTER_HOME") or settings.dagster_home)
    if home.resolve() == settings.dagster_home.resolve():
        return None
    if not (home / DAGSTER_CONFIG.name).exists():
        report(
            f"{home}, as DAGSTER_HOME says, has no {DAGSTER_CONFIG.name}: the run is kept in {settings.dagster_home}"
        )
        return None
    return home


def prepare(settings: Settings, home: Path | None = None) -> None:
    """Make this process ready for the instance in `home`, as it is, or for the embedded one.

    That one's storage and configuration are made in the data folder, readable by its owner only.
    """
    owner_only()
    warnings.filterwarnings("ignore", message=BETA_OF_RUN_LOG)
    if home is None:
        home = settings.dagster_home
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        (home / DAGSTER_CONFIG.name).write_bytes(DAGSTER_CONFIG.read_bytes())
    os.environ["DAGSTER_HOME"] = str(home)
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
        with writing(settings, "refresh", run_id, report=log.info) as killed:
            finish_rewrite(settings)
            check_installation(settings)
            home = named_instance(settings, log.warning)
            prepare(settings, home)
            return _run(Attempt(settings, home, run_id, killed.lost_run_id if killed else None), log)
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


def _run(attempt: Attempt, log: Logger) -> ExitCode:
    try:
        return _run_job(attempt, log)
    except Exception as error:
        from orchestration.automation.notification_sensors import tell_that_it_broke_off

        # Dagster's own storage may fail too, and then no step can say so.
        tell_that_it_broke_off(attempt.run_id, error, log.warning)
        remedy = _remedy(error, attempt.settings)
        if not remedy and not isinstance(error, OSError):
            raise
        log.error("\n".join([f"The run broke off ({type(error).__name__}).", *remedy]), extra={"event": "broke_off"})
        return ExitCode.FAILED


def _remedy(error: Exception, settings: Settings) -> list[str]:
    fault = fault_in(messages(error))
    return [what_to_do(fault, settings)] if fault else []


def _run_job(attempt: Attempt, log: Logger) -> ExitCode:
    settings, run_id = attempt.settings, attempt.run_id
    started = time.monotonic()
    log.info("reading the dbt project (half a minute when it changed)", extra={"event": "starting"})

    # Dagster and the dbt manifest take seconds to load: only after the cheap questions are answered.
    import dagster as dg
    from dagster_dbt.errors import DagsterDbtCliRuntimeError

    from orchestration.automation.notification_sensors import tell_of_end
    from orchestration.runs.run_summary import print_summary

    try:
        from orchestration.definitions import defs
    except DagsterDbtCliRuntimeError as error:
        log.error(f"The dbt project cannot be parsed. {error}", extra={"event": "cannot_start", "check": "dbt project"})
        return ExitCode.CANNOT_START

    try:
        opened = dg.DagsterInstance.get()
    except Exception as error:  # whatever a storage raises when it is not there
        if attempt.home is None:
            raise
        message = f"Dagster's storage of {attempt.home} does not answer ({type(error).__name__}): is its server up?"
        log.error(message, extra={"event": "cannot_start", "check": "instance"})
        return ExitCode.CANNOT_START
    with opened as instance:
        result = defs.resolve_job_def("refresh").execute_in_process(
            instance=instance, raise_on_error=False, run_id=run_id
        )
        # No daemon looks on at the embedded instance. The run that was killed before this one counts as failed by now.
        if attempt.home is None:
            for ended in filter(None, (attempt.killed_run_id, run_id)):
                tell_of_end(instance, ended, log.warning)
        if not prints_json():
            print_summary(settings, instance, result, time.monotonic() - started)
    return ExitCode.OK if result.success else ExitCode.FAILED


if __name__ == "__main__":
    sys.exit(main())
