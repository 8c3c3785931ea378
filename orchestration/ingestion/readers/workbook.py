"""Whether an xlsx file can be read at all: looked at in small pieces, before a library takes it into memory whole.

What its cells say belongs in `xlsx`, which of them would be lost in `lost_cells`.
"""

import re
import struct
import zipfile
import zlib
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO
from xml.parsers import expat

from orchestration.ingestion.landing import open_plain_file
from orchestration.ingestion.readers.incoming import UnreadableFile
from orchestration.ingestion.readers.limits import LARGEST_SHEET_CELLS, refuse_bomb
from orchestration.ingestion.readers.lost_cells import ANY_CELL, LostCells, date_styles, in_whole_cells

# What an encrypted workbook begins with, as a workbook of Excel 97 does: a compound file of OLE.
COMPOUND_FILE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
LOCAL_HEADER_BYTES = 30
CHUNK_BYTES = 64 * 1024
XML_ENDINGS = (".xml", ".rels")
STYLES_ENDING = "styles.xml"
LETTERS = 26
# The last cell of any sheet is XFD1048576.
LAST_ROW, LAST_COLUMN = 2**20, 2**14
CELL_REFERENCE = re.compile(r"([A-Za-z]{1,3})([0-9]{1,7})")
ROW_NUMBER = re.compile(r"[0-9]{1,7}")
PLAIN_CELL = re.compile(rb'<c r="([A-Z]{1,3})(\d{1,7})"')


def refuse_harmful_workbook(path: Path) -> LostCells | None:
    """UnreadableFile when the file is encrypted, broken, or would fill memory; else which cells would be lost, if any.

    Each member is unpacked and its XML read, as neither the sizes in the zip directory nor the dimensions in a sheet
    need be true.
    """
    with open_plain_file(path) as stream:
        if stream.read(len(COMPOUND_FILE)) == COMPOUND_FILE:
            raise UnreadableFile("the workbook has a password, or is of Excel 97: save it as .xlsx without a password")
        with _naming_damage():
            return _refuse_harmful_members(stream, path.stat().st_size)


def copy_with_all_cells(path: Path, copy: Path, lost: LostCells) -> None:
    """Copy a workbook, not packed, with the cells that would be lost as texts and plain numbers."""
    with open_plain_file(path) as stream, _naming_damage(), zipfile.ZipFile(stream) as book:
        names = [member.filename for member in book.infolist()]
        if len(set(names)) < len(names):
            raise zipfile.BadZipFile
        with zipfile.ZipFile(copy, "w") as target:
            for member in book.infolist():
                pieces = _unpacked(stream, member)
                if _is_xml(member) and any(ANY_CELL.search(text) for text in in_whole_cells(pieces)):
                    _refuse_no_xml(_unpacked(stream, member))
                    pieces = (lost.kept(text) for text in in_whole_cells(_unpacked(stream, member)))
                else:
                    pieces = _unpacked(stream, member)
                with target.open(zipfile.ZipInfo(member.filename), "w", force_zip64=True) as written:
                    written.writelines(pieces)


@contextmanager
def _naming_damage() -> Iterator[None]:
    """What zipfile and zlib say of damaged bytes as an UnreadableFile."""
    try:
        yield
    except (zipfile.BadZipFile, zlib.error, struct.error, ValueError, EOFError, NotImplementedError) as error:
        raise UnreadableFile(f"the workbook is damaged ({type(error).__name__})") from None


def _refuse_harmful_members(stream: BinaryIO, delivered_bytes: int) -> LostCells | None:
    inflated = 0

    def counted(pieces: Iterator[bytes]) -> Iterator[bytes]:
        nonlocal inflated
        for piece in pieces:
            inflated += len(piece)
            refuse_bomb(delivered_bytes, inflated)
            yield piece

    # A workbook without styles shows no number as a day.
    styles: set[int] | None = set()
    lost, are_any_lost = LostCells(styles), False
    with zipfile.ZipFile(stream) as book:
        for member in sorted(book.infolist(), key=_is_of_styles, reverse=True):
            pieces = counted(_unpacked(stream, member))
            if not _is_xml(member):
                deque(pieces, maxlen=0)
                continue
            # All of it is unpacked and counted, whatever is found.
            are_any_lost |= any([lost.are_in(text) for text in in_whole_cells(pieces)])
            if _is_of_styles(member):
                found = date_styles(_unpacked(stream, member))
                styles = None if styles is None or found is None else styles | found
                lost = LostCells(styles)
            if not _is_plainly_small(_unpacked(stream, member)):
                _refuse_large_sheet(_unpacked(stream, member))
    return lost if are_any_lost else None


def _is_xml(member: zipfile.ZipInfo) -> bool:
    return member.filename.lower().endswith(XML_ENDINGS)


def _is_of_styles(member: zipfile.ZipInfo) -> bool:
    return member.filename.lower().endswith(STYLES_ENDING)


