"""Sentences by rule: what a figure is, whether its change may be called one, who makes it. The marts judge."""

from orchestration.memo.document import Block, Figure, Name, Paragraph, Text
from orchestration.memo.rows import Change, Kpi
from orchestration.memo.wording import Words

COUNTRY = "KZ"
# How many of the largest regions a sentence names.
NAMED_REGIONS = 3
# The order in which verdicts are told.
VERDICTS = ("up", "down", "not clear", "no interval", "no_data")


def kpi(words: Words, metric: str, region: str = COUNTRY) -> Kpi | None:
    """The year's figure of a region, or nothing."""
    return words.facts.kpis.get((metric, region, "all", "all"))


def value(words: Words, metric: str, number: float | None, is_marked: bool = True) -> Text:
    """A figure of a metric in its unit."""
    return words.figure(number, words.facts.metrics[metric].unit, metric, is_marked)


def change_figure(words: Words, metric: str, change: Change, in_table: bool = False) -> Text:
    """The change against the year before with its interval: points, or how many times."""
    if change.change is None:
        return (words.text("no_data"),)
    unit = "points" if change.change_unit == "points" else "factor"
    shown = words.figure(change.change, unit, metric, is_marked=False)
    bounds = words.interval(change.change_lower, change.change_upper, unit, metric)
    suffix = words.say("points") if unit == "points" else ()
    return shown + suffix + (words.say("in_cell" if in_table else "in_brackets", interval=bounds) if bounds else ())


def missing(words: Words, metric: str) -> Text:
    """Why there is no figure of a metric: which source is missing, or that there is nothing to divide by."""
    row = words.facts.metrics[metric]
    label = words.metric(metric)
    if not row.is_built:
        return words.say("missing.not_built", metric=label)
    absent = [
        name
        for name in row.sources.split()
        if name not in words.facts.sources or words.facts.sources[name].last_delivery_at is None
    ]
    if absent:
        return words.say("missing.source", metric=label, sources=words.sources(" ".join(absent)))
    year = words.year(words.facts.year)
    if kpi(words, metric) is None:
        return words.say("missing.year", metric=label, sources=words.sources(row.sources), year=year)
    return words.say("missing.nothing_to_divide", metric=label, year=year)


def has_figure(words: Words, metric: str) -> bool:
    """Whether the country has a figure of the year."""
    found = kpi(words, metric)
    return found is not None and found.value is not None


def verdicts(words: Words, metrics: list[str]) -> list[Block]:
    """One paragraph per verdict, with the metrics that it holds for; those without a figure one by one."""
    blocks: list[Block] = []
    held: dict[str, list[Text]] = {verdict: [] for verdict in VERDICTS}
    for metric in metrics:
        change = words.facts.changes.get((metric, COUNTRY))
        if not has_figure(words, metric):
            blocks.append(Paragraph(missing(words, metric), "caution"))
        elif change is None or change.moved == "no_data":
            held["no_data"].append((words.metric(metric),))
        else:
            figures = words.say(
                "from_to",
                metric=words.metric(metric),
                past=value(words, metric, change.past_value, is_marked=False),
                now=value(words, metric, change.value),
                change=change_figure(words, metric, change),
            )
            held[change.moved].append(figures)
    for verdict, texts in held.items():
        if texts:
            key = f"verdict.{verdict.replace(' ', '_')}"
            blocks.append(
                Paragraph(words.say(key), "finding" if verdict in ("up", "down") else "caution", tuple(texts))
            )
    return blocks


def largest_regions(words: Words, metric: str) -> list[Block]:
    """Which parts of the country a count is mostly made of."""
    parts = [
        row
        for (key, region, breakdown, _), row in words.facts.kpis.items()
        if key == metric and breakdown == "all" and region != COUNTRY and row.regional_share_pct
    ]
    if not parts:
        return []
    parts.sort(key=lambda row: (-(row.value or 0), row.region_code))
    named = [
        words.say(
            "region_share",
            region=words.region(row.region_code),
            value=value(words, metric, row.value),
            share=words.figure(row.regional_share_pct, "percent", metric, is_marked=False),
        )
        for row in parts[:NAMED_REGIONS]
    ]
    return [Paragraph(words.say("largest_regions", metric=words.metric(metric), regions=words.listed(named)))]


def without_largest(words: Words, metric: str, only_turned: bool = False) -> list[Block]:
    """What is left of the country's change without the part that makes most of it; or only if the verdict turns."""
    change = words.facts.changes.get((metric, COUNTRY))
    if change is None or change.largest_region_code is None or change.moved == "no_data":
        return []
    rest = Change(
        metric,
        COUNTRY,
        change.value_without_largest,
        change.past_value_without_largest,
        change.change_unit,
        change.change_without_largest,
        change.change_lower_without_largest,
        change.change_upper_without_largest,
        change.moved_without_largest or "no_data",
        *([None] * 7),
    )
    turns = change.moved_without_largest != change.moved
    if only_turned and not turns:
        return []
    text = words.say(
        "without_largest",
        metric=words.metric(metric),
        region=words.region(change.largest_region_code),
        past=value(words, metric, rest.past_value, is_marked=False),
        now=value(words, metric, rest.value),
        change=change_figure(words, metric, rest),
        verdict=words.moved(rest.moved),
    )
    if turns:
        text += words.say("hangs_on_one_region")
    return [Paragraph(text, "caution" if turns else "body")]


def explained(words: Words, claim_id: str) -> list[Block]:
    """A lawful ratio or a national shift with the figures that explain it; nothing when the marts lack them."""
    found = {
        row.figure_key if row.period == "period" else f"{row.figure_key}_before": row
        for row in words.facts.claim_figures
        if row.claim_id == claim_id
    }
    parts: dict[str, Text] = {}
    for key, row in found.items():
        shown: Text = (Figure(words.number(row.value, row.unit), "memo_claim_figures"),)
        bounds = words.interval(row.lower_bound, row.upper_bound, row.unit, "memo_claim_figures")
        parts[key] = shown + (words.say("in_brackets", interval=bounds) if bounds else ())
    try:
        return [Paragraph(words.say(f"explained.{claim_id}", claim=Name(claim_id), **parts), "finding")]
    except KeyError:
        return []
