"""Each thing broken by hand in an installation of the test's own: the doctor finds it, and says what to do."""

import json
import os
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg
import duckdb
import pytest
from dagster._daemon.types import DaemonHeartbeat

from orchestration.doctor import gathering
from orchestration.doctor.checks import Finding, findings
from orchestration.doctor.gathering import look_at_all
from orchestration.runs.run_lock import writing
from orchestration.runs.run_log_files import log_file
from tests.installations import Installation
from tests.small_deliveries import SMALL_DELIVERIES

AN_IIN = "900101300126"


@pytest.fixture
def installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Installation:
    """Small deliveries, loaded: what a first night leaves, without the marts."""
    for variable in ("TAUEKEL_SECRET", "TAUEKEL_SERVING_DSN", "DAGSTER_HOME"):
        monkeypatch.delenv(variable, raising=False)
    os.umask(0o077)
    installation = Installation(tmp_path)
    for name, content in SMALL_DELIVERIES.items():
        installation.deliver(name, content)
    installation.load()
    return installation


def examined(installation: Installation) -> dict[str, Finding]:
    return {finding.check: finding for finding in findings(look_at_all(installation.settings))}


def log(installation: Installation, *lines: dict[str, object]) -> None:
    path = log_file(installation.settings, "r1")
    path.parent.mkdir(mode=0o700, exist_ok=True)
    start = {"at": "2026-11-20T22:00:00.000+00:00", "level": "INFO", "run_id": "r1", "step": None}
    path.write_text("".join(json.dumps(start | line) + "\n" for line in lines), encoding="utf-8")


