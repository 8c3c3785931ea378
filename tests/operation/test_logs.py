"""The log of a run: of a small job with every kind of end, on an instance with the project's own configuration."""

import json
import logging
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from orchestration.runs import run_log_files
from orchestration.runs.run_log import RunLog

AN_IIN = "900101300126"
FIELDS = ["at", "level", "run_id", "job", "step", "event", "message"]

# A job with steps of every kind of end, on an instance with the project's own dagster.yaml.
JOB = """
import sys, warnings
import dagster as dg
from expectations.results import CheckResult
from orchestration.check_results import report_unmet
from orchestration.ingestion.tokens import SecretError
from orchestration.refresh import prepare
from orchestration.settings import Settings

settings = Settings.from_env()
prepare(settings)

@dg.asset
def sound(context):
    context.log.info("жүктелді", extra={"files": 2, "rows": 9})
    return dg.MaterializeResult(metadata={"rows_loaded": 7})

@dg.asset(deps=[sound])
def fails_a_check(context):
    failed = CheckResult(
        checker="dbt", check_name="no_gap", target="marts.kpi_values", severity="error", status="fail",
        failing_rows=3, meaning="no month is missing", what_to_do="ask for the month", rows_query="select 1",
    )
    report_unmet(context.log, [failed], settings)
    raise dg.Failure("1 check failed")

@dg.asset(deps=[fails_a_check])
def waits_for_it(context):
    return None

@dg.asset
def quotes(context):
    int("number {iin}")

@dg.asset
def ours(context):
    raise SecretError("the secret is shorter than 32 characters")

@dg.asset
def no_room(context):
    raise OSError(28, "No space left on device", "/data/warehouse.duckdb")

@dg.asset
def killed(context):
    import os, signal
    context.log.info("before the kill")
    os.kill(os.getpid(), signal.SIGKILL)

job = dg.define_asset_job("refresh", selection=sys.argv[1:])
defs = dg.Definitions([sound, fails_a_check, waits_for_it, quotes, ours, no_room, killed], jobs=[job])
with dg.DagsterInstance.get() as instance:
    defs.resolve_job_def("refresh").execute_in_process(instance=instance, raise_on_error=False)
"""


def run(data_dir: Path, *assets: str) -> tuple[list[dict[str, Any]], str]:
    """The lines that the log of such a run has, and what it printed for journald."""
    done = subprocess.run(
        [sys.executable, "-c", JOB.replace("{iin}", AN_IIN), *assets],
        env=os.environ | {"TAUEKEL_DATA_DIR": str(data_dir), "TAUEKEL_LOG_FORMAT": "json"},
        capture_output=True,
        text=True,
        check=False,
    )
    (log,) = (data_dir / "logs").glob("*.jsonl")
    assert log.stat().st_mode & 0o077 == 0
    text = log.read_text(encoding="utf-8")
    assert text.endswith("\n")
    lines = [json.loads(line) for line in text.splitlines()]
    assert all(list(line)[: len(FIELDS)] == FIELDS for line in lines)
    assert {line["run_id"] for line in lines} == {log.stem}
    return lines, done.stdout


@pytest.fixture(scope="module")
def failing_run(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[dict[str, Any]], str]:
    """A run with a sound step and steps that fail each in its way."""
    steps = ("sound", "fails_a_check", "waits_for_it", "quotes", "ours", "no_room")
    return run(tmp_path_factory.mktemp("failing"), *steps)


def test_a_step_is_told_in_order_with_its_numbers(failing_run):
    lines, _ = failing_run
    assert (lines[0]["event"], lines[0]["step"]) == ("run_started", None)
    started, report, written, done = [line for line in lines if line["step"] == "sound"]
    assert started["event"] == "step_started"
    assert (report["event"], report["message"], report["files"], report["rows"]) == ("report", "жүктелді", 2, 9)
    assert (written["event"], written["target"], written["rows_loaded"]) == ("written", "sound", 7)
    assert done["event"] == "step_done"
    assert done["seconds"] >= 0


