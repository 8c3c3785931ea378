"""What MetricFlow answers is what kpi_values says: every metric, month and year, region, and breakdown of the demo."""

import csv
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from orchestration.settings import PROJECT_DIR, Settings
from tests.semantic.metric_flow import MetricFlow, metric_flow

# the first test waits for the demo's run
pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]

# The families that the semantic layer is for; service_applications comes with the complaints per service.
SECTIONS = ("exams", "appeals", "court", "discipline", "violations", "registrations")
# What a section's breakdowns are called in the semantic layer.
BREAKDOWN_NAMES = {
    "exams": "exam_attempt__{}",
    "appeals": "appeal_{}",
    "court": "court_case__{}",
    "discipline": "disciplinary_record__{}",
    "violations": "violation__{}",
    "services": "service_application__{}",
}
CATALOGUE = {
    row["metric_key"]: row for row in csv.DictReader((PROJECT_DIR / "seeds/metrics.csv").open(encoding="utf-8"))
}


@pytest.fixture(scope="module")
def layer(demo_installation: Settings) -> Iterator[MetricFlow]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "environ", os.environ.copy())
        patch.chdir(PROJECT_DIR)
        with metric_flow(demo_installation) as made:
            yield made


@pytest.fixture(scope="module")
def offered(layer: MetricFlow) -> list[str]:
    """The indicators of the catalogue that the layer has."""
    return sorted(set(layer.metrics()) & set(CATALOGUE))


@pytest.fixture(scope="module")
def marts(demo_installation: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(demo_installation.published_marts), read_only=True) as connection:
        connection.execute("use marts.marts")
        yield connection


def same(got, expected):
    if got is None or expected is None:
        return got is expected
    return float(got) == pytest.approx(expected, rel=1e-9)


def differences(layer, marts, metric, grain, breakdown, by_region):
    """Of one metric, the cells in which the layer and kpi_values differ, and the number of cells compared."""
    section = CATALOGUE[metric]["section"]
    group_by = [f"metric_time__{grain}"]
    group_by += ["region"] if by_region else []
    group_by += [] if breakdown == "all" else [BREAKDOWN_NAMES[section].format(breakdown)]
    # nothing happened: kpi_values says 0 of a count, and MetricFlow has no row; a ratio of nothing is empty in both
    nothing = None if CATALOGUE[metric]["unit"] in ("percent", "ratio") else 0
    got = {(str(key[0])[:10], *key[1:]): value for key, (value,) in layer.query([metric], group_by).items()}
    columns = "period_start::varchar" + (", region_code" if by_region else "")
    columns += "" if breakdown == "all" else ", breakdown_value"
    expected = {
        tuple(key): value
        for *key, value in marts.execute(
            f"select {columns}, value from kpi_values where metric_key = ? and period_grain = ? and breakdown = ? "
            f"and (region_code = 'KZ') <> ?",
            [metric, grain, breakdown, by_region],
        ).fetchall()
    }
    assert expected, (metric, grain, breakdown)
    unlike = {}
    for key in expected.keys() | got.keys():
        pair = (got.get(key, nothing), expected.get(key, nothing))
        if not same(*pair):
            unlike[key] = pair
    return unlike, len(expected)


def test_every_metric_equals_its_rows_of_kpi_values(layer, marts, offered):
    cells = 0
    for metric in offered:
        for grain in CATALOGUE[metric]["grains"].split():
            for by_region in (False, True):
                unlike, compared = differences(layer, marts, metric, grain, "all", by_region)
                assert not unlike, (metric, grain, by_region, unlike)
                cells += compared
    assert cells > 10_000


def test_every_breakdown_equals_its_rows_of_kpi_values(layer, marts, offered):
    compared = set()
    for metric in offered:
        for breakdown in CATALOGUE[metric]["breakdowns"].split():
            if (metric, breakdown) == ("fee_unmatched_pct", "reason"):
                continue  # docs/analysts.md says why
            for by_region in (False, True):
                unlike, _ = differences(layer, marts, metric, "year", breakdown, by_region)
                assert not unlike, (metric, breakdown, by_region, unlike)
            compared.add((metric, breakdown))
    assert {("out_of_hours_exams", "cause"), ("appeals", "channel"), ("court_cases", "outcome")} <= compared


def test_a_ratio_of_nothing_is_empty_and_not_nought(layer, marts):
    rows = layer.query(["court_satisfied_pct", "court_cases"], ["metric_time__year", "region"])
    undecided = {(str(year)[:4], region) for (year, region), (satisfied, _) in rows.items() if satisfied is None}
    assert undecided
    for year, region in undecided:
        (value,) = marts.execute(
            "select value from kpi_values where metric_key = 'court_satisfied_pct' and period_grain = 'year' "
            "and breakdown = 'all' and period_start = ? and region_code = ?",
            [f"{year}-01-01", region],
        ).fetchone()
        assert value is None


def test_centres_of_a_region_add_up_to_it(layer):
    by_region = layer.query(["practical_attempts"], ["metric_time__year", "region"])
    totals: dict[tuple[object, object], float] = {}
    for (year, region, _), (attempts,) in layer.query(
        ["practical_attempts"], ["metric_time__year", "region", "centre"]
    ).items():
        totals[year, region] = totals.get((year, region), 0) + attempts
    assert totals == {key: attempts for key, (attempts,) in by_region.items()}


def test_what_the_layer_lacks_stands_in_the_guide_with_its_reason(offered):
    guide = (PROJECT_DIR / "docs/analysts.md").read_text(encoding="utf-8")
    part = guide.split("## What the semantic layer leaves out")[1].split("\n## ")[0]
    excused = set(re.findall(r"^\| `(\w+)` \|", part, re.MULTILINE))
    built = {key for key, row in CATALOGUE.items() if row["section"] in SECTIONS and row["built"] == "yes"}
    assert excused == built - set(offered)


def test_labels_are_the_catalogues(layer):
    assert {name for name, label in layer.metrics().items() if label not in (None, name)} == set()


def test_nothing_is_asked_of_other_machines(demo_installation, tmp_path: Path):
    """`mf` looks for a newer version at each start; the project's command must not."""
    script = (
        "import socket, sys\n"
        "def refuse(*given): raise SystemExit(f'asked {given[1:]}')\n"
        "socket.socket.connect = refuse\n"
        "socket.getaddrinfo = refuse\n"
        "from orchestration.metrics import main\n"
        "sys.exit(main(['query', '--metrics', 'violations', '--group-by', 'metric_time__year', '--csv', sys.argv[1]]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "violations.csv")],
        cwd=PROJECT_DIR,
        env=os.environ | {"TAUEKEL_DATA_DIR": str(demo_installation.data_dir)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert len((tmp_path / "violations.csv").read_text().splitlines()) > 1
