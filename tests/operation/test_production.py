"""A production instance from its first start: PostgreSQL, and the three services by their units' own commands.

The tests follow each other on one instance, in the order of a bad first day: no landing folder, then deliveries, runs
from a shell, and a power cut.
"""

import json
import re
import shlex
import shutil
import signal
import subprocess
from itertools import pairwise
from pathlib import Path

import duckdb
import pytest

from orchestration.settings import PROJECT_DIR
from tests.operation.production import PATIENCE, UNITS, Production, unit_text, wait_for
from tests.operation.receiver import Receiver
from tests.small_deliveries import SMALL_DELIVERIES

# Several waits may add up in one test.
pytestmark = [pytest.mark.slow, pytest.mark.timeout(2 * PATIENCE)]

SENSORS = ("deliveries_complete", "notify_failure", "notify_recovery", "make_cut_off_runs_again")


@pytest.fixture(scope="module")
def webhook():
    with Receiver() as receiver:
        yield receiver


@pytest.fixture(scope="module")
def production(tmp_path_factory, postgresql_server, webhook):
    database = postgresql_server.create_database("tauekel_dagster")
    made = Production(tmp_path_factory.mktemp("production"), database, webhook.url)
    made.settings.landing_dir.rmdir()
    try:
        for unit in ("tauekel-code", "tauekel-daemon", "tauekel-webserver"):
            made.start(unit)
        wait_for("the web server", made.is_served)
        yield made
    finally:
        made.stop_all()
        print(made.logs())


def ticks(production, sensor):
    selector = {"repositoryLocationName": "tauekel", "repositoryName": "__repository__", "sensorName": sensor}
    return production.ask(
        "query ($s: SensorSelector!) { sensorOrError(sensorSelector: $s) { ... on Sensor { sensorState "
        "{ status ticks(limit: 5) { status skipReason } } } } }",
        s=selector,
    )["sensorOrError"]["sensorState"]["ticks"]


