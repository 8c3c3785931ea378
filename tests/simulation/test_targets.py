"""Counts dealt out under the memo's figures: hand-made demands."""

from datetime import date

import numpy as np
import pytest

from simulation.targets import Allocation, Ceiling, Demand, Figure, MonthlyLevel, Targets, region_constraints, spread

YEARS = (2024, 2025)


def figure(value: float, decimals: int, *, truncated: bool = False, region: str = "KZ") -> Figure:
    period = (date(2024, 1, 1), date(2025, 12, 31))
    return Figure("m", "value", *period, region, "all", ("all",), value, decimals, truncated)


@pytest.mark.parametrize("seed", range(20))
def test_allocation_meets_demands_of_one_and_of_both_years(seed: int) -> None:
    # 306 = 150 + 75 + 81 and 496 = 300 + 55 + 141: what is left, 81 + 141 = 218 + 4, decides the other two codes.
    demands = [
        Demand(("remark",), (2024,), 150),
        Demand(("remark",), (2025,), 300),
        Demand(("remark",), YEARS, 450),
        Demand(("severe",), (2024,), 75),
        Demand(("severe",), (2025,), 55),
        Demand(("reprimand",), YEARS, 218),
        Demand(("dismissal",), YEARS, 4),
    ]
    weights = {"remark": 1.0, "reprimand": 1.0, "severe": 1.0, "dismissal": 1.0}
    counts = Allocation(np.random.default_rng(seed), {2024: 306, 2025: 496}, weights, demands).counts
    assert counts.sum(axis=1).tolist() == [306, 496]
    assert counts[:, [0, 2]].tolist() == [[150, 75], [300, 55]]
    assert counts[:, 1].sum() == 218
    assert counts[:, 3].sum() == 4


def test_allocation_of_a_figure_of_two_codes() -> None:
    demands = [Demand(("a", "b"), YEARS, 88), Demand(("c",), (2024,), 7)]
    counts = Allocation(
        np.random.default_rng(1), {2024: 70, 2025: 92}, {"a": 1, "b": 3, "c": 1, "d": 1}, demands
    ).counts
    assert counts[:, :2].sum() == 88
    assert counts[0, 2] == 7
    assert counts.sum() == 162


def test_contradicting_figures_are_refused() -> None:
    demands = [Demand(("a",), (2024,), 6), Demand(("b",), (2024,), 5)]
    with pytest.raises(ValueError, match="contradict"):
        Allocation(np.random.default_rng(1), {2024: 10}, {"a": 1.0, "b": 1.0}, demands)
    sums = [Demand(("a",), (2024,), 3), Demand(("a",), (2025,), 3), Demand(("a",), YEARS, 7)]
    with pytest.raises(ValueError, match="off by 1"):
        Allocation(np.random.default_rng(1), {2024: 10, 2025: 10}, {"a": 1.0, "b": 1.0}, sums)


def test_regions_without_a_figure_stay_below_the_smallest_printed() -> None:
    demands, ceilings = region_constraints([figure(30, 0, region="X"), figure(12, 0, region="Y")], ["X", "Y", "P", "Q"])
    assert ceilings == [Ceiling(("P", "Q"), YEARS, 11)]
    weights = {"X": 1.0, "Y": 1.0, "P": 50.0, "Q": 1.0, "HQ": 1.0}
    counts = Allocation(np.random.default_rng(1), {2024: 40, 2025: 40}, weights, demands, ceilings).counts
    assert counts[:, 0].sum() == 30
    assert counts[:, 1].sum() == 12
    assert counts[:, 2].sum() <= 11
    assert counts[:, 3].sum() <= 11


def test_spread_keeps_capacities() -> None:
    dealt = spread(np.random.default_rng(1), 9, np.array([100.0, 1.0, 0.0]), np.array([2, 3, 4]))
    assert dealt.tolist() == [2, 3, 4]
    with pytest.raises(ValueError, match="do not fit"):
        spread(np.random.default_rng(1), 10, np.array([1.0, 1.0, 1.0]), np.array([2, 3, 4]))


def test_drawn_values_print_as_the_figure() -> None:
    rng = np.random.default_rng(1)
    assert all(round(figure(58.9, 1).draw(rng), 1) == 58.9 for _ in range(100))
    # 12.8 truncated stands for 12.80 to 12.90.
    assert all(12.82 <= figure(12.8, 1, truncated=True).draw(rng) <= 12.88 for _ in range(100))


def test_printed_months_are_exact_and_others_follow_the_trend() -> None:
    level = MonthlyLevel({date(2025, 1, 1): 1_700.0, date(2025, 10, 1): 1_340.0}, noise=0.0)
    rng = np.random.default_rng(1)
    assert level.draw(rng, date(2025, 10, 1)) == 1_340.0
    # Forty a month less: 1700 - 3 x 40 in April, 1700 + 40 the December before.
    assert level.draw(rng, date(2025, 4, 1)) == pytest.approx(1_580.0)
    assert level.draw(rng, date(2024, 12, 1)) == pytest.approx(1_740.0)


def test_a_figure_that_differs_by_the_memo_itself_constrains_nothing() -> None:
    inquiries = Targets.load().of("appeals", breakdown="kind")
    assert all(f.column == "value" and f.decimals == 0 for f in inquiries)