def publish(installation: Installation, hours_ago: int) -> None:
    installation.settings.published_dir.mkdir(mode=0o700)
    published_at = (datetime.now(UTC) - timedelta(hours=hours_ago)).isoformat(timespec="seconds")
    manifest = {"published_at": published_at, "as_of": "2025-01-20"}
    (installation.settings.published_dir / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")


def test_a_sound_installation_has_no_problem(installation):
    log(installation, {"event": "run_started", "message": "run started"}, {"event": "run_done", "message": "run done"})
    publish(installation, hours_ago=8)
    found = examined(installation)
    assert [str(finding) for finding in found.values() if finding.level != "ok"] == []
    assert found["landing"].message.endswith("5 files, 0 of them new")
    assert found["secret"].message.endswith("the vault opens with it")


def test_before_anything_was_run_nothing_is_a_problem(tmp_path):
    found = examined(Installation(tmp_path))
    assert {finding.check for finding in found.values() if finding.level != "ok"} == {"last run", "snapshot"}
    assert found["last run"].do == "make run"
    assert not (tmp_path / "data").exists()


def test_no_landing_folder(installation):
    installation.settings.landing_dir.rename(installation.settings.landing_dir.with_name("elsewhere"))
    found = examined(installation)["landing"]
    assert found.level == "problem"
    assert "TAUEKEL_LANDING_DIR" in found.do


def test_a_folder_of_no_source(installation):
    installation.deliver("court_case/cases.csv", "case_number\n1\n")
    found = examined(installation)["landing"]
    assert found.level == "warning"
    assert "holds 'court_case'" in found.message
    assert "rename the folder" in found.do


def test_a_file_that_was_rejected(installation):
    installation.deliver("court_cases/broken.csv", "filed_on\n2024-01-01\n")
    installation.load()
    found = examined(installation)["deliveries"]
    assert found.level == "warning"
    assert "court_cases/broken.csv (required column missing" in found.message
    assert "ask who delivers" in found.do


def test_a_file_that_was_put_off(installation):
    log(installation, {"event": "postponed", "target": "court_cases/growing.csv"}, {"event": "run_done"})
    found = examined(installation)["deliveries"]
    assert found.level == "warning"
    assert "court_cases/growing.csv" in found.message


def test_a_secret_that_others_can_read(installation):
    installation.settings.secret_file.chmod(0o644)
    found = examined(installation)["secret"]
    assert found.level == "problem"
    assert f"chmod 600 {installation.settings.secret_file}" in found.message


def test_a_secret_that_is_gone(installation):
    installation.settings.secret_file.unlink()
    found = examined(installation)["secret"]
    assert found.level == "problem"
    assert "is gone" in found.message
    assert not installation.settings.secret_file.exists()


def test_another_secret_than_that_of_the_warehouse(installation, monkeypatch):
    monkeypatch.setenv("TAUEKEL_SECRET", "another secret, and a long one: 0123456789")
    found = examined(installation)["secret"]
    assert found.level == "problem"
    assert "the secret of TAUEKEL_SECRET is not the one that the warehouse was built with" in found.message
    assert "0123456789" not in str(found)


def test_a_secret_that_is_too_short(installation, monkeypatch):
    monkeypatch.setenv("TAUEKEL_SECRET", "short")
    assert "shorter than 32 characters" in examined(installation)["secret"].message


def test_a_vault_that_does_not_open(installation):
    installation.settings.vault.write_bytes(b"no vault" * 1000)
    found = examined(installation)["secret"]
    assert found.level == "problem"
    assert "the vault does not open" in found.message


def test_a_vault_that_is_older_than_the_warehouse(installation):
    older = installation.settings.vault.read_bytes()
    header = "attempt_id,candidate_iin,centre_code,started_at,result\n"
    installation.deliver("theory_exams/new_person.csv", f"{header}T9,990313500613,C1,2024-08-05 10:00,passed\n")
    installation.load()
    assert examined(installation)["secret"].level == "ok"
    installation.settings.vault.write_bytes(older)
    found = examined(installation)["secret"]
    assert found.level == "problem"
    assert "the vault is older than the warehouse" in found.message
    assert "orchestration.rebuild" in found.do
    assert "erase again" in found.do


def test_an_interrupted_privacy_command_comes_first_and_no_file_is_to_be_brought_back(installation, monkeypatch):
    """In the middle of a swap the kept files do not belong together: to bring an old one back would do harm."""
    settings = installation.settings
    settings.rewrite_ready_dir.mkdir(mode=0o700)
    settings.vault.write_bytes(b"another key's" * 1000)
    first, *others = findings(look_at_all(settings))
    assert (first.check, first.level) == ("privacy", "problem")
    assert "was interrupted" in first.message
    assert "make refresh" in first.do
    assert "touch neither" in first.do
    assert not {"secret", "warehouse"} & {finding.check for finding in others}
    assert "TAUEKEL_SECRET" not in first.do
    monkeypatch.setenv("TAUEKEL_SECRET", "a secret from the environment, of 32 characters or more")
    assert "with the new one in TAUEKEL_SECRET" in examined(installation)["privacy"].do
    with writing(settings, "erasure"):
        found = examined(installation)
    assert found["privacy"].level == "ok"
    assert "erasure (process" in found["privacy"].message
    assert "secret" not in found


def test_a_warehouse_that_is_no_warehouse(installation):
    installation.settings.warehouse.write_bytes(b"no database" * 1000)
    found = examined(installation)["warehouse"]
    assert found.level == "problem"
    assert "rebuild it from the landing folder" in found.do


def test_files_that_others_may_read(installation):
    installation.settings.warehouse.chmod(0o644)
    found = examined(installation)["folders"]
    assert found.level == "warning"
    assert found.do == f"chmod -R go= {installation.settings.data_dir}"


def test_a_disk_without_room(installation, monkeypatch):
    usage = gathering.shutil.disk_usage(installation.settings.data_dir)
    monkeypatch.setattr(gathering.shutil, "disk_usage", lambda path: usage._replace(free=1024))
    found = examined(installation)["disk"]
    assert found.level == "problem"
    assert "free space on that disk" in found.do


def test_packages_that_are_not_as_pinned(installation, monkeypatch):
    monkeypatch.setattr(gathering, "version", lambda name: "0.0.1")
    found = examined(installation)["packages"]
    assert found.level == "problem"
    assert found.do == "make install"


def test_while_a_run_writes_its_files_are_left_alone(installation):
    settings = installation.settings
    with writing(settings, "refresh", run_id="r1"), duckdb.connect(str(settings.warehouse)):
        found = examined(installation)
    assert "being written now by refresh (run r1, process" in found["warehouse"].message
    assert "held by refresh (run r1, process" in found["lock"].message
    assert not [finding for finding in found.values() if finding.level == "problem"]


def test_a_program_that_has_the_warehouse_open_is_named(installation):
    holding = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print('open', flush=True); sys.stdin.read()"
    with subprocess.Popen(
        [sys.executable, "-c", holding, str(installation.settings.warehouse)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as program:
        assert program.stdout.readline() == "open\n"
        found = examined(installation)["warehouse"]
        program.communicate("")
    assert f"being written now by process {program.pid}" in found.message


def test_a_run_that_failed_says_why_and_what_to_do(installation):
    log(
        installation,
        {
            "level": "ERROR",
            "step": "check_raw",
            "event": "report",
            "message": "FAILED: great_expectations check proceeding_is_filled on raw.court_cases (1 rows)",
            "what_to_do": "Ask the owner of the source for a corrected delivery.",
        },
        {"level": "ERROR", "step": "check_raw", "event": "step_failed", "message": "1 check failed", "what_to_do": "-"},
        {"level": "ERROR", "event": "run_failed", "message": "the run failed"},
    )
    found = examined(installation)["last run"]
    assert found.level == "problem"
    assert "failed at 2026-11-20 22:00 UTC, run r1: check_raw: FAILED: great_expectations check" in found.message
    assert found.do == "Ask the owner of the source for a corrected delivery."


def test_a_run_that_was_killed(installation):
    log(installation, {"event": "run_started"}, {"event": "step_started", "step": "dbt_build"})
    found = examined(installation)["last run"]
    assert found.level == "problem"
    assert "was cut off" in found.message
    assert "nothing is loaded twice" in found.do
    with writing(installation.settings, "refresh", run_id="r1"):
        assert "is going on" in examined(installation)["last run"].message


def test_a_stale_snapshot(installation):
    publish(installation, hours_ago=37)
    found = examined(installation)["snapshot"]
    assert found.level == "problem"
    assert "37 hours ago" in found.message


def test_a_serving_database_that_does_not_answer(installation, monkeypatch):
    monkeypatch.setenv("TAUEKEL_SERVING_DSN", "host=127.0.0.1 port=1 dbname=marts user=publisher password=hidden-one")
    found = examined(installation)["serving"]
    assert found.level == "problem"
    assert "does not answer" in found.message
    assert found.do == "see docs/operations/serving.md"
    assert "hidden-one" not in str(found)


def test_a_daemon_that_sleeps(installation, tmp_path, monkeypatch):
    instance_home = tmp_path / "instance"
    instance_home.mkdir()
    monkeypatch.setenv("DAGSTER_HOME", str(instance_home))
    found = examined(installation)["daemon"]
    assert found.level == "problem"
    assert "scheduler" in found.message
    assert "systemctl restart" in found.do
    with dg.DagsterInstance.get() as instance:
        for daemon in instance.get_required_daemon_types():
            instance.add_daemon_heartbeat(DaemonHeartbeat(time.time(), daemon, "d", []))
    assert examined(installation)["daemon"].level == "ok"


def test_the_doctor_changes_nothing_and_tells_nobodys_number(installation):
    def state() -> list[tuple[str, int, int]]:
        return sorted(
            (str(path), path.stat().st_size, path.stat().st_mtime_ns)
            for path in installation.settings.data_dir.parent.rglob("*")
        )

    before = state()
    environment = os.environ | {
        "TAUEKEL_LANDING_DIR": str(installation.settings.landing_dir),
        "TAUEKEL_DATA_DIR": str(installation.settings.data_dir),
    }
    done = subprocess.run(
        [sys.executable, "-m", "orchestration.doctor"], env=environment, capture_output=True, text=True, check=False
    )
    assert state() == before
    assert done.returncode == 0, done.stdout + done.stderr
    assert all(line.startswith(("ok ", "warning ", "problem ")) for line in done.stdout.splitlines()[:-2])
    assert AN_IIN not in done.stdout
    assert installation.settings.secret_file.read_text() not in done.stdout

    installation.settings.secret_file.chmod(0o644)
    done = subprocess.run([sys.executable, "-m", "orchestration.doctor"], env=environment, check=False)
    assert done.returncode == 1