def test_a_failed_check_is_named_with_what_to_do(failing_run):
    lines, _ = failing_run
    check, step = [line for line in lines if line["step"] == "fails_a_check" and line["level"] == "ERROR"]
    assert check["event"] == "check_failed"
    assert check["message"] == "FAILED: dbt check no_gap on marts.kpi_values (3 rows)"
    assert (check["check"], check["target"], check["rows"]) == ("no_gap", "marts.kpi_values", 3)
    assert check["what_to_do"] == "ask for the month"
    assert (step["event"], step["message"]) == ("step_failed", "Failure: 1 check failed")
    assert "docs/operations/README.md" in step["what_to_do"]
    assert "fails_a_check" in step["what_to_do"]
    assert (lines[-1]["event"], lines[-1]["level"]) == ("run_failed", "ERROR")


def test_a_step_that_never_began_does_not_bury_the_cause(failing_run):
    lines, _ = failing_run
    assert [line for line in lines if line["step"] == "waits_for_it" or "waits_for_it" in line["message"]] == []


def test_the_first_cause_is_told_without_what_was_delivered(failing_run):
    lines, printed = failing_run
    causes = {line["step"]: line["message"] for line in lines if line["event"] == "step_failed"}
    assert causes == {
        "fails_a_check": "Failure: 1 check failed",
        "quotes": "ValueError: its text is left out, because it may quote what was delivered",
        "ours": "SecretError: the secret is shorter than 32 characters",
        "no_room": "OSError: [Errno 28] No space left on device: '/data/warehouse.duckdb'",
    }
    assert AN_IIN not in json.dumps(lines) + printed


def test_json_on_the_console_is_the_log(failing_run):
    lines, printed = failing_run
    assert [json.loads(line) for line in printed.splitlines()] == lines


def test_a_kill_leaves_whole_lines(tmp_path):
    lines, _ = run(tmp_path, "killed")
    assert [line["event"] for line in lines] == ["run_started", "step_started", "report"]
    assert lines[-1]["message"] == "before the kill"


def made(folder: Path, **times: float) -> None:
    """Logs of runs, last written at these times, in seconds."""
    for name, at in times.items():
        path = folder / f"{name}.jsonl"
        path.touch()
        os.utime(path, (at, at))


def test_only_the_newest_runs_are_kept(tmp_path, monkeypatch):
    monkeypatch.setattr(run_log_files, "KEPT_RUNS", 2)
    made(tmp_path, third=10, second=9, first=8)
    run_log_files.forget_old_runs(tmp_path / "third.jsonl")
    assert {path.stem for path in tmp_path.iterdir()} == {"third", "second"}


def test_logs_whose_time_lies_ahead_are_from_before_the_clock_went_back(tmp_path, monkeypatch):
    monkeypatch.setattr(run_log_files, "KEPT_RUNS", 3)
    now = time.time()
    made(tmp_path, older=now + 8000, newer=now + 9000, last=now - 100, this=now - 1)
    assert [path.stem for path in run_log_files.logs_by_age(tmp_path)] == ["this", "last", "newer", "older"]
    run_log_files.forget_old_runs(tmp_path / "this.jsonl")
    assert {path.stem for path in tmp_path.iterdir()} == {"this", "last", "newer"}


@pytest.mark.parametrize("ahead", [-9000, 9000])
def test_the_log_just_written_stays_whatever_its_time(tmp_path, monkeypatch, ahead):
    """A file server has a clock of its own."""
    monkeypatch.setattr(run_log_files, "KEPT_RUNS", 2)
    now = time.time()
    made(tmp_path, one=now - 10, two=now - 20, three=now - 30, this=now + ahead)
    run_log_files.forget_old_runs(tmp_path / "this.jsonl")
    assert {path.stem for path in tmp_path.iterdir()} == {"this", "one"}


def test_a_run_keeps_its_whole_log_when_the_clock_went_back(tmp_path, monkeypatch):
    monkeypatch.setenv("TAUEKEL_DATA_DIR", str(tmp_path))
    (tmp_path / "logs").mkdir()
    ahead = time.time() + 400 * 86400
    made(tmp_path / "logs", **{f"run_{number}": ahead + number for number in range(run_log_files.KEPT_RUNS)})
    for message in ("one", "two"):
        meta = {"run_id": "this", "orig_message": message}
        RunLog().emit(logging.makeLogRecord({"name": "dagster", "levelno": logging.INFO, "dagster_meta": meta}))
    log = (tmp_path / "logs" / "this.jsonl").read_text(encoding="utf-8")
    assert [json.loads(line)["message"] for line in log.splitlines()] == ["one", "two"]
    assert len(list((tmp_path / "logs").iterdir())) == run_log_files.KEPT_RUNS
