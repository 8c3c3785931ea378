"""The risk register: factors with status and since when, why the country's alert, and where regions do."""

from orchestration.memo.document import Block, Name, Paragraph, Section, Table, Text
from orchestration.memo.rows import Comparison, RiskStatus
from orchestration.memo.sentences import COUNTRY, has_figure, missing, value
from orchestration.memo.wording import Words

REGISTER = "risk_register"
PEERS = ("region", "city")
SEVERITY = ("alert", "watch", "no_data", "normal")


def risk_section(words: Words) -> Section:
    """The register of the year."""
    blocks: list[Block] = [
        Paragraph(words.say("intro.risks")),
        _summary_table(words),
        _factor_table(words),
        *_reasons(words),
        *_unknown(words),
    ]
    regions = _region_table(words)
    if regions:
        blocks.append(regions)
    return Section("risks", words.text("section.risks"), tuple(blocks))


def _order(number: str) -> tuple[int, ...]:
    return tuple(int(part) for part in number.split("."))


def _label(words: Words, risk_no: str, factor_no: str | None = None) -> Name:
    found = [risk for risk in words.facts.risks if risk.risk_no == risk_no and risk.factor_no == factor_no]
    return Name(words.of(found[0], "label") if found else factor_no or risk_no)


def _summary_table(words: Words) -> Table:
    rows = []
    for row in sorted(words.facts.summaries, key=lambda row: _order(row.risk_no)):
        numbers = (
            row.factors,
            row.factors_alert,
            row.factors_watch,
            row.factors_normal,
            row.factors_no_data,
            row.factors_worse,
            row.factors_better,
        )
        name: Text = (Name(f"{row.risk_no}. {_label(words, row.risk_no).text}"),)
        rows.append((name, *(words.count(number, "risk_summary", is_marked=False) for number in numbers)))
    header: tuple[Text, ...] = (
        (words.text("column.risk"),),
        (words.text("column.factors"),),
        *((words.text(f"status.{status}"),) for status in ("alert", "watch", "normal", "no_data")),
        (words.text("column.worse"),),
        (words.text("column.better"),),
    )
    caption = words.say("table.risk_summary", year=words.year(words.facts.year))
    return Table((*caption, *words.mark("risk_summary")), header, tuple(rows), "lrrrrrrr")


def _status(words: Words, row: RiskStatus) -> tuple[Text, Text]:
    since: Text = (words.year(row.status_since.year),) if row.status_since and row.status != "no_data" else ("–",)
    return (words.text(f"status.{row.status}"),), since


def _factor_table(words: Words) -> Table:
    rows = []
    country = [row for row in words.facts.register if row.region_code == COUNTRY]
    for row in sorted(country, key=lambda row: (_order(row.factor_no), row.metric_key)):
        alerting = [
            other
            for other in words.facts.register
            if (other.factor_no, other.metric_key, other.status) == (row.factor_no, row.metric_key, "alert")
            and words.facts.regions[other.region_code].region_type in PEERS
        ]
        status, since = _status(words, row)
        rows.append(
            (
                (Name(row.factor_no),),
                (_label(words, row.risk_no, row.factor_no),),
                words.marked_metric(row.metric_key),
                value(words, row.metric_key, row.value, is_marked=False),
                status,
                since,
                words.count(len(alerting), REGISTER, is_marked=False),
            )
        )
    header: tuple[Text, ...] = tuple(
        (words.text(f"column.{key}"),)
        for key in ("factor_no", "factor", "metric", "value", "status", "since", "regions_alerting")
    )
    caption = words.say("table.factors", year=words.year(words.facts.year))
    return Table((*caption, *words.mark(REGISTER)), header, tuple(rows), "lllrlrr")


