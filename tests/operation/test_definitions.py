"""What is in the code location: pinned, so that nothing disappears or starts by itself unnoticed."""

import os
import re
import subprocess
import sys
from datetime import timedelta

import dagster as dg
import pytest
import yaml

from expectations.seeds import seed_rows
from orchestration.automation.delivery_sensor import TICK_SECONDS
from orchestration.contract import load_contract
from orchestration.settings import PROJECT_DIR

BOOKKEEPING = {
    *("ledger", "quarantine", "row_versions", "contract_columns", "contract_codes", "source_profiles"),
    *("check_results", "runs", "lineage"),
}
SENSORS = {"deliveries_complete", "notify_failure", "notify_recovery", "make_cut_off_runs_again"}


@pytest.fixture(scope="module")
def specs(definitions):
    return {spec.key: spec for spec in definitions.resolve_all_asset_specs()}


def names(specs, group):
    return {key.path[-1] for key, spec in specs.items() if spec.group_name == group}


def test_every_source_and_every_model_is_an_asset_of_its_layer(specs):
    sources = set(load_contract())
    assert names(specs, "landing") == sources
    assert names(specs, "raw") == sources | BOOKKEEPING
    for layer in ("staging", "intermediate", "marts"):
        assert names(specs, layer) == {path.stem for path in (PROJECT_DIR / "models" / layer).rglob("*.sql")}
    assert names(specs, "seeds") == {path.stem for path in (PROJECT_DIR / "seeds").glob("*.csv")}
    assert names(specs, "published") == {"published_snapshot"}
    assert names(specs, "serving") == {"postgresql_marts"}
    assert {spec.group_name for spec in specs.values()} == {
        *("landing", "raw", "seeds", "staging", "intermediate", "marts", "published", "serving")
    }


def test_every_test_of_the_data_that_stands_alone_is_the_check_of_an_asset(definitions):
    stated = yaml.safe_load((PROJECT_DIR / "tests/dbt/_singular_tests.yml").read_text(encoding="utf-8"))["data_tests"]
    of_data = {test["name"] for test in stated if "macro" not in test["config"].get("tags", [])}
    assert len(of_data) >= 12
    assert of_data - {check.name for check in definitions.resolve_asset_graph().asset_check_keys} == set()


def test_raw_tables_come_from_deliveries_and_the_snapshot_from_all_marts(specs):
    for source in load_contract():
        (dependency,) = specs[dg.AssetKey(["raw", source])].deps
        assert dependency.asset_key == dg.AssetKey(["landing", source])
    published = specs[dg.AssetKey(["published", "published_snapshot"])]
    assert {dependency.asset_key.path[-1] for dependency in published.deps} == names(specs, "marts")


def test_every_asset_says_what_it_is_and_who_answers_for_it(specs):
    for key, spec in specs.items():
        assert spec.description, key
        assert spec.owners, key
        assert spec.kinds, key
    owners = {key.path[-1]: spec.owners for key, spec in specs.items() if spec.group_name == "marts"}
    assert owners["risk_register"] == ["team:internal-security"]
    assert owners["quarantine"] == ["team:quality-stewards"]
    assert owners["kpi_values"] == ["team:bi-analysts"]


def test_tags_tell_the_area_of_a_model_and_the_sources_with_personal_data(specs):
    areas = {key.path[-1]: spec.tags.get("area") for key, spec in specs.items()}
    assert (areas["ind_exams"], areas["fct_appeals"], areas["regions"]) == ("indicators", "core", None)
    personal = {key.path[-1] for key, spec in specs.items() if "personal_data" in spec.tags}
    assert personal == {
        *("employees", "eotinish_appeals", "hotline_reports", "declared_relatives", "theory_exams"),
        *("practical_exams", "service_applications", "vehicle_registrations"),
    }


def test_every_source_has_its_own_rhythm_and_the_snapshot_one(specs):
    stated = {row["threshold_key"] for row in seed_rows("check_thresholds")}
    for source in load_contract():
        assert f"delivery_days_max.{source}" in stated
        assert specs[dg.AssetKey(["landing", source])].freshness_policy is not None
    windows = {
        key.to_user_string(): spec.freshness_policy.fail_window.to_timedelta()
        for key, spec in specs.items()
        if spec.freshness_policy
    }
    assert len(windows) == len(load_contract()) + 1
    assert windows["landing/theory_exams"] == timedelta(days=7)
    assert windows["landing/court_cases"] == timedelta(days=38)
    assert windows["published/published_snapshot"] == timedelta(hours=36)


def test_one_job_makes_everything_and_each_writer_takes_its_turn(definitions):
    job = definitions.resolve_job_def("refresh")
    assert set(job.graph.node_dict) == {
        *("load_deliveries", "check_raw", "dbt_build", "check_marts", "published__published_snapshot"),
        "serving__postgresql_marts",
    }
    pools = {name: node.definition.pool for name, node in job.graph.node_dict.items()}
    assert pools.pop("serving__postgresql_marts") == "serving_writer"
    assert set(pools.values()) == {"duckdb_writer"}


def test_the_night_is_almatys(definitions):
    schedule = definitions.resolve_schedule_def("nightly")
    assert (schedule.cron_schedule, schedule.execution_timezone) == ("30 2 * * *", "Asia/Almaty")
    assert schedule.job_name == "refresh"


def test_sensors(definitions):
    sensors = {sensor.name: sensor for sensor in definitions.sensors}
    assert set(sensors) == SENSORS
    assert sensors["deliveries_complete"].job_name == "refresh"
    assert sensors["deliveries_complete"].minimum_interval_seconds == TICK_SECONDS


def test_nothing_runs_by_itself_unless_the_installation_says_so(definitions):
    assert definitions.resolve_schedule_def("nightly").default_status == dg.DefaultScheduleStatus.STOPPED
    assert {sensor.default_status for sensor in definitions.sensors} == {dg.DefaultSensorStatus.STOPPED}
    script = (
        "from orchestration.automation import delivery_sensor, notification_sensors, schedules\n"
        "print(schedules.nightly.default_status.value, delivery_sensor.deliveries_complete.default_status.value,"
        "notification_sensors.notify_failure.default_status.value)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=PROJECT_DIR,
        env=os.environ | {"TAUEKEL_UNATTENDED": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert re.findall(r"\w+", done.stdout) == ["RUNNING"] * 3
