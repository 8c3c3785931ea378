"""Every figure of the memo about the demo's sources, recomputed from the written files."""

import duckdb
import pytest
from recomputation import computed, status

from simulation.reference import load_figures

SECTIONS = ("court", "discipline", "appeals", "exams")
FIGURES = [row for row in load_figures().iter_rows(named=True) if row["section"] in SECTIONS]


@pytest.mark.parametrize("figure", FIGURES, ids=lambda figure: figure["figure_id"])
def test_figure_reconciles_as_expected(current: duckdb.DuckDBPyConnection, figure: dict[str, str]) -> None:
    value = computed(current, figure)
    assert status(figure, value) == figure["expected"], f"{figure['metric_key']}: {value}"
