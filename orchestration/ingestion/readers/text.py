"""The text of csv and jsonl files: unpacked, decoded and copied as UTF-8 with '\\n' line ends."""

import codecs
import gzip
import itertools
import zlib
from collections.abc import Iterator
from pathlib import Path

from orchestration.ingestion.readers.incoming import UnreadableFile

# UTF-8 first. What is not UTF-8 is read as KZ-1048: it differs from windows-1251 only where that has letters of
# Serbian, Macedonian, Belarusian and Ukrainian, and there a Kazakh delivery means Kazakh letters.
ENCODINGS = ("utf-8-sig", "kz1048")
CHUNK_BYTES = 4 * 1024 * 1024


def copy_as_utf8(path: Path, copy: Path, gzipped: bool) -> None:
    """Copy a text file as UTF-8 with '\\n' line ends, so that the bytes read are the same from the first to the last.

    UnreadableFile when it is empty, in no known encoding, or a broken gzip file.
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
    at_start, open_return = True, ""
    with gzip.open(path, "rb") if gzipped else path.open("rb") as stream:
        for chunk in itertools.chain(iter(lambda: stream.read(CHUNK_BYTES), b""), [b""]):
            text = open_return + decoder.decode(chunk, final=not chunk)
            # A '\r' at the end of a chunk may belong to a '\r\n'.
            open_return = "\r" if chunk and text.endswith("\r") else ""
            text = text.removesuffix(open_return).replace("\r\n", "\n").replace("\r", "\n")
            if at_start:
                text = text.lstrip("\n")
                at_start = not text
            yield text
