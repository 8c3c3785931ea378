"""Real clients read the published snapshot: DuckDB's command line, Python, SQLAlchemy, pandas, polars, Superset."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.settings import PROJECT_DIR, Settings
from tests.clients import guide
from tests.clients.environments import environment

# the first test waits for the demo's run
pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]

HERE = Path(__file__).parent
# Its environment weighs 700 MB: where that is too much, this variable leaves it out.
WITHOUT_SUPERSET = "TAUEKEL_TEST_WITHOUT_SUPERSET"
QUESTION = (
    "select region_code, value from kpi_values where metric_key = 'practical_pass_pct' and period_grain = 'year' "
    "and period_start = '2025-01-01' and breakdown = 'all' order by region_code"
)


@pytest.fixture(scope="module")
def expected(demo_installation: Settings) -> list[tuple[str, float | None]]:
    """One rate by region, by DuckDB in Python as the guide says."""
    with duckdb.connect(str(demo_installation.published_marts), read_only=True) as connection:
        connection.execute("use marts.marts")
        rows = connection.execute(QUESTION).fetchall()
    assert len(rows) == 23
    return rows


def same(rows: list[Any], expected: list[tuple[str, float | None]]) -> bool:
    return [tuple(row) for row in rows] == [(region, value and pytest.approx(value)) for region, value in expected]


def ask_cli(settings: Settings, sql: str) -> subprocess.CompletedProcess[str]:
    duckdb_cli = environment("sql_clients") / "duckdb"
    command = [str(duckdb_cli), "-readonly", "-json", str(settings.published_marts), sql]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_duckdbs_command_line(demo_installation, expected):
    asked = ask_cli(demo_installation, f"use marts.marts; {QUESTION}")
    assert asked.returncode == 0, asked.stderr
    assert same([row.values() for row in json.loads(asked.stdout)], expected)


def test_the_name_trap_is_as_the_guide_says(demo_installation):
    trapped = ask_cli(demo_installation, "select count(*) from marts.kpi_values")
    assert trapped.returncode != 0
    assert "Ambiguous" in trapped.stderr
    assert ask_cli(demo_installation, "select count(*) from marts.marts.kpi_values").returncode == 0


def test_nobody_writes_into_the_snapshot(demo_installation):
    written = ask_cli(demo_installation, "delete from marts.marts.kpi_values")
    assert written.returncode != 0
    assert "read-only" in written.stderr


def test_sqlalchemy_pandas_and_polars(demo_installation, expected):
    python = environment("sql_clients") / "python"
    done = subprocess.run(
        [str(python), str(HERE / "python_clients.py"), str(demo_installation.published_dir)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    answers = json.loads(done.stdout)
    assert same(answers["by_pandas"], expected)
    assert same(answers["by_polars"], expected)
    assert same(answers["by_sqlalchemy"]["rows"], expected)
    assert {"kpi_values", "dim_metric", "fct_exam_attempts"} <= set(answers["by_sqlalchemy"]["tables"])
    assert "read-only" in answers["by_sqlalchemy"]["refusal"]


@pytest.mark.skipif(os.environ.get(WITHOUT_SUPERSET) == "1", reason=f"{WITHOUT_SUPERSET}=1")
def test_superset(demo_installation, expected, tmp_path):
    """A database of the snapshot, a dataset, a chart and a query in SQL Lab, through Superset's own API."""
    programs = environment("superset")
    (tmp_path / "superset_config.py").write_text(
        f"SECRET_KEY = 'for this test and no other, 42 letters long'\n"
        f"SQLALCHEMY_DATABASE_URI = 'sqlite:///{tmp_path / 'superset.db'}'\n"
        # the API alone is used here, with a token and without a browser
        "WTF_CSRF_ENABLED = False\nTALISMAN_ENABLED = False\n"
    )
    settings = {
        "SUPERSET_CONFIG_PATH": str(tmp_path / "superset_config.py"),
        "SUPERSET_HOME": str(tmp_path),
        "FLASK_APP": "superset",
        "SCARF_ANALYTICS": "false",
    }

    def run(*command: str) -> str:
        done = subprocess.run(
            [str(programs / "python"), *command],
            cwd=tmp_path,
            env=os.environ | settings,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
        return done.stdout

    run(str(programs / "superset"), "db", "upgrade")
    run(str(programs / "superset"), "init")
    printed = run(str(HERE / "superset_session.py"), str(demo_installation.published_marts))
    answer = json.loads(next(line for line in printed.splitlines() if line.startswith("ANSWER ")).split(" ", 1)[1])
    chart = sorted((row["region_code"], row["value"]) for row in answer["chart"])
    assert same(chart, expected)
    assert same([row.values() for row in answer["sql_lab"]], expected)
    status, refusal = answer["write"]
    assert status >= 400
    assert "read-only" in json.dumps(refusal)


def test_the_guides_answers_are_the_demos(demo_installation):
    text = guide.GUIDE.read_text(encoding="utf-8")
    assert len(guide.questions(text)) == 10
    answered = guide.answered(text, demo_installation.published_marts)
    assert answered == text, "the demo changed: .venv/bin/python -m tests.clients.guide writes the answers anew"


def test_no_address_of_a_package_index_is_in_the_requirements():
    for file in HERE.glob("*.txt"):
        assert "http" not in file.read_text(encoding="utf-8"), file.relative_to(PROJECT_DIR)