def _unpacked(stream: BinaryIO, member: zipfile.ZipInfo) -> Iterator[bytes]:
    """The member's content, whatever size the directory gives it. zipfile itself stops at the size that is given."""
    if member.flag_bits & 1:
        raise UnreadableFile("the workbook has a password: save it without one")
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise UnreadableFile("the workbook is packed in an unusual way: save it again with Excel")
    if member.header_offset < 0:
        raise zipfile.BadZipFile
    stream.seek(member.header_offset)
    header = stream.read(LOCAL_HEADER_BYTES)
    if len(header) < LOCAL_HEADER_BYTES:
        raise zipfile.BadZipFile
    name_bytes, extra_bytes = struct.unpack("<HH", header[-4:])
    stream.seek(name_bytes + extra_bytes, 1)
    left = member.compress_size
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    while left > 0 and (packed := stream.read(min(CHUNK_BYTES, left))):
        left -= len(packed)
        if member.compress_type == zipfile.ZIP_STORED:
            yield packed
            continue
        while packed and not inflater.eof:
            yield inflater.decompress(packed, CHUNK_BYTES)
            packed = inflater.unconsumed_tail


def _is_plainly_small(pieces: Iterator[bytes]) -> bool:
    """Whether XML has no cells, or only such as Excel and all common libraries write them, in a small rectangle.

    This takes a tenth of the time of an XML parser. What it does not understand it calls neither plain nor small.
    """
    rows = columns = 0
    open_tag = b""
    for piece in pieces:
        if b"\0" in piece:
            return False
        text = open_tag + piece
        last_tag = text.rfind(b"<")
        is_open = last_tag >= 0 and b">" not in text[last_tag:]
        text, open_tag = (text[:last_tag], text[last_tag:]) if is_open else (text, b"")
        if len(open_tag) > CHUNK_BYTES:
            return False
        cells = PLAIN_CELL.findall(text)
        if len(cells) != len(ANY_CELL.findall(text)):
            return False
        if cells:
            numbers = {int(row) for row in {row for _, row in cells}}
            if not _is_in_a_sheet(min(numbers), 1):
                return False
            rows = max(rows, *numbers)
            columns = max(columns, *(_column_number(letters.decode()) for letters in {letters for letters, _ in cells}))
    is_small = rows * columns <= LARGEST_SHEET_CELLS and (rows == 0 or _is_in_a_sheet(rows, columns))
    return is_small and not ANY_CELL.search(open_tag)


def _refuse_large_sheet(pieces: Iterator[bytes]) -> None:
    """UnreadableFile when XML is a sheet with cells outside of any sheet or in too large a rectangle, or is no XML."""
    extent = _Extent()

    def measured() -> Iterator[bytes]:
        for piece in pieces:
            yield piece
            if extent.rows * extent.columns > LARGEST_SHEET_CELLS:
                raise UnreadableFile(
                    f"a sheet reaches to row {extent.rows:,} and column {extent.columns:,}: "
                    "delete what stands far from the table"
                )

    _refuse_no_xml(measured(), extent.parser)


def _refuse_no_xml(pieces: Iterator[bytes], parser: expat.XMLParserType | None = None) -> None:
    """UnreadableFile when the parser finds that this is no XML."""
    parser = parser or expat.ParserCreate()
    try:
        for piece in pieces:
            parser.Parse(piece, False)
        parser.Parse(b"", True)
    # An encoding that Python does not know is a LookupError, one that expat cannot use a ValueError.
    except (expat.ExpatError, LookupError, ValueError):
        raise UnreadableFile("the workbook is damaged: a part of it is no XML") from None


class _Extent:
    """The rectangle from A1 to the last filled cell of a sheet, found while its XML goes through `parser`.

    A cell names its place (r="C7"), or else stands right of the one before it.
    """

    def __init__(self) -> None:
        self.rows = self.columns = 0
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self._start
        self._row = self._column = 0

    def _start(self, element: str, attributes: dict[str, str]) -> None:
        name = element.rpartition(":")[2]
        if name == "row":
            self._row = _row_number(attributes["r"]) if "r" in attributes else self._row + 1
            self._column = 0
        elif name == "c":
            self._column += 1
            if "r" in attributes:
                self._row, self._column = _place(attributes["r"])
        elif name in ("v", "is"):
            # The library that reads workbooks takes any number of letters, and the memory of a sheet so wide.
            if not _is_in_a_sheet(self._row, self._column):
                raise UnreadableFile("the workbook is damaged: a cell stands where no sheet has one")
            self.rows = max(self.rows, self._row)
            self.columns = max(self.columns, self._column)


def _row_number(digits: str) -> int:
    """A row's number, or 0 for what is none."""
    return int(digits) if ROW_NUMBER.fullmatch(digits) else 0


def _place(reference: str) -> tuple[int, int]:
    """Row and column of a reference such as C7, or 0 and 0 for what is none."""
    found = CELL_REFERENCE.fullmatch(reference)
    return (int(found[2]), _column_number(found[1])) if found else (0, 0)


def _is_in_a_sheet(row: int, column: int) -> bool:
    return 1 <= row <= LAST_ROW and 1 <= column <= LAST_COLUMN


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = LETTERS * number + ord(letter) - ord("A") + 1
    return number