def notified(production):
    log = production.settings.notifications_log
    return [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []


def test_the_schedule_and_the_sensors_run_from_the_start(production):
    for sensor in SENSORS:
        wait_for(f"a tick of {sensor}", lambda sensor=sensor: ticks(production, sensor))
    (tick, *_) = ticks(production, "deliveries_complete")
    assert tick["status"] == "SKIPPED"
    assert "create it, or set TAUEKEL_LANDING_DIR" in tick["skipReason"]
    (schedule,) = production.ask(
        '{ schedulesOrError(repositorySelector: {repositoryLocationName: "tauekel", repositoryName: "__repository__"})'
        " { ... on Schedules { results { name cronSchedule executionTimezone scheduleState { status } } } } }"
    )["schedulesOrError"]["results"]
    assert schedule == {
        "name": "nightly",
        "cronSchedule": "30 2 * * *",
        "executionTimezone": "Asia/Almaty",
        "scheduleState": {"status": "RUNNING"},
    }


def test_a_failing_run_is_notified(production, webhook):
    run = production.finished(production.request_run())
    assert run["status"] == "FAILURE"
    (line,) = wait_for("the notification", lambda: notified(production))
    assert (line["event"], line["run_id"]) == ("failed", run["runId"])
    assert [step["step"] for step in line["failed_steps"]] == ["load_deliveries"]
    wait_for("the webhook", lambda: webhook.posted)
    assert webhook.posted[0][1]["run_id"] == run["runId"]


def test_deliveries_start_a_run_that_publishes(production):
    for name, content in SMALL_DELIVERIES.items():
        production.deliver(name, content)
    runs = wait_for("a run by the sensor", lambda: production.runs() if len(production.runs()) == 2 else None)
    run = production.finished(runs[0]["runId"])
    assert run["status"] == "SUCCESS", production.logs()
    assert {"key": "dagster/sensor_name", "value": "deliveries_complete"} in run["tags"]
    manifest = json.loads((production.settings.published_dir / "manifest.json").read_text())
    assert (manifest["run_id"], manifest["as_of"]) == (run["runId"], "2025-01-20")
    assert (production.settings.logs_dir / f"{run['runId']}.jsonl").exists()
    lines = wait_for("the good news", lambda: notified(production) if len(notified(production)) == 2 else None)
    assert (lines[1]["event"], lines[1]["run_id"]) == ("recovered", run["runId"])


def test_the_published_asset_sums_the_run_up(production):
    (materialization,) = production.ask(
        '{ assetOrError(assetKey: {path: ["published", "published_snapshot"]}) { ... on Asset { '
        "assetMaterializations(limit: 1) { metadataEntries { label ... on IntMetadataEntry { intValue } "
        "... on TextMetadataEntry { text } ... on JsonMetadataEntry { jsonString } } } } } }"
    )["assetOrError"]["assetMaterializations"]
    said = {entry["label"]: entry for entry in materialization["metadataEntries"]}
    assert said["as_of"]["text"] == "2025-01-20"
    # five files; 2 centres, 6 + 4 exams, 4 good cases and 4 penalties, and the case of 31 June
    assert said["new_files_loaded"]["intValue"] == 5
    assert said["new_rows_loaded"]["intValue"] == 20
    assert said["new_rows_quarantined"]["intValue"] == 1
    assert set(json.loads(said["checks"]["jsonString"])) >= {"pass"}
    seconds = json.loads(said["seconds"]["jsonString"])
    assert set(seconds) == {"load_deliveries", "check_raw", "dbt_build", "check_marts", "published_snapshot"}
    assert all(value > 0 for value in seconds.values())


def test_only_sources_that_delivered_are_fresh(production):
    def status(source):
        return production.ask(
            "query ($k: AssetKeyInput!) { assetNodeOrError(assetKey: $k) { ... on AssetNode { freshnessStatusInfo "
            "{ freshnessStatus } } } }",
            k={"path": ["landing", source]},
        )["assetNodeOrError"]["freshnessStatusInfo"]["freshnessStatus"]

    wait_for("the freshness of the court cases", lambda: status("court_cases") == "HEALTHY")
    assert status("criminal_cases") == "UNKNOWN"


def test_a_run_of_a_selection_that_fails_is_notified_too(production, webhook):
    """From a shell, as the guide has it; its period is none."""
    launched = production.from_a_shell(
        *("dagster_dg_cli.cli", "launch", "-m", "orchestration.definitions", "--assets", 'key:"raw/theory_exams"'),
        *("--config-json", '{"ops": {"load_deliveries": {"config": {"reload_period": "March"}}}}'),
    )
    assert launched.wait(timeout=PATIENCE) != 0
    run = production.runs()[0]
    lines = wait_for("the notification", lambda: notified(production) if len(notified(production)) == 3 else None)
    assert (lines[2]["event"], lines[2]["run_id"], lines[2]["job"]) == ("failed", run["runId"], "__ASSET_JOB")
    assert [step["step"] for step in lines[2]["failed_steps"]] == ["load_deliveries"]
    wait_for("the webhook", lambda: len(webhook.posted) == 3)


def test_the_refresh_of_a_shell_is_a_run_of_the_instance_and_the_queue_waits_for_it(production):
    """The next run is asked for while it goes on, and readers go on with both."""
    with duckdb.connect(str(production.settings.published_marts), read_only=True) as reader:
        rows = reader.execute("select count(*) from marts.marts.kpi_values").fetchone()
        before = len(production.runs())
        refresh = production.from_a_shell("orchestration.refresh")
        wait_for("a run by hand", lambda: refresh.poll() is not None or len(production.runs()) > before)
        by_hand = production.runs()[0]["runId"]
        wait_for("its start", lambda: production.run(by_hand)["status"] == "STARTED")
        queued = production.request_run()
        assert refresh.wait(timeout=PATIENCE) == 0, production.logs()
        second = production.finished(queued)
        first = production.run(by_hand)
        assert reader.execute("select count(*) from marts.marts.kpi_values").fetchone() == rows
    assert [(run["jobName"], run["status"]) for run in (first, second)] == [("refresh", "SUCCESS")] * 2
    assert second["startTime"] >= first["endTime"]
    at_work = sorted((s["startTime"], s["endTime"]) for run in (first, second) for s in run["stepStats"])
    assert len(at_work) == 12
    assert all(end <= start for (_, end), (start, _) in pairwise(at_work))
    assert not production.settings.dagster_home.exists()
    lines = wait_for("the good news", lambda: notified(production)[3:])
    assert [(line["event"], line["run_id"]) for line in lines] == [("recovered", by_hand)]


def test_dg_launch_reads_one_period_of_one_source_again_as_the_guide_says(production):
    """Two rows are lost from raw, one of them of March: their delivery is read again, and the marts have both."""
    guide = (PROJECT_DIR / "docs/operations/corrections.md").read_text(encoding="utf-8")
    (command,) = re.findall(r"^    DAGSTER_HOME=\S+ \.venv/bin/dg (launch(?:.+\\\n)+.+)$", guide, re.MULTILINE)
    with duckdb.connect(str(production.settings.warehouse)) as connection:
        lost = connection.execute("delete from raw.theory_exams where attempt_id in ('T2', 'T3')").fetchall()
    assert lost == [(2,)]
    launched = production.from_a_shell("dagster_dg_cli.cli", *shlex.split(command.replace("\\\n", " ")))
    assert launched.wait(timeout=PATIENCE) == 0, production.logs()
    run = production.runs()[0]
    assert run["status"] == "SUCCESS"
    assert json.loads((production.settings.published_dir / "manifest.json").read_text())["run_id"] == run["runId"]
    assert "theory_exams: 1 deliveries of 2024-03 read again" in (
        production.settings.logs_dir / f"{run['runId']}.jsonl"
    ).read_text(encoding="utf-8")
    with duckdb.connect(str(production.settings.published_marts), read_only=True) as reader:
        # T1 to T5 of 2024 count, T6 did not come
        assert reader.execute(
            "select value from marts.marts.kpi_values where metric_key = 'theory_attempts' and region_code = 'KZ' "
            "and period_grain = 'year' and period_start = '2024-01-01' and breakdown = 'all'"
        ).fetchall() == [(5,)]
        assert reader.execute(
            "select file_name, rows_loaded from marts.marts.delivery_ledger where source = 'theory_exams'"
        ).fetchall() == [("log.csv", 6)]


def test_a_run_that_was_cut_off_is_given_up_told_and_made_again(production):
    cut_off = production.request_run()

    def is_building():
        return any(s["stepKey"] == "dbt_build" and s["startTime"] for s in production.run(cut_off)["stepStats"])

    wait_for("dbt", is_building)
    production.stop("tauekel-code", signal.SIGKILL)
    assert production.run(cut_off)["status"] == "STARTED"
    production.start("tauekel-code")
    assert production.run(cut_off)["status"] == "FAILURE"

    def retried():
        in_its_place = {"key": "tauekel/in_place_of", "value": cut_off}
        return next((run for run in production.runs() if in_its_place in run["tags"]), None)

    again = wait_for("the run made again", retried)
    assert production.finished(again["runId"])["status"] == "SUCCESS", production.logs()
    lines = wait_for("both notices", lambda: notified(production) if len(notified(production)) == 6 else None)
    assert [(line["event"], line["run_id"]) for line in lines[4:]] == [
        ("failed", cut_off),
        ("recovered", again["runId"]),
    ]
    assert "killed" in lines[4]["failed_steps"][0]["cause"]


def test_nothing_lies_open_and_no_password_is_shown(production):
    for folder in (production.home, production.settings.data_dir):
        for path in folder.rglob("*"):
            assert path.is_symlink() or path.stat().st_mode & 0o077 == 0, path
    password = production.environment_of(unit_text("tauekel-code"))["TAUEKEL_POSTGRES_PASSWORD"]
    for command in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            assert password.encode() not in command.read_bytes()
        except OSError:
            continue  # it ended meanwhile
    assert password not in production.logs()


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="there is no systemd here")
def test_the_units_are_sound(tmp_path):
    for unit in UNITS.glob("*.service"):
        (tmp_path / unit.name).write_text(unit_text(unit.stem))
    done = subprocess.run(
        ["systemd-analyze", "verify", *map(str, tmp_path.iterdir())], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


def test_the_web_server_listens_on_loopback_only():
    (command,) = re.findall(r"^ExecStart=(.+)$", (UNITS / "tauekel-webserver.service").read_text(), re.MULTILINE)
    assert "--host 127.0.0.1 " in command
    assert not list((PROJECT_DIR / "deploy").rglob("*.env"))
