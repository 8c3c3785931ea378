"""The earlier memo beside the data: its figures that come out otherwise, and its statements with a verdict."""

from collections import Counter

from orchestration.memo.document import Block, Figure, Name, Paragraph, Section, Table, Text
from orchestration.memo.rows import ClaimFigure, MemoFigure
from orchestration.memo.wording import Words

RECONCILIATION = "memo_reconciliation"
CLAIMS = "memo_claims"
CLAIM_FIGURES = "memo_claim_figures"
STATUSES = ("match", "truncated", "differs", "no_data")
# Units of what is printed of an indicator; the figure's own unit says what a value is in.
MEASURE_UNITS = {"growth_ratio": "factor"}


def memo_section(words: Words) -> Section:
    """Figures by status, those that do not match, statements, and the figures behind their verdicts."""
    blocks: list[Block] = [Paragraph(words.say("intro.memo")), _counts(words)]
    differing = [row for row in words.facts.figures if row.status in ("differs", "truncated")]
    if differing:
        blocks.append(_figure_table(words, differing))
    blocks.append(_claim_table(words))
    if words.facts.claim_figures:
        blocks.append(_claim_figure_table(words))
    return Section("memo", words.text("section.memo"), tuple(blocks))


def _counts(words: Words) -> Block:
    counted = Counter(row.status for row in words.facts.figures)
    parts = {status: words.count(counted[status], RECONCILIATION) for status in STATUSES}
    total = words.count(len(words.facts.figures), RECONCILIATION)
    return Paragraph(words.say("memo_counts", total=total, **parts), "finding")


def _figure_table(words: Words, figures: list[MemoFigure]) -> Table:
    header: tuple[Text, ...] = tuple(
        (words.text(f"column.{key}"),)
        for key in ("figure_id", "metric", "period", "memo_prints", "data_give", "status")
    )
    caption = words.say("table.memo_figures")
    rows = tuple(_figure_row(words, row) for row in figures)
    return Table((*caption, *words.mark(RECONCILIATION)), header, rows, "lllrrl")


def _figure_row(words: Words, row: MemoFigure) -> tuple[Text, ...]:
    what: Text = words.marked_metric(row.metric_key)
    if row.breakdown != "all":
        codes = [(words.code(row.metric_key, row.breakdown, code),) for code in row.breakdown_value.split("+")]
        what += (": ", *words.listed(codes, ", "))
    if row.region_code != "KZ":
        what += (", ", words.region(row.region_code))
    if row.measure != "value":
        what += (", ", words.text(f"measure.{row.measure}"))
    years = sorted({row.period_start.year, row.period_end.year})
    unit = MEASURE_UNITS.get(row.measure, row.unit)
    return (
        (Name(row.figure_id),),
        what,
        (Name("–".join(str(year) for year in years)),),
        words.figure(row.published_value, unit, RECONCILIATION, is_marked=False),
        words.figure(row.computed_value, unit, RECONCILIATION, is_marked=False),
        (words.text(f"memo_status.{row.status}"),),
    )


def _order(claim_id: str) -> int:
    return int(claim_id.removeprefix("M"))


def _claim_table(words: Words) -> Table:
    header: tuple[Text, ...] = tuple((words.text(f"column.{key}"),) for key in ("number", "statement", "verdict"))
    rows = tuple(
        (
            (Name(row.claim_id),),
            (Name(words.of(row, "statement")),),
            (words.text(f"claim.{row.verdict.replace(' ', '_')}"),),
        )
        for row in sorted(words.facts.claims, key=lambda row: _order(row.claim_id))
    )
    caption = words.say("table.claims")
    return Table((*caption, *words.mark(CLAIMS)), header, rows, "lll")


def _claim_figure_table(words: Words) -> Table:
    found = {(row.claim_id, row.figure_key, row.period): row for row in words.facts.claim_figures}
    keys = sorted({(claim, key) for claim, key, _ in found}, key=lambda pair: (_order(pair[0]), pair[1]))
    rows = tuple(
        (
            (Name(claim),),
            (Name(words.text(f"claim_figure.{key}")),),
            _claim_figure(words, found.get((claim, key, "compared"))),
            _claim_figure(words, found.get((claim, key, "period"))),
        )
        for claim, key in keys
    )
    header: tuple[Text, ...] = tuple(
        (words.text(f"column.{key}"),) for key in ("number", "figure", "compared_period", "own_period")
    )
    caption = words.say("table.claim_figures")
    return Table((*caption, *words.mark(CLAIM_FIGURES)), header, rows, "llrr")


def _claim_figure(words: Words, row: ClaimFigure | None) -> Text:
    if row is None:
        return ("–",)
    text: Text = (Figure(words.number(row.value, row.unit), CLAIM_FIGURES, is_marked=False),)
    bounds = words.interval(row.lower_bound, row.upper_bound, row.unit, CLAIM_FIGURES)
    return text + (words.say("in_cell", interval=bounds) if bounds else ())
