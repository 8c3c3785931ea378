"""Draws the plots of a note, SVG or PNG, in colours that colour-blind people can tell apart."""

import io
from typing import Literal

import matplotlib
from babel.numbers import format_decimal
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from orchestration.memo.document import Plot, Series

matplotlib.use("Agg")
# The same plot is the same bytes, whenever it is drawn; letters are drawn, so that no font need be there to read them.
matplotlib.rcParams.update(
    {"svg.hashsalt": "memo", "svg.fonttype": "path", "font.family": "DejaVu Sans", "font.size": 8}
)

# This year and the one before (Okabe and Ito's palette); they differ in lightness and in form too.
COLOURS = ("#0072B2", "#E69F00")
WIDTH_INCHES = 6.7
BAR_ROW_INCHES = 0.19
FRAME_INCHES = 0.8
LINES_HEIGHT_INCHES = 2.6
PNG_DOTS_PER_INCH = 200


def draw(plot: Plot, language: str, form: Literal["svg", "png"]) -> bytes:
    """The plot as the bytes of a file."""
    height = FRAME_INCHES + BAR_ROW_INCHES * len(plot.labels) if plot.kind == "bars" else LINES_HEIGHT_INCHES
    figure = Figure(figsize=(WIDTH_INCHES, height), layout="constrained")
    axes = figure.add_subplot()
    numbers = FuncFormatter(lambda value, _: str(format_decimal(value, "#,##0.##", language)))
    if plot.kind == "bars":
        _bars(axes, plot)
        axes.xaxis.set_major_formatter(numbers)
        axes.set_xlabel(plot.unit)
    else:
        _lines(axes, plot)
        axes.yaxis.set_major_formatter(numbers)
        axes.set_ylabel(plot.unit)
    axes.spines[["top", "right"]].set_visible(False)
    figure.legend(frameon=False, loc="outside upper right", ncols=len(plot.series))
    stream = io.BytesIO()
    metadata = {"Date": None, "Creator": None} if form == "svg" else {"Software": None}
    figure.savefig(stream, format=form, dpi=PNG_DOTS_PER_INCH, metadata=metadata)
    return stream.getvalue()


def _bars(axes: Axes, plot: Plot) -> None:
    """Horizontal bars, the first label on top: a bar for the year with its interval, a tick for the year before."""
    this_year, *others = plot.series
    rows = range(len(plot.labels))
    axes.barh(rows, [value or 0 for value in this_year.values], 0.6, color=COLOURS[0], label=this_year.name, alpha=0.85)
    _intervals(axes, this_year)
    for series, colour in zip(others, COLOURS[1:], strict=False):
        known = [(value, row) for row, value in enumerate(series.values) if value is not None]
        axes.scatter(
            [value for value, _ in known],
            [row for _, row in known],
            marker="D",
            s=22,
            color=colour,
            edgecolors="black",
            linewidths=0.6,
            label=series.name,
            zorder=3,
        )
    axes.set_yticks(rows, plot.labels)
    axes.invert_yaxis()
    axes.grid(axis="x", linewidth=0.4, alpha=0.5)
    axes.set_axisbelow(True)


def _intervals(axes: Axes, series: Series) -> None:
    known = [
        (row, value, bounds)
        for row, (value, bounds) in enumerate(zip(series.values, series.bounds, strict=True))
        if value is not None and bounds is not None
    ]
    if known:
        axes.errorbar(
            [value for _, value, _ in known],
            [row for row, _, _ in known],
            xerr=(
                [max(value - bounds[0], 0) for _, value, bounds in known],
                [max(bounds[1] - value, 0) for _, value, bounds in known],
            ),
            fmt="none",
            ecolor="black",
            elinewidth=0.8,
            capsize=2,
        )


def _lines(axes: Axes, plot: Plot) -> None:
    """A line a year over the months; the year before is dashed."""
    for series, colour, dashes, marker in zip(plot.series, COLOURS, ("solid", "dashed"), ("o", "D"), strict=False):
        values = [float("nan") if value is None else value for value in series.values]
        axes.plot(plot.labels, values, color=colour, linestyle=dashes, marker=marker, markersize=4, label=series.name)
    axes.set_ylim(bottom=0)
    axes.yaxis.set_major_locator(MaxNLocator(nbins=5))
    axes.grid(axis="y", linewidth=0.4, alpha=0.5)
    axes.set_axisbelow(True)
