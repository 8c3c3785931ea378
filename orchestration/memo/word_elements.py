"""Elements of Word that python-docx has no call for: links, bookmarks, borders, widths. Nothing of the note."""

import zlib

from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.table import CT_Row
from docx.shared import Length, Mm, RGBColor
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph

BLUE = RGBColor(0x0B, 0x53, 0x94)
TEXT_WIDTH = Mm(180)
SHADE = "F3F6F9"
LINE = "D5DBE1"
# A little more than a millimetre, in twentieths of a point.
CELL_MARGIN = "70"


def link(
    paragraph: Paragraph, anchor: str, runs: list[tuple[str, bool]], size: Length | None = None, is_bold: bool = False
) -> None:
    """Runs (text, whether superscript) that lead to a bookmark of the document."""
    element = OxmlElement("w:hyperlink")
    element.set(qn("w:anchor"), anchor)
    element.set(qn("w:history"), "1")
    for text, is_raised in runs:
        run = paragraph.add_run(text)
        run.font.size, run.font.bold = size, is_bold or None
        if is_raised:
            run.font.superscript, run.font.color.rgb = True, BLUE
        element.append(run._r)
    paragraph._p.append(element)


def bookmark(paragraph: Paragraph, name: str) -> None:
    """A place that links lead to."""
    number = str(zlib.crc32(name.encode()) % 10**9)
    for kind in ("bookmarkStart", "bookmarkEnd"):
        element = OxmlElement(f"w:{kind}")
        element.set(qn("w:id"), number)
        if kind == "bookmarkStart":
            element.set(qn("w:name"), name)
        paragraph._p.append(element)


def page_number(paragraph: Paragraph) -> None:
    """The number of the page, in the middle."""
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    paragraph._p.append(field)


def left_border(paragraph: Paragraph, line: str, colour: RGBColor) -> None:
    """A line (single, dashed) along the paragraph's left side."""
    properties = paragraph._p.get_or_add_pPr()
    borders, left = OxmlElement("w:pBdr"), OxmlElement("w:left")
    for name, value in (("val", line), ("sz", "18"), ("space", "6"), ("color", str(colour))):
        left.set(qn(f"w:{name}"), value)
    borders.append(left)
    # the schema wants it before spacing and indents, which are there already
    followers = [child for child in properties if child.tag in (qn("w:spacing"), qn("w:ind"), qn("w:jc"), qn("w:rPr"))]
    if followers:
        followers[0].addprevious(borders)
    else:
        properties.append(borders)


def light_borders(table: Table) -> None:
    """Thin horizontal lines only, and narrow margins in the cells."""
    borders = OxmlElement("w:tblBorders")
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        edge = OxmlElement(f"w:{side}")
        edge.set(qn("w:val"), "single" if side in ("top", "bottom", "insideH") else "nil")
        edge.set(qn("w:sz"), "4")
        edge.set(qn("w:space"), "0")
        edge.set(qn("w:color"), LINE)
        borders.append(edge)
    properties = table._tbl.tblPr
    look = properties.find(qn("w:tblLook"))
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), CELL_MARGIN)
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    # in the order of the schema: borders, layout, margins, look
    for element in (borders, margins):
        if look is not None:
            look.addprevious(element)
        else:
            properties.append(element)


def widths(table: Table, weights: list[float]) -> None:
    """Columns of fixed widths that fill the page, in proportion to their weights."""
    table.autofit = False
    for number, weight in enumerate(weights):
        width = Length(int(TEXT_WIDTH * weight / sum(weights)))
        table.columns[number].width = width
        for cell in table.columns[number].cells:
            cell.width = width


def keep_whole(row: CT_Row) -> None:
    """The row is not torn by the end of a page."""
    row.get_or_add_trPr().append(OxmlElement("w:cantSplit"))


def repeat(row: CT_Row) -> None:
    """The row stands at the top of each page that the table goes on to."""
    row.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def shade(cell: _Cell) -> None:
    """The ground of a heading."""
    ground = OxmlElement("w:shd")
    for name, value in (("val", "clear"), ("color", "auto"), ("fill", SHADE)):
        ground.set(qn(f"w:{name}"), value)
    cell._tc.get_or_add_tcPr().append(ground)
