"""Every figure of the memo, recomputed from the written files."""

import duckdb
import pytest
from recomputation import computed, status

from simulation.reference import load_figures

FIGURES = list(load_figures().iter_rows(named=True))


@pytest.mark.parametrize("figure", FIGURES, ids=lambda figure: figure["figure_id"])
def test_figure_reconciles_as_expected(current: duckdb.DuckDBPyConnection, figure: dict[str, str]) -> None:
    value = computed(current, figure)
    assert status(figure, value) == figure["expected"], f"{figure['metric_key']}: {value}"
