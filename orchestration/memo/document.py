"""What a note is made of, whatever the file: texts, tables, plots, sections, references of figures. No I/O."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from string import Formatter
from typing import Literal


@dataclass(frozen=True)
class Figure:
    """A number as it is printed, and the key of what defines it. In tables the mark stands in the heading instead."""

    text: str
    reference: str
    is_marked: bool = True


@dataclass(frozen=True)
class Mark:
    """The mark of a reference alone: in the heading of a row or column of figures."""

    reference: str


@dataclass(frozen=True)
class Name:
    """A name out of a catalogue, an identifier or a year: digits in it are no figure."""

    text: str


Part = str | Figure | Mark | Name
Text = tuple[Part, ...]


@dataclass(frozen=True)
class Paragraph:
    """Running text and a list below it; `finding` is what the data bear, `caution` what they do not."""

    text: Text
    style: Literal["body", "finding", "caution", "small"] = "body"
    items: tuple[Text, ...] = ()


@dataclass(frozen=True)
class Table:
    """Rows of texts. `align` has a letter a column: l left, r right."""

    caption: Text
    header: tuple[Text, ...]
    rows: tuple[tuple[Text, ...], ...]
    align: str
    note: Text = ()


@dataclass(frozen=True)
class Series:
    """One row of bars or one line: a value a label, None where there is no data, and its interval's bounds."""

    name: str
    values: tuple[float | None, ...]
    bounds: tuple[tuple[float, float] | None, ...] = ()


@dataclass(frozen=True)
class Plot:
    """What a plot shows; `plots` draws it. `caption` carries the reference, `alt` is for those who cannot see."""

    kind: Literal["bars", "lines"]
    caption: Text
    alt: str
    labels: tuple[str, ...]
    series: tuple[Series, ...]
    unit: str


Block = Paragraph | Table | Plot


@dataclass(frozen=True)
class Section:
    """A heading and what stands below it."""

    key: str
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Reference:
    """What a figure means, in the language; its sources and unit; `exact` is the catalogue's rule."""

    key: str
    label: str
    definition: str
    sources: str
    unit: str
    exact: str = ""


@dataclass(frozen=True)
class Note:
    """The whole note in one language. `references` are in the order of their numbers, which begin with 1."""

    year: int
    language: str
    title: str
    subtitle: str
    organisation: str
    cover: Table
    cover_blocks: tuple[Block, ...]
    contents_title: str
    sections: tuple[Section, ...]
    references_title: str
    references_intro: Text
    references_header: tuple[str, ...]
    references: tuple[Reference, ...]
    numbers: dict[str, int] = field(default_factory=dict)


def fill(template: str, **parts: str | Part | Text) -> Text:
    """The template with its {places} filled. KeyError when a place has no part: a label asks for what is not there."""
    text: list[Part] = []
    for literal, place, _, _ in Formatter().parse(template):
        if literal:
            text.append(literal)
        if place is not None:
            part = parts[place]
            text.extend(part if isinstance(part, tuple) else (part,))
    return tuple(text)


def joined(texts: Sequence[Text], separator: str) -> Text:
    """Texts one after another with a separator between them."""
    parts: list[Part] = []
    for number, text in enumerate(texts):
        parts.extend(((separator,) if number else ()) + text)
    return tuple(parts)


def plain(text: Text) -> str:
    """The text as one string, without its marks."""
    return "".join(part if isinstance(part, str) else "" if isinstance(part, Mark) else part.text for part in text)


def texts_of(blocks: tuple[Block, ...]) -> Iterator[Text]:
    """All texts of the blocks, in reading order."""
    for block in blocks:
        if isinstance(block, Paragraph):
            yield block.text
            yield from block.items
        elif isinstance(block, Plot):
            yield block.caption
        else:
            yield block.caption
            yield from block.header
            for row in block.rows:
                yield from row
            yield block.note


def references_of(texts: Iterator[Text]) -> list[str]:
    """The keys of the references, in the order of their first use."""
    keys = (part.reference for text in texts for part in text if isinstance(part, Figure | Mark))
    return list(dict.fromkeys(keys))
