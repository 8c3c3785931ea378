"""The whole note of a year in one language: a pure function of the facts."""

from collections.abc import Iterator

from orchestration.memo.catalogue import section_plans
from orchestration.memo.cover import cover_blocks, cover_table
from orchestration.memo.document import Note, Reference, Section, Text, references_of, texts_of
from orchestration.memo.indicator_sections import indicator_section, summary_section
from orchestration.memo.marts import Facts
from orchestration.memo.memo_section import memo_section
from orchestration.memo.recommendation_section import recommendation_section
from orchestration.memo.risk_section import risk_section
from orchestration.memo.wording import Words


def note_of(facts: Facts, language: str) -> Note:
    """Cover, sections, and the references of all figures in the order in which they first come."""
    words = Words(facts, language)
    sections = (
        summary_section(words, section_plans()),
        *(indicator_section(words, plan) for plan in section_plans()),
        risk_section(words),
        recommendation_section(words),
        memo_section(words),
    )
    cover = cover_table(words)
    keys = references_of(_all_texts(cover.rows, sections))
    return Note(
        year=facts.year,
        language=language,
        title=words.text("title"),
        subtitle=words.text("subtitle").format(year=facts.year),
        organisation=words.text("organisation"),
        cover=cover,
        cover_blocks=cover_blocks(words),
        contents_title=words.text("contents"),
        sections=sections,
        references_title=words.text("references"),
        references_intro=words.say("intro.references"),
        references_header=tuple(
            words.text(f"column.{key}") for key in ("number", "figure", "definition", "sources", "unit")
        ),
        references=tuple(_reference(words, key) for key in keys),
        numbers={key: number for number, key in enumerate(keys, start=1)},
    )


def _all_texts(cover: tuple[tuple[Text, ...], ...], sections: tuple[Section, ...]) -> Iterator[Text]:
    for row in cover:
        yield from row
    for section in sections:
        yield from texts_of(section.blocks)


def _reference(words: Words, key: str) -> Reference:
    """A metric by its definition in dim_metric; anything else is a mart, which the labels explain."""
    metric = words.facts.metrics.get(key)
    if metric is None:
        return Reference(
            key, words.text(f"mart.{key}"), words.text(f"mart_definition.{key}"), key, words.text("mart_unit")
        )
    return Reference(
        key,
        words.of(metric, "label"),
        words.text(f"definition.{key}"),
        words.sources(metric.sources),
        words.of(metric, "unit"),
        metric.definition,
    )
