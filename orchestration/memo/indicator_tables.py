"""Tables and plots of indicators: a section's main table, its breakdowns, its regions."""

from datetime import date

from orchestration.memo.document import Mark, Part, Plot, Series, Table, Text
from orchestration.memo.rows import Kpi
from orchestration.memo.sentences import COUNTRY, change_figure, kpi, value
from orchestration.memo.wording import Words

# Upward and downward changes that the intervals bear; everything else has no arrow.
ARROWS = {"up": "\u00a0▲", "down": "\u00a0▼"}


def main_table(words: Words, metrics: list[str], title: str) -> Table:
    """The section's metrics: the year with its interval, the year before, the change, the verdict."""
    rows = []
    for metric in metrics:
        found = kpi(words, metric)
        change = words.facts.changes.get((metric, COUNTRY))
        unit = words.facts.metrics[metric].unit
        dash: Text = ("–",)
        bounds = words.interval(found.interval_lower, found.interval_upper, unit, metric) if found else ()
        rows.append(
            (
                words.marked_metric(metric),
                value(words, metric, found.value if found else None, is_marked=False),
                bounds or dash,
                value(words, metric, found.prior_year_value if found else None, is_marked=False),
                change_figure(words, metric, change, in_table=True) if change else dash,
                (words.moved(change.moved if change else "no_data"),),
            )
        )
    year = words.facts.year
    header: tuple[Text, ...] = (
        (words.text("column.metric"),),
        (words.year(year),),
        (words.text("column.interval"),),
        (words.year(year - 1),),
        (words.text("column.change"),),
        (words.text("column.verdict"),),
    )
    return Table(words.say("table.main", section=title), header, tuple(rows), "lrrrrl")


def breakdown_table(words: Words, metric: str, breakdown: str) -> Table | None:
    """The parts of the country's figure, largest first; those that are nothing in both years are left out."""
    found = [
        row
        for (key, region, name, _), row in words.facts.kpis.items()
        if (key, region, name) == (metric, COUNTRY, breakdown) and (row.value or row.prior_year_value)
    ]
    if not found:
        return None
    has_shares = any(row.share_pct is not None for row in found)
    found.sort(key=lambda row: (-(row.value or 0), row.breakdown_value))
    caption = words.say("table.breakdown", metric=words.metric(metric), breakdown=words.text(f"breakdown.{breakdown}"))
    year = words.facts.year
    name = words.text(f"breakdown.{breakdown}")
    header: list[Text] = [(name[:1].upper() + name[1:],), (words.year(year),), (words.year(year - 1),)]
    if has_shares:
        header.insert(2, (words.text("column.share"),))
    return Table(
        (*caption, Mark(metric)),
        tuple(header),
        tuple(_breakdown_row(words, metric, row, has_shares) for row in found),
        "lrrr" if has_shares else "lrr",
    )


def _breakdown_row(words: Words, metric: str, row: Kpi, has_shares: bool) -> tuple[Text, ...]:
    cells: list[Text] = [
        (words.code(metric, row.breakdown, row.breakdown_value),),
        value(words, metric, row.value, is_marked=False),
        value(words, metric, row.prior_year_value, is_marked=False),
    ]
    if has_shares:
        cells.insert(2, words.figure(row.share_pct, "percent", metric, is_marked=False))
    return tuple(cells)


def region_table(words: Words, metrics: list[str]) -> Table | None:
    """The metrics by region with their intervals; an arrow where the change against the year before is borne out."""
    regions = regions_of(words, metrics[0])
    if not regions:
        return None
    rows = [
        ((words.region(region),), *(_region_cell(words, metric, region) for metric in metrics))
        for region in [*regions, COUNTRY]
    ]
    header: tuple[Text, ...] = ((words.text("column.region"),), *(words.marked_metric(metric) for metric in metrics))
    return Table(
        words.say("table.regions", year=words.year(words.facts.year)),
        header,
        tuple(rows),
        "l" + "r" * len(metrics),
        words.say("table.regions_note"),
    )


def _region_cell(words: Words, metric: str, region: str) -> Text:
    found = kpi(words, metric, region)
    if found is None:
        return ("–",)
    shown = value(words, metric, found.value, is_marked=False)
    bounds = words.interval(found.interval_lower, found.interval_upper, words.facts.metrics[metric].unit, metric)
    change = words.facts.changes.get((metric, region))
    arrow: tuple[Part, ...] = (ARROWS[change.moved],) if change and change.moved in ARROWS else ()
    return shown + (words.say("in_cell", interval=bounds) if bounds and found.value is not None else ()) + arrow


def regions_of(words: Words, metric: str) -> list[str]:
    """Regions that have a figure of the metric in either year, largest first; the country itself apart."""
    found = [
        row
        for (key, region, breakdown, _), row in words.facts.kpis.items()
        if key == metric and breakdown == "all" and region != COUNTRY
    ]
    shown = [row for row in found if row.value or row.prior_year_value or row.denominator]
    shown.sort(key=lambda row: (row.value is None, -(row.value or 0), row.region_code))
    return [row.region_code for row in shown]


def plot(words: Words, kind: str, metric: str) -> Plot | None:
    """The plot of a metric: regions with both years' bars, or months with both years' lines."""
    return _region_plot(words, metric) if kind == "regions" else _month_plot(words, metric)


def _region_plot(words: Words, metric: str) -> Plot | None:
    regions = regions_of(words, metric)
    rows = [words.facts.kpis[metric, region, "all", "all"] for region in regions]
    if not rows:
        return None
    year = words.facts.year
    bounds = tuple(
        (row.interval_lower, row.interval_upper)
        if row.interval_lower is not None and row.interval_upper is not None and row.value is not None
        else None
        for row in rows
    )
    series = (
        Series(str(year), tuple(row.value for row in rows), bounds),
        Series(str(year - 1), tuple(row.prior_year_value for row in rows)),
    )
    caption = words.say("plot.regions", metric=words.metric(metric), year=words.year(year), past=words.year(year - 1))
    labels = tuple(words.region(region).text for region in regions)
    return _plot(words, metric, "bars", caption, labels, series)


def _month_plot(words: Words, metric: str) -> Plot | None:
    year = words.facts.year
    series = tuple(
        Series(str(one), tuple(words.facts.months.get((metric, date(one, month, 1))) for month in range(1, 13)))
        for one in (year, year - 1)
    )
    if all(number is None for one in series for number in one.values):
        return None
    caption = words.say("plot.months", metric=words.metric(metric), year=words.year(year), past=words.year(year - 1))
    return _plot(words, metric, "lines", caption, tuple(str(month) for month in range(1, 13)), series)


def _plot(
    words: Words, metric: str, kind: str, caption: Text, labels: tuple[str, ...], series: tuple[Series, ...]
) -> Plot:
    alt = "".join(part if isinstance(part, str) else getattr(part, "text", "") for part in caption)
    unit = words.of(words.facts.metrics[metric], "unit")
    return Plot("bars" if kind == "bars" else "lines", (*caption, Mark(metric)), alt, labels, series, unit)
