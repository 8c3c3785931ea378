"""The note as a Word document: headings, tables and plots; each figure is a link to its row of the references."""

import io
from datetime import UTC, datetime

from docx import Document
from docx.document import Document as WordDocument
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph as WordParagraph

from orchestration.memo.document import Block, Figure, Mark, Note, Paragraph, Plot, Section, Table, Text
from orchestration.memo.plots import draw
from orchestration.memo.word_elements import (
    BLUE,
    bookmark,
    keep_whole,
    left_border,
    light_borders,
    link,
    page_number,
    repeat,
    shade,
    widths,
)

LOCALES = {"kk": "kk-KZ", "ru": "ru-RU", "en": "en-GB"}
FONT = "Arial"
FAINT = RGBColor(0x5B, 0x65, 0x70)
AMBER = RGBColor(0x8A, 0x5A, 0x00)
TABLE_POINTS, HEADING_POINTS = Pt(8), Pt(7)
# How wide letters of a table are, of its body and of its bold headings; and what its cells leave empty beside them.
LETTER_MM, HEADING_MM, MARGINS_MM, PAGE_MM = 1.5, 1.65, 2.6, 180
# Numbers are given the room of so many letters at least and at most, and words no less than this part of the page.
SHORTEST_NUMBER, LONGEST_NUMBER, LEAST_WORDS = 8, 30, 0.22
# Tables of no more rows stay on one page.
SHORT_TABLE = 16
# Where the definition stands in the table of references.
DEFINITION_COLUMN = 2
# Word's own dates must not differ between two notes of the same data.
EPOCH = datetime(2000, 1, 1, tzinfo=UTC)


def word_of(note: Note) -> bytes:
    """The whole document."""
    document = Document()
    _set_up(document, note)
    _cover(document, note)
    for number, section in enumerate(note.sections, start=1):
        _section(document, note, number, section)
    _references(document, note)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def _set_up(document: WordDocument, note: Note) -> None:
    page = document.sections[0]
    page.orientation = WD_ORIENT.PORTRAIT
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.left_margin = page.right_margin = Mm(15)
    page.top_margin = page.bottom_margin = Mm(18)
    properties = document.core_properties
    properties.title, properties.author = f"{note.title}, {note.year}", note.organisation
    properties.comments, properties.language = "", LOCALES[note.language]
    properties.created = properties.modified = EPOCH
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = FONT, Pt(10)
    normal.paragraph_format.space_after = Pt(6)
    for name, size in (("Title", 24), ("Heading 1", 15)):
        style = document.styles[name]
        style.font.name, style.font.size, style.font.color.rgb = FONT, Pt(size), BLUE
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for attribute in list(fonts.attrib):
            del fonts.attrib[attribute]
        for script in ("ascii", "hAnsi", "cs"):
            fonts.set(qn(f"w:{script}"), FONT)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), LOCALES[note.language])
    normal.element.get_or_add_rPr().append(language)
    page_number(page.footer.paragraphs[0])


def _cover(document: WordDocument, note: Note) -> None:
    organisation = document.add_paragraph().add_run(note.organisation)
    organisation.font.color.rgb = FAINT
    document.add_paragraph(note.title, "Title")
    subtitle = document.add_paragraph().add_run(note.subtitle)
    subtitle.font.size, subtitle.font.color.rgb = Pt(13), FAINT
    _table(document, note, note.cover)
    _blocks(document, note, note.cover_blocks)
    document.add_paragraph(note.contents_title, "Heading 1")
    titles = [(section.key, section.title) for section in note.sections]
    for number, (key, title) in enumerate([*titles, ("references", note.references_title)], start=1):
        paragraph = document.add_paragraph()
        paragraph.paragraph_format.space_after = Pt(2)
        link(paragraph, f"section_{key}", [(f"{number}. {title}", False)])


def _section(document: WordDocument, note: Note, number: int, section: Section) -> None:
    heading = document.add_paragraph(f"{number}. {section.title}", "Heading 1")
    heading.paragraph_format.page_break_before = number == 1
    bookmark(heading, f"section_{section.key}")
    _blocks(document, note, section.blocks)


def _blocks(document: WordDocument, note: Note, blocks: tuple[Block, ...]) -> None:
    for block in blocks:
        if isinstance(block, Paragraph):
            _paragraph(document, note, block)
        elif isinstance(block, Table):
            _table(document, note, block)
        else:
            _plot(document, note, block)


def _paragraph(document: WordDocument, note: Note, block: Paragraph) -> None:
    paragraph = document.add_paragraph()
    small = block.style == "small"
    _write(paragraph, note, block.text, Pt(8.5) if small else None, FAINT if small else None)
    for item in block.items:
        paragraph.add_run().add_break()
        paragraph.add_run("•  ")
        _write(paragraph, note, item)
    if block.style in ("finding", "caution"):
        paragraph.paragraph_format.left_indent = Mm(4)
        left_border(
            paragraph, "single" if block.style == "finding" else "dashed", BLUE if block.style == "finding" else AMBER
        )


