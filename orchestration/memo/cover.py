"""The cover: which data the note is written from, what is missing or late, and what the checks said."""

from datetime import date, datetime

from orchestration.memo.document import Block, Name, Paragraph, Table, Text
from orchestration.memo.wording import Words

CHECKS = "data_quality_results"
QUARANTINE = "quarantine"
FRESHNESS = "source_freshness"
# So much of a checksum tells one snapshot from another.
CHECKSUM_SHOWN = 16


def cover_table(words: Words) -> Table:
    """Period, data as of, the run and the snapshot; the checks and the quarantined rows."""
    run = words.facts.published
    year = words.year(words.facts.year)
    failed = sum(row.checks for row in words.facts.checks if row.status == "fail")
    total = sum(row.checks for row in words.facts.checks)
    open_rows = sum(row.row_count for row in words.facts.quarantine if row.status == "open")
    all_rows = sum(row.row_count for row in words.facts.quarantine)
    rows: list[tuple[Text, ...]] = [
        ((words.text("cover.period"),), words.say("cover.period_value", year=year)),
        ((words.text("cover.as_of"),), (Name(words.day(date.fromisoformat(run.as_of) if run.as_of else None)),)),
        ((words.text("cover.published_at"),), (Name(_moment(words, run.published_at)),)),
        ((words.text("cover.run"),), (Name(run.run_id),)),
        ((words.text("cover.checksum"),), (Name(f"{run.marts_sha256[:CHECKSUM_SHOWN]}…"),)),
        (
            (words.text("cover.checks"),),
            words.say(
                "cover.checks_value",
                failed=words.count(failed, CHECKS),
                total=words.count(total, CHECKS),
                blocking=words.count(_blocking(words), CHECKS),
            ),
        ),
        (
            (words.text("cover.quarantine"),),
            words.say(
                "cover.quarantine_value",
                open=words.count(open_rows, QUARANTINE),
                total=words.count(all_rows, QUARANTINE),
            ),
        ),
        ((words.text("cover.missing"),), _missing(words)),
        ((words.text("cover.late"),), _late(words)),
    ]
    return Table((), (), tuple(rows), "ll")


def _moment(words: Words, moment: str) -> str:
    when = datetime.fromisoformat(moment)
    return f"{words.day(when.date())}, {when:%H:%M} UTC"


def _blocking(words: Words) -> int:
    return sum(row.checks for row in words.facts.checks if (row.severity, row.status) == ("error", "fail"))


def _missing(words: Words) -> Text:
    names = [name for name, row in words.facts.sources.items() if row.last_delivery_at is None]
    return (words.sources(" ".join(names)) or words.text("cover.none"),)


def _late(words: Words) -> Text:
    texts = [
        words.say(
            "cover.late_source",
            source=words.sources(name),
            behind=words.figure(row.days_behind, "count", FRESHNESS),
            allowed=words.figure(row.days_allowed, "count", FRESHNESS),
        )
        for name, row in words.facts.sources.items()
        if row.status == "late"
    ]
    return words.listed(texts) or (words.text("cover.none"),)


def cover_blocks(words: Words) -> tuple[Block, ...]:
    """How to read the note: in a few sentences below the cover's table."""
    return tuple(Paragraph(words.say(f"reading.{key}"), "small") for key in ("intervals", "verdicts", "references"))
