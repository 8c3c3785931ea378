"""The dbt project on a warehouse without a single delivery: everything builds, and every unit test passes."""

import os
import subprocess
import sys
from pathlib import Path

import duckdb

from orchestration.contract import load_contract
from orchestration.ingestion.raw_schema import create_raw_schema
from orchestration.settings import PROJECT_DIR


def test_everything_builds_without_deliveries_and_every_unit_test_passes(tmp_path):
    with duckdb.connect(str(tmp_path / "warehouse.duckdb")) as connection:
        create_raw_schema(connection, load_contract())
    done = subprocess.run(
        [str(Path(sys.executable).with_name("dbt")), "build", "--quiet"],
        cwd=PROJECT_DIR,
        env=os.environ | {"TAUEKEL_DATA_DIR": str(tmp_path), "DBT_TARGET_PATH": str(tmp_path / "dbt")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    with duckdb.connect(str(tmp_path / "warehouse.duckdb"), read_only=True) as connection:
        assert connection.execute("select count(*) from marts.kpi_values").fetchone() == (0,)
        statuses = connection.execute("select distinct status from marts.memo_reconciliation").fetchall()
        assert statuses == [("no_data",)]