def _reasons(words: Words) -> list[Block]:
    """Why the country's factors alert: the comparisons behind the status, in the language."""
    blocks: list[Block] = []
    for row in sorted(words.facts.register, key=lambda row: (_order(row.factor_no), row.metric_key)):
        if row.region_code != COUNTRY or row.status != "alert":
            continue
        reasons = [
            _reason(words, comparison)
            for comparison in words.facts.comparisons
            if comparison.metric_key == row.metric_key and comparison.status == "alert"
        ]
        if reasons:
            text = words.say(
                "alert_reason",
                number=Name(row.factor_no),
                factor=_label(words, row.risk_no, row.factor_no),
                metric=words.metric(row.metric_key),
                reasons=words.listed(reasons),
            )
            blocks.append(Paragraph(text, "finding"))
    if blocks:
        blocks.insert(0, Paragraph(words.say("intro.alert_reasons")))
    return blocks


def _unknown(words: Words) -> list[Block]:
    """Why nothing can be said of factors of the country: which source is missing, or that there is too little."""
    unknown = [row for row in words.facts.register if (row.region_code, row.status) == (COUNTRY, "no_data")]
    if not unknown:
        return []
    items = tuple(
        words.say(
            "factor_unknown",
            number=Name(row.factor_no),
            why=words.say("missing.too_little", metric=words.metric(row.metric_key))
            if has_figure(words, row.metric_key)
            else missing(words, row.metric_key),
        )
        for row in sorted(unknown, key=lambda row: (_order(row.factor_no), row.metric_key))
    )
    return [Paragraph(words.say("intro.unknown"), "caution", items)]


def _reason(words: Words, row: Comparison) -> Text:
    unit = "ratio" if row.level_unit == "per_exposure" else row.level_unit
    estimate_unit = {"difference": "points", "ratio": "factor"}.get(row.estimate_kind, unit)
    bounds: Text = ()
    if row.estimate_lower != row.estimate_upper:
        bounds = words.interval(row.estimate_lower, row.estimate_upper, estimate_unit, row.metric_key)
    estimate = words.figure(row.estimate, estimate_unit, row.metric_key)
    per: Text = ()
    if row.exposure_metrics:
        names = [(words.metric(key),) for key in row.exposure_metrics.split()]
        per = words.say("per_exposure", metrics=words.listed(names, ", "))
    return words.say(
        f"reason.{row.kind}",
        estimate=estimate + (words.say("points") if estimate_unit == "points" else ()),
        interval=words.say("in_brackets", interval=bounds) if bounds else (),
        level=words.figure(row.level, unit, row.metric_key),
        past=words.figure(row.past_level, unit, row.metric_key),
        median=words.figure(row.median_level, unit, row.metric_key),
        limit=words.figure(row.alert_limit, estimate_unit, row.metric_key),
        side=words.text(f"side.{row.direction}"),
        per=per,
    )


def _region_table(words: Words) -> Table | None:
    """Which factors alert in which region, and since when."""
    rows = []
    for code, region in words.facts.regions.items():
        alerting = [row for row in words.facts.register if row.region_code == code and row.status == "alert"]
        if region.region_type not in PEERS or not alerting:
            continue
        since: dict[str, int] = {}
        for row in alerting:
            if row.status_since:
                since[row.factor_no] = min(since.get(row.factor_no, words.facts.year), row.status_since.year)
        texts = [
            words.say("factor_since", factor=Name(factor), year=words.year(since[factor]))
            for factor in sorted(since, key=_order)
        ]
        factors = len({row.factor_no for row in alerting})
        rows.append(
            (factors, ((words.region(code),), words.count(factors, REGISTER, is_marked=False), words.listed(texts)))
        )
    if not rows:
        return None
    rows.sort(key=lambda row: -row[0])
    header: tuple[Text, ...] = tuple(
        (words.text(f"column.{key}"),) for key in ("region", "factors_alerting", "factors_since")
    )
    caption = words.say("table.region_alerts", year=words.year(words.facts.year))
    return Table((*caption, *words.mark(REGISTER)), header, tuple(row for _, row in rows), "lrl")
