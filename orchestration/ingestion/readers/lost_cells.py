"""Cells that calamine reads as if nothing stood there: errors, and numbers shown as days that no calendar has.

Their XML is rewritten before it reads them, errors as texts and such numbers as plain ones, so that the typing sees
what stands there. Which workbooks are copied for that is `workbook`'s matter.
"""

import re
from collections.abc import Iterable, Iterator
from xml.parsers import expat

# The numbers of Excel's own formats that show a day or a time, in any language.
OWN_DATE_FORMATS = {str(number) for number in (*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59))}
# In the code of any other format these are quoted or escaped text, and colours, currencies or conditions.
TEXT_IN_FORMAT = re.compile(r'"(?:[\\_].|[^"\\_])*"|[\\_].', re.DOTALL)
BRACKETS_IN_FORMAT = re.compile(r"\[(?![hms])[^\[\]]*\]", re.IGNORECASE)
LONGEST_FORMAT = 255
# A regular expression of more styles than this would itself be slow.
MOST_DATE_STYLES = 500
ANY_STYLE = rb"\d{1,9}"

# The bytes of XML as any program may write it: with a prefix, in single quotes, with blanks, in any order. A cell has
# six attributes at most; where more were allowed, a file could be made over which the search takes hours.
ANY_CELL = re.compile(rb"<(?:[^\s<>/]+:)?c[\s/>]")
PREFIX = rb"(?:[^\s<>/\"'=]+:)?"
ATTRIBUTES = rb"(?:\s+[^\s<>=\"']+\s*=\s*(?:\"[^\"<]*\"|'[^'<]*')){0,6}?"
FORMULA = rb"(?:<" + PREFIX + rb"f(?:\s[^<>]*)?(?:/>|>[^<]*</[^<>]*>)\s*)?"
VALUE = rb"<" + PREFIX + rb"v(?:\s[^<>]*)?>"
# No value, or a number of days up to the end of the year 9999.
A_DAY = (
    rb"(?:(?:\d{1,6}|[01]\d{6}|2[0-8]\d{5}|29[0-4]\d{4}|295[0-7]\d{3}|2958[0-3]\d{2}|29584[0-5]\d|295846[0-5])(?:\.\d*)?"
    rb"|\d(?:\.\d+)?[eE](?:\+?0?[0-5]|-\d+)|[12](?:\.[0-8]\d*)?[eE]\+?0?6)?<"
)
ERROR = re.compile(rb"(<" + PREFIX + rb"c" + ATTRIBUTES + rb"\s+t\s*=\s*)([\"'])e\2")

# Bytes: a cell is found by looking back this far, and one longer than the second is taken apart.
TAIL_BYTES = 4 * 1024
LONGEST_CELL = 1024 * 1024


class LostCells:
    """The cells of a workbook that would be lost."""

    def __init__(self, date_styles: set[int] | None) -> None:
        """`date_styles` are the styles that show a number as a day or time; None: any may."""
        styles = ANY_STYLE
        if date_styles is not None and len(date_styles) <= MOST_DATE_STYLES:
            styles = b"|".join(str(style).encode() for style in sorted(date_styles)) or rb"(?!)"
        styles = rb"[\"']0*(?:" + styles + rb")[\"']"
        no_day = ATTRIBUTES + rb"\s*>\s*" + FORMULA + VALUE + rb"(?!" + A_DAY + rb")"
        # Quickly found, but perhaps of another element; and seldom of a text.
        self._maybe_no_day = re.compile(rb"=\s*" + styles + rb"(?!\st=[\"']str)" + no_day)
        self._no_day = re.compile(
            rb"(<" + PREFIX + rb"c" + ATTRIBUTES + rb")\s+s\s*=\s*" + styles + rb"(" + no_day + rb")"
        )

    def are_in(self, xml: bytes) -> bool:
        """Whether some may be in a piece of XML that holds whole cells."""
        return _may_hold_errors(xml) or self._maybe_no_day.search(xml) is not None

    def kept(self, xml: bytes) -> bytes:
        """The piece with such cells as texts and plain numbers. It must be well-formed XML."""
        if _may_hold_errors(xml):
            xml = ERROR.sub(rb"\1\2str\2", xml)
        return self._no_day.sub(rb"\1\2", xml) if self._maybe_no_day.search(xml) else xml


def _may_hold_errors(xml: bytes) -> bool:
    return b'"e"' in xml or b"'e'" in xml


def in_whole_cells(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes in pieces that take no cell apart."""
    text = b""
    for piece in pieces:
        text += piece
        starts = [found.start() for found in ANY_CELL.finditer(text, max(0, len(text) - TAIL_BYTES))]
        cut = starts[-1] if starts else text.rfind(b"<") if len(text) > LONGEST_CELL else 0
        if cut <= 0 and len(text) > 2 * LONGEST_CELL:
            cut = len(text)
        if cut > 0:
            yield text[:cut]
            text = text[cut:]
    yield text


def date_styles(pieces: Iterable[bytes]) -> set[int] | None:
    """The cell styles of a workbook that may show a number as a day or time; None when that cannot be told."""
    styles = _Styles()
    try:
        for piece in pieces:
            styles.parser.Parse(piece, False)
        styles.parser.Parse(b"", True)
    except (expat.ExpatError, LookupError, ValueError):
        return None
    dates = OWN_DATE_FORMATS | {number for number, code in styles.formats.items() if _shows_a_day(code)}
    return {style for style, number in enumerate(styles.cells) if number in dates}


def _shows_a_day(code: str) -> bool:
    """Whether a format may show a day or time. Only the part before the first semicolon is for positive numbers."""
    if len(code) > LONGEST_FORMAT:
        return True
    plain = TEXT_IN_FORMAT.sub("", code).partition(";")[0]
    letters = set(BRACKETS_IN_FORMAT.sub("", plain).lower())
    return bool(letters & set("dmyhs")) or ("a" in letters and bool(letters & set("p/")))


class _Styles:
    """A workbook's formats by number, and the format's number of each cell style, found as its XML is parsed."""

    def __init__(self) -> None:
        self.formats: dict[str, str] = {}
        self.cells: list[str] = []
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self._in_cells = False

    def _start(self, element: str, attributes: dict[str, str]) -> None:
        name = element.rpartition(":")[2]
        if name == "numFmt":
            self.formats[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
        elif name == "cellXfs":
            self._in_cells = True
        elif name == "xf" and self._in_cells:
            self.cells.append(attributes.get("numFmtId", ""))

    def _end(self, element: str) -> None:
        if element.rpartition(":")[2] == "cellXfs":
            self._in_cells = False
