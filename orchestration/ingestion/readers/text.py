"""The text of csv and jsonl files: unpacked, decoded and copied as UTF-8 with '\\n' line ends."""

import codecs
import gzip
import re
import zlib
from collections.abc import Iterator
from pathlib import Path

from orchestration.ingestion.landing import open_plain_file
from orchestration.ingestion.readers.incoming import UnreadableFile
from orchestration.ingestion.readers.limits import LONGEST_LINE, refuse_bomb

# UTF-8 first. What is not UTF-8 is read as KZ-1048: it differs from windows-1251 only where that has letters of
# Serbian, Macedonian, Belarusian and Ukrainian, and there a Kazakh delivery means Kazakh letters.
ENCODINGS = ("utf-8-sig", "kz1048")
CHUNK_BYTES = LONGEST_LINE
WIDE_ENCODINGS = {
    codecs.BOM_UTF32_LE: "UTF-32",
    codecs.BOM_UTF32_BE: "UTF-32",
    codecs.BOM_UTF16_LE: "UTF-16",
    codecs.BOM_UTF16_BE: "UTF-16",
}
# Four Cyrillic letters of UTF-8 in a row. In KZ-1048 these bytes are Р, С, Т or У, each before a sign or a letter of
# Kazakh only: no word has that four times.
CYRILLIC_AS_UTF8 = re.compile(rb"(?:[\xd0-\xd3][\x80-\xbf]){4}")
CYRILLIC_BYTES = 8


def copy_as_utf8(path: Path, copy: Path, gzipped: bool) -> None:
    """Copy a text file as UTF-8 with '\\n' line ends, so that the bytes read are the same from the first to the last.

    UnreadableFile when it is empty, no text, in no known encoding or in two, a broken gzip file, or beyond the limits.
    """
    for encoding in ENCODINGS:
        try:
            with copy.open("w", encoding="utf-8", newline="") as target:
                target.writelines(_decoded(path, gzipped, encoding))
        except UnicodeDecodeError:
            continue
        except (gzip.BadGzipFile, EOFError, zlib.error) as error:
            raise UnreadableFile(f"the gzip file is broken ({type(error).__name__})") from None
        if copy.stat().st_size == 0:
            raise UnreadableFile("the file is empty")
        return
    raise UnreadableFile("the text is neither UTF-8, nor windows-1251, nor KZ-1048")


def _decoded(path: Path, gzipped: bool, encoding: str) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(encoding)()
    at_start, open_return, line, open_line = True, "", 1, 0
    for chunk in _chunks(path, gzipped, is_utf8=encoding == ENCODINGS[0]):
        text = open_return + decoder.decode(chunk, final=not chunk)
        # A '\r' at the end of a chunk may belong to a '\r\n'.
        open_return = "\r" if chunk and text.endswith("\r") else ""
        text = text.removesuffix(open_return).replace("\r\n", "\n").replace("\r", "\n")
        if at_start:
            text = text.lstrip("\n")
            at_start = not text
        # A chunk is no longer than the longest line: only the line that is open at its start can be too long.
        open_line += text.find("\n") if "\n" in text else len(text)
        if open_line > LONGEST_LINE:
            raise UnreadableFile(f"line {line} is longer than {LONGEST_LINE:,} characters")
        if "\n" in text:
            line += text.count("\n")
            open_line = len(text) - text.rfind("\n") - 1
        yield text


def _chunks(path: Path, gzipped: bool, is_utf8: bool) -> Iterator[bytes]:
    """The unpacked bytes, and an empty chunk last. UnreadableFile when they are no text in one of the encodings."""
    inflated, carried = 0, b""
    with open_plain_file(path) as delivered, gzip.open(delivered) if gzipped else delivered as stream:
        for chunk in iter(lambda: stream.read(CHUNK_BYTES), b""):
            if not inflated:
                _refuse_wide_encoding(chunk)
            inflated += len(chunk)
            if gzipped:
                refuse_bomb(path.stat().st_size, inflated)
            if b"\0" in chunk:
                raise UnreadableFile("the file holds NUL bytes: it is no text, or a damaged one")
            if not is_utf8 and CYRILLIC_AS_UTF8.search(carried + chunk):
                raise UnreadableFile("the text is UTF-8 in some places only: it is damaged, or put together")
            carried = chunk[-CYRILLIC_BYTES:]
            yield chunk
    yield b""


def _refuse_wide_encoding(start: bytes) -> None:
    for mark, name in WIDE_ENCODINGS.items():
        if start.startswith(mark):
            raise UnreadableFile(f"the text is {name}: save it as UTF-8")
