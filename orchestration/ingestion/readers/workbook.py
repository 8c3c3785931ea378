"""Whether an xlsx file can be read at all: looked at in small pieces, before a library takes it into memory whole.

What its cells say belongs in `xlsx`.
"""

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO
from xml.parsers import expat

from orchestration.ingestion.landing import open_plain_file
from orchestration.ingestion.readers.incoming import UnreadableFile
from orchestration.ingestion.readers.limits import LARGEST_SHEET_CELLS, refuse_bomb

# What an encrypted workbook begins with, as a workbook of Excel 97 does: a compound file of OLE.
COMPOUND_FILE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
LOCAL_HEADER_BYTES = 30
CHUNK_BYTES = 64 * 1024
XML_ENDINGS = (".xml", ".rels")
LETTERS = 26
LONGEST_COLUMN_NAME = 3
PLAIN_CELL = re.compile(rb'<c r="([A-Z]{1,3})(\d{1,7})"')
ANY_CELL = re.compile(rb"<(?:[^\s<>/]+:)?c[\s/>]")


def refuse_harmful_workbook(path: Path) -> None:
    """UnreadableFile when the file is encrypted, broken, or would fill the memory.

    Each member is unpacked and its XML read, as neither the sizes in the zip directory nor the dimensions in a sheet
    need be true.
    """
    with open_plain_file(path) as stream:
        if stream.read(len(COMPOUND_FILE)) == COMPOUND_FILE:
            raise UnreadableFile("the workbook has a password, or is of Excel 97: save it as .xlsx without a password")
        try:
            _refuse_harmful_members(stream, path.stat().st_size)
        # What zipfile and zlib say of damaged bytes.
        except (zipfile.BadZipFile, zlib.error, struct.error, ValueError, EOFError, NotImplementedError) as error:
            raise UnreadableFile(f"the workbook is damaged ({type(error).__name__})") from None


def _refuse_harmful_members(stream: BinaryIO, delivered_bytes: int) -> None:
    inflated = 0
    with zipfile.ZipFile(stream) as book:
        for member in book.infolist():
            for piece in _unpacked(stream, member):
                inflated += len(piece)
                refuse_bomb(delivered_bytes, inflated)
            if member.filename.lower().endswith(XML_ENDINGS) and not _is_plainly_small(_unpacked(stream, member)):
                _refuse_large_sheet(_unpacked(stream, member))


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
            rows = max(rows, max(int(row) for _, row in cells))
            columns = max(columns, max(_column_number(letters) for letters in {letters for letters, _ in cells}))
    return not ANY_CELL.search(open_tag) and rows * columns <= LARGEST_SHEET_CELLS


def _refuse_large_sheet(pieces: Iterator[bytes]) -> None:
    """UnreadableFile when XML is a sheet whose filled cells need too large a rectangle, or is no XML at all."""
    extent = _Extent()
    try:
        for piece in pieces:
            extent.parser.Parse(piece, False)
            if extent.rows * extent.columns > LARGEST_SHEET_CELLS:
                raise UnreadableFile(
                    f"a sheet reaches to row {extent.rows:,} and column {extent.columns:,}: "
                    "delete what stands far from the table"
                )
        extent.parser.Parse(b"", True)
    except expat.ExpatError:
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
            self._row = _number(attributes.get("r", ""), self._row + 1)
            self._column = 0
        elif name == "c":
            place = attributes.get("r", "")
            letters = place.rstrip("0123456789")
            self._column = _column_number(letters.encode()) if letters else self._column + 1
            self._row = _number(place[len(letters) :], self._row)
        elif name in ("v", "is"):
            self.rows = max(self.rows, self._row)
            self.columns = max(self.columns, self._column)


def _number(digits: str, otherwise: int) -> int:
    return int(digits) if digits.isdecimal() else otherwise


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters[:LONGEST_COLUMN_NAME].upper():
        number = LETTERS * number + letter - ord("A") + 1
    return number