def _plot(document: WordDocument, note: Note, block: Plot) -> None:
    paragraph = document.add_paragraph()
    paragraph.paragraph_format.keep_with_next = True
    paragraph.add_run().add_picture(io.BytesIO(draw(block, note.language, "png")), width=Mm(170))
    for properties in paragraph._p.iter(qn("wp:docPr")):
        properties.set("descr", block.alt)
    _write(document.add_paragraph(), note, block.caption, Pt(8.5), FAINT)


def _table(document: WordDocument, note: Note, block: Table) -> None:
    if block.caption:
        caption = document.add_paragraph()
        caption.paragraph_format.keep_with_next = True
        caption.paragraph_format.space_before = Pt(8)
        _write(caption, note, block.caption, Pt(9.5), is_bold=True)
    rows = [block.header, *block.rows] if block.header else list(block.rows)
    table = document.add_table(len(rows), len(block.align), "Table Grid")
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    light_borders(table)
    widths(table, _column_widths(block))
    for row, texts in zip(table.rows, rows, strict=True):
        keep_whole(row._tr)
        for cell, text, side in zip(row.cells, texts, block.align, strict=True):
            paragraph = cell.paragraphs[0]
            paragraph.paragraph_format.space_after = Pt(0)
            if side == "r":
                paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
            is_heading = bool(block.header) and texts is rows[0]
            _write(paragraph, note, text, HEADING_POINTS if is_heading else TABLE_POINTS, is_bold=is_heading)
            if is_heading:
                shade(cell)
            # a heading never stands alone at the end of a page, and a short table is not torn
            if is_heading or (len(rows) <= SHORT_TABLE and texts is not rows[-1]):
                paragraph.paragraph_format.keep_with_next = True
    if block.header:
        repeat(table.rows[0]._tr)
    after = document.add_paragraph()
    after.paragraph_format.space_after = Pt(4)
    _write(after, note, block.note, Pt(8), FAINT)


def _column_widths(block: Table) -> list[float]:
    """Widths in mm. Numbers are not torn, so their columns hold their longest one; words share what is left."""
    lengths = [max((len(_plain(row[column])) for row in block.rows), default=1) for column in range(len(block.align))]
    headings = [
        max((len(word) for word in _plain(text).split()), default=0) * HEADING_MM
        for text in block.header or ((),) * len(lengths)
    ]
    needed = [
        max(min(max(length, SHORTEST_NUMBER), LONGEST_NUMBER) * LETTER_MM, heading) + MARGINS_MM if side == "r" else 0.0
        for length, heading, side in zip(lengths, headings, block.align, strict=True)
    ]
    shrunk = min(1, (1 - LEAST_WORDS) * PAGE_MM / max(sum(needed), 1))
    words = [
        max(length**0.5, heading / 4) if side == "l" else 0.0
        for length, heading, side in zip(lengths, headings, block.align, strict=True)
    ]
    left = PAGE_MM - shrunk * sum(needed)
    return [shrunk * number + left * word / sum(words) for number, word in zip(needed, words, strict=True)]


def _plain(text: Text) -> str:
    return "".join(part if isinstance(part, str) else getattr(part, "text", "") for part in text)


def _references(document: WordDocument, note: Note) -> None:
    heading = document.add_paragraph(note.references_title, "Heading 1")
    bookmark(heading, "section_references")
    _write(document.add_paragraph(), note, note.references_intro)
    table = document.add_table(len(note.references) + 1, len(note.references_header), "Table Grid")
    light_borders(table)
    widths(table, [0.5, 2.5, 4.4, 1.9, 1.3])
    repeat(table.rows[0]._tr)
    rows = [
        note.references_header,
        *(
            (str(number), f"{row.label} ({row.key})", row.definition, row.sources, row.unit)
            for number, row in enumerate(note.references, start=1)
        ),
    ]
    for number, (row, texts) in enumerate(zip(table.rows, rows, strict=True)):
        keep_whole(row._tr)
        for cell, text in zip(row.cells, texts, strict=True):
            cell.paragraphs[0].paragraph_format.space_after = Pt(0)
            _write(cell.paragraphs[0], note, (text,), Pt(7.5), is_bold=number == 0)
            if number == 0:
                shade(cell)
        if number:
            exact = row.cells[DEFINITION_COLUMN].paragraphs[0].add_run(f" {note.references[number - 1].exact}".rstrip())
            exact.font.size, exact.font.color.rgb = Pt(6.5), FAINT
            bookmark(row.cells[0].paragraphs[0], f"reference_{number}")


def _write(
    paragraph: WordParagraph,
    note: Note,
    text: Text,
    size: Pt | None = None,
    colour: RGBColor | None = None,
    is_bold: bool = False,
) -> None:
    for part in text:
        if isinstance(part, Figure):
            number = note.numbers[part.reference]
            runs = [(part.text, False), *([(f"[{number}]", True)] if part.is_marked else [])]
            link(paragraph, f"reference_{number}", runs, size, is_bold)
        elif isinstance(part, Mark):
            number = note.numbers[part.reference]
            link(paragraph, f"reference_{number}", [(f"[{number}]", True)], size)
        else:
            run = paragraph.add_run(part if isinstance(part, str) else part.text)
            run.font.size, run.font.bold = size, is_bold or None
            if colour is not None:
                run.font.color.rgb = colour
