"""The recommendations: who has them, how their actions stand, and whether their metrics moved as wanted."""

from orchestration.memo.document import Name, Paragraph, Section, Table, Text
from orchestration.memo.rows import Tracked
from orchestration.memo.sentences import value
from orchestration.memo.wording import Words

TRACKER = "recommendation_tracker"


def recommendation_section(words: Words) -> Section:
    """Two tables: actions, and what moved since."""
    return Section(
        "recommendations",
        words.text("section.recommendations"),
        (Paragraph(words.say("intro.recommendations")), _action_table(words), _moved_table(words)),
    )


def _order(number: str) -> tuple[int, ...]:
    return tuple(int(part) for part in number.split("."))


def _action_table(words: Words) -> Table:
    tracked = {row.recommendation: row for row in words.facts.tracker}
    rows = []
    for row in sorted(words.facts.recommendations, key=lambda row: _order(row.recommendation)):
        actions = tracked.get(row.recommendation)
        numbers = (actions.actions_total, actions.actions_done, actions.actions_overdue) if actions else (None,) * 3
        rows.append(
            (
                (Name(row.recommendation),),
                (Name(words.of(row, "label")),),
                (Name(words.of(row, "owner")),),
                *(words.figure(number, "count", TRACKER, is_marked=False) for number in numbers),
                (Name(words.day(actions.first_assigned_on if actions else None)),),
            )
        )
    header: tuple[Text, ...] = tuple(
        (words.text(f"column.{key}"),)
        for key in ("number", "recommendation", "owner", "actions", "actions_done", "actions_overdue", "assigned")
    )
    caption = words.say("table.actions")
    return Table((*caption, *words.mark(TRACKER)), header, tuple(rows), "lllrrrr")


def _moved_table(words: Words) -> Table:
    rows = sorted(words.facts.tracker, key=lambda row: (_order(row.recommendation), row.metric_key))
    header: tuple[Text, ...] = tuple(
        (words.text(f"column.{key}"),) for key in ("number", "metric", "wanted", "before", "after", "change", "moved")
    )
    caption = words.say("table.moved")
    note = words.say("table.moved_note")
    return Table(
        (*caption, *words.mark(TRACKER)), header, tuple(_moved_row(words, row) for row in rows), "lllrrrl", note
    )


def _verdict(words: Words, row: Tracked) -> str:
    """How it moved; of a sum, which has no interval, the difference is all that can be said."""
    if row.change is not None and row.change_lower is None:
        return words.moved("no interval")
    return words.text(f"moved_as.{row.moved.replace(' ', '_')}")


def _moved_row(words: Words, row: Tracked) -> tuple[Text, ...]:
    unit = "points" if row.change_unit == "points" else "factor"
    change = words.figure(row.change, unit, TRACKER, is_marked=False)
    bounds = words.interval(row.change_lower, row.change_upper, unit, TRACKER)
    return (
        (Name(row.recommendation),),
        words.marked_metric(row.metric_key),
        (words.text(f"wanted.{row.wanted}"),),
        value(words, row.metric_key, row.before_value, is_marked=False),
        value(words, row.metric_key, row.after_value, is_marked=False),
        change + (words.say("in_cell", interval=bounds) if bounds else ()),
        (_verdict(words, row),),
    )
