"""Deliveries made from the landing contract: every source, format, encoding and header, good rows and damaged ones.

Only Hypothesis strategies are here; what must hold after a load is in `test_fuzz`.
"""

import gzip
import io
import json
import re
import zipfile
from dataclasses import dataclass
from datetime import date, datetime

import polars as pl
import xlsxwriter
from hypothesis import strategies as st

from orchestration.contract import Column, Source, load_contract

CONTRACT = load_contract()
SEPARATORS = {"csv": [",", ";", "\t"], "csv.gz": [",", ";", "\t"], "tsv": ["\t"]}
ENDINGS = ("csv", "csv", "csv", "csv.gz", "tsv", "jsonl", "jsonl.gz", "xlsx", "parquet")
ENCODINGS = ("utf-8", "utf-8", "utf-8-sig", "kz1048", "cp1251")
REGIONS = ("Алматы қ.", "Алматы облысы", "г. Астана", "ASTANA", "Шымкент", "Қостанай облысы", "Atlantis")
WORDS = (
    "Қарағанды көшесі",
    "улица Абая, 5",
    'said "no"; left',
    "=cmd|' /C calc'!A0",
    "-5",
    "two\nlines",
    "a\u00a0b",
    "‏עברית‎ 漢字 🚗",
    "'; drop table raw.ledger;--",
    "x" * 300,
)
# Identifiers with twelve digits in them: personal numbers and others, alone, in words and between other signs.
PERSONS = ("900101300126", "850515450336", "001107600549")
SPELT_OTHERWISE = (
    "900101 300126",
    "850515-450336",
    "\uff10\uff10\uff11\uff11\uff10\uff17\uff16\uff10\uff10\uff15\uff14\uff19",
)
NOBODYS = ("002012345678", "002012345679", "180540001234", "180540005678")
IDENTIFIERS = ("{}", "App {}", "№ {}", "№{}/2024", "ИИН{}", "_{}_ x", "of {} and {}")
BOOLEANS = ("true", "FALSE", "1", "0", "иә", "Жоқ", "да", "Нет")
# What a sheet may hold besides: errors, and numbers shown as a day that no calendar has.
ERRORS = ("#N/A", "#REF!", "#VALUE!", "#DIV/0!")
NO_DAYS = ("20240501", "20240501093000", "2958466", "-1", "-987654321012345")
# What a cell may hold by mistake or malice; some of it is a value of some types.
ODD_CELLS = (
    *ERRORS,
    *NO_DAYS,
    *(
        "",
        " ",
        "\u200b",
        "-",
        "NULL",
        "NaN",
        "inf",
        "1e400",
        "1" * 400,
        "0x1F",
        "1,234.56",
        "１２",
        "٢٠٢٤-٠١-٠٩",
    ),
    *("0000-00-00", "0000-01-01", "0001-01-01", "9999-12-31", "31.02.2024", "2024-02-30", "99999-01-01", "2024-1-9"),
    *("2024-01-09 23:59:60", "2024-01-09T10:00+99:99", "2024-01-09 24:00", "9999-12-31T23:59-12:00", "-infinity"),
    *(
        "=1+1",
        "@x",
        '"',
        '""',
        "'",
        "\\",
        "a\x01b",
        "\x01",
        "\x1f",
        "\x7f",
        "\u202e",
        "\ufeff",
        "\ufffd",
        "{}",
        "[1, 2]",
        "null",
    ),
    *("null", "٢٠٢٤-٠١-٠٩", "y" * 70_000, "$(id)", "%s%n", "{{ 7*7 }}", "../../etc/passwd", "\r", "\n\n", "a,b;c\td"),
)
# What a part of a workbook may say in the place of a reference, a number, a style, a type, an encoding or a name.
MISSTATEMENTS = (
    *(
        "",
        " ",
        "0",
        "-1",
        "3",
        "98765432109876543210",
        "1.7e308",
        "-987654321012345",
        "NaN",
        "inf",
        "20240501093000",
        "45000",
        "é",
    ),
    *("A0", "A1", "XFD1048576", "XFD1048577", "DDDDDDD2", "AAAAAAA1", "A99999999", "1:1", "A1:XFD1048576", "C3:A1"),
    *("s", "d", "e", "b", "n", "str", "inlineStr", "#N/A", "2024-05-01", "9999-99-99", "1904-01-01T00:00:00", "true"),
    *("UCS-2", "utf-16", "windows-1251", "idna", "iin-900101300126", "rId1", "../../etc/passwd", "&#0;", "&none;"),
)


@dataclass(frozen=True)
class Delivery:
    """A file's bytes, and what is known of them. `rows` and `texts` (by row and column) are None for damaged bytes."""

    source: str
    ending: str
    content: bytes
    rows: int | None
    good_rows: int
    personal_numbers: frozenset[str]
    # (row number, column, text) of the identifiers in the keys of a lawful delivery
    identifiers: frozenset[tuple[int, str, str]]
    texts: list[dict[str, str]] | None


@st.composite
def deliveries(draw: st.DrawFn) -> Delivery:
    """One delivery of one source: half of them lawful, a quarter with odd cells, a quarter with damaged bytes."""
    source = CONTRACT[draw(st.sampled_from(sorted(CONTRACT)))]
    ending = draw(st.sampled_from(ENDINGS))
    fault = draw(st.sampled_from(("none", "none", "cells", "bytes")))
    columns = draw(_columns(source))
    # A damaged file may hold a digit beside a personal number: nobody can tell then that it is one.
    numbers = NOBODYS if fault == "bytes" else (*PERSONS, *SPELT_OTHERWISE, *NOBODYS)
    rows = [[draw(_value(source, column, numbers)) for column in columns] for _ in range(draw(st.integers(0, 6)))]
    personal = {
        value for row in rows for column, value in zip(columns, row, strict=True) if column and column.type == "iin"
    }
    odd_rows: set[int] = set()
    personal |= set(PERSONS)
    identifiers = {
        (number, column.name, text)
        for number, row in enumerate(rows, start=1)
        for column, text in zip(columns, row, strict=True)
        if column and column.name in source.key and column.type == "string"
    }
    odd_cells = (*ODD_CELLS, *(ERRORS + NO_DAYS) * 10) if ending == "xlsx" else ODD_CELLS
    if fault == "cells" and rows:
        for _ in range(draw(st.integers(1, 4))):
            at = draw(st.integers(0, len(rows) - 1))
            rows[at][draw(st.integers(0, len(columns) - 1))] = draw(st.sampled_from(odd_cells))
            odd_rows.add(at)
    names = [draw(_spelt(column.name)) if column else "note of the sender" for column in columns]
    content = _written(draw, ending, names, columns, rows)
    if fault == "bytes":
        kinds = (_damaged, _damaged_inside, _misstated) if ending == "xlsx" else (_damaged,)
        content = draw(draw(st.sampled_from(kinds))(content))
    return Delivery(
        source.name,
        draw(st.sampled_from((ending, ending.upper()))),
        content,
        rows=None if fault == "bytes" else len(rows),
        good_rows=len(rows) - len(odd_rows),
        personal_numbers=frozenset(personal - {""}) if fault != "bytes" else frozenset(),
        identifiers=frozenset(identifiers) if fault == "none" else frozenset(),
        texts=None
        if fault == "bytes"
        else [{c.name: text for c, text in zip(columns, row, strict=True) if c is not None} for row in rows],
    )


@st.composite
def _columns(draw: st.DrawFn, source: Source) -> list[Column | None]:
    """The required columns and some others in any order; None is a column that the contract does not know."""
    optional = [column for column in source.columns if not column.required]
    chosen: list[Column | None] = [column for column in source.columns if column.required]
    chosen += [column for column in optional if draw(st.booleans())]
    if draw(st.integers(0, 4)) == 0:
        chosen.append(None)
    return draw(st.permutations(chosen))


def _spelt(name: str) -> st.SearchStrategy[str]:
    return st.sampled_from((name, name, name.upper(), f" {name}\u00a0", name.title()))


@st.composite
def _value(draw: st.DrawFn, source: Source, column: Column | None, numbers: tuple[str, ...]) -> str:
    """A lawful text of the column; an optional one may be empty. `numbers` stand in some keys."""
    if column is None:
        return draw(st.sampled_from(WORDS))
    if not column.required and draw(st.integers(0, 3)) == 0:
        return ""
    if column.name in source.key and column.type == "string":
        # few keys, so that deliveries replace each other's rows
        if draw(st.integers(0, 2)) == 0:
            number = draw(st.sampled_from(numbers))
            return draw(st.sampled_from(IDENTIFIERS)).format(number, number)
        return f"{column.name}-{draw(st.integers(0, 9))}"
    match column.type:
        case "date":
            return draw(_day()).strftime(draw(st.sampled_from(("%Y-%m-%d", "%d.%m.%Y"))))
        case "timestamp":
            form = draw(st.sampled_from(("%Y-%m-%d %H:%M", "%d.%m.%Y %H:%M:%S", "%Y-%m-%dT%H:%M:%S.%f")))
            return draw(_moment()).strftime(form) + draw(st.sampled_from(("", "", "Z", "+05:00", "+0600")))
        case "boolean":
            return draw(st.sampled_from(BOOLEANS))
        case "integer":
            return str(draw(st.integers(-5, 10**9)))
        case "decimal":
            return draw(st.sampled_from(("0", "1500.5", "1 234,50", "-0,5", "641000000", "12\u00a0345.67")))
        case "iin":
            return f"{draw(st.integers(10**10, 10**12 - 1)):012}"
        case "region":
            return draw(st.sampled_from(REGIONS))
        case "code":
            return draw(st.sampled_from((*column.codes, column.codes[0].upper(), "another")))
        case "centre" | "employee":
            return f"{column.type[0].upper()}{draw(st.integers(0, 20))}"
        case "string":
            return draw(st.sampled_from(WORDS))


def _day() -> st.SearchStrategy[date]:
    return st.dates(date(2022, 1, 1), date(2026, 12, 31))


def _moment() -> st.SearchStrategy[datetime]:
    return st.datetimes(datetime(2022, 1, 1), datetime(2026, 12, 31))


def _written(
    draw: st.DrawFn, ending: str, names: list[str], columns: list[Column | None], rows: list[list[str]]
) -> bytes:
    match ending:
        case "jsonl" | "jsonl.gz":
            content = _as_jsonl(draw, names, columns, rows)
        case "xlsx":
            content = _as_xlsx(draw, names, columns, rows)
        case "parquet":
            content = _as_parquet(draw, names, columns, rows)
        case _:
            content = _as_csv(draw, SEPARATORS[ending], names, rows)
    return gzip.compress(content, mtime=0) if ending.endswith(".gz") else content


def _as_csv(draw: st.DrawFn, separators: list[str], names: list[str], rows: list[list[str]]) -> bytes:
    separator = draw(st.sampled_from(separators))
    line_end = draw(st.sampled_from(("\n", "\r\n")))
    always_quoted = draw(st.booleans())

    def field(text: str) -> str:
        needs_quotes = always_quoted or any(mark in text for mark in (separator, '"', "\n", "\r"))
        return '"' + text.replace('"', '""') + '"' if needs_quotes else text

    lines = [separator.join(field(text) for text in row) for row in [names, *rows]]
    # an empty line is no record
    text = line_end.join([*lines, *draw(st.sampled_from(([], [""], ["", "  ", ""])))])
    try:
        return text.encode(draw(st.sampled_from(ENCODINGS)))
    except UnicodeEncodeError:
        return text.encode()


def _as_jsonl(draw: st.DrawFn, names: list[str], columns: list[Column | None], rows: list[list[str]]) -> bytes:
    ascii_only = draw(st.booleans())
    lines = []
    for row in rows:
        record: dict[str, object] = {}
        for name, column, text in zip(names, columns, row, strict=True):
            if text == "" and draw(st.booleans()):
                continue
            record[name] = draw(st.sampled_from(_natives(column, text)))
        lines.append(json.dumps(record, ensure_ascii=ascii_only))
    return "".join(f"{line}\n" for line in lines).encode()


def _natives(column: Column | None, text: str) -> list[object]:
    """The text, and what JSON and spreadsheets may have in its place: a number, a boolean, null."""
    natives: list[object] = [text]
    if text == "":
        natives.append(None)
    if column and column.type == "integer" and text.lstrip("-").isdecimal() and text.isascii() and len(text) < 15:
        natives.append(int(text))
    if column and column.type == "boolean" and text in ("true", "FALSE"):
        natives.append(text == "true")
    return natives


def _as_xlsx(draw: st.DrawFn, names: list[str], columns: list[Column | None], rows: list[list[str]]) -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"strings_to_formulas": False, "strings_to_urls": False}) as workbook:
        # the same bytes each time: xlsxwriter would write the time of day
        workbook.set_properties({"created": datetime(2026, 1, 1)})
        sheet = workbook.add_worksheet()
        as_day = workbook.add_format({"num_format": "dd.mm.yyyy"})
        for at, name in enumerate(names):
            sheet.write_string(0, at, name)
        for number, row in enumerate(rows, start=1):
            for at, (column, text) in enumerate(zip(columns, row, strict=True)):
                if column and column.type == "date" and _is_iso_day(text) and draw(st.booleans()):
                    sheet.write_datetime(number, at, date.fromisoformat(text), as_day)
                elif text in ERRORS:
                    sheet.write_formula(number, at, "=1/0", as_day if at % 2 else None, text)
                elif text in NO_DAYS:
                    sheet.write_number(number, at, float(text), as_day)
                elif text != "":
                    # Excel holds 32 767 characters in a cell at most
                    value = draw(st.sampled_from(_natives(column, text[:32_000])))
                    sheet.write(number, at, value) if not isinstance(value, str) else sheet.write_string(
                        number, at, value
                    )
    return buffer.getvalue()


def _is_iso_day(text: str) -> bool:
    return len(text) == 10 and text.isascii() and text[:4] in ("2022", "2023", "2024", "2025") and text[4] == "-"


def _as_parquet(draw: st.DrawFn, names: list[str], columns: list[Column | None], rows: list[list[str]]) -> bytes:
    frame = pl.DataFrame(
        {name: [row[at] or None for row in rows] for at, name in enumerate(names)},
        schema=dict.fromkeys(names, pl.String),
    )
    buffer = io.BytesIO()
    frame.write_parquet(buffer, compression=draw(st.sampled_from(("zstd", "snappy", "uncompressed"))))
    return buffer.getvalue()


@st.composite
def _damaged_inside(draw: st.DrawFn, book: bytes) -> bytes:
    """A workbook that is a good zip file, of which one member is damaged: else checksums would find all damage."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        names = old.namelist()
        hit = draw(st.sampled_from([name for name in names if "sheet" in name or "Strings" in name or "book" in name]))
        for name in names:
            content = old.read(name)
            new.writestr(zipfile.ZipInfo(name), draw(_damaged(content)) if name == hit else content)
    return buffer.getvalue()


@st.composite
def _misstated(draw: st.DrawFn, book: bytes) -> bytes:
    """A workbook that is good XML in a good zip file, but for one to three things that its parts say."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        parts = {name: old.read(name).decode() for name in old.namelist()}
        # Most of what a reader believes stands in the sheet.
        names = [name for name in parts if "docProps" not in name and "theme" not in name]
        for _ in range(draw(st.integers(1, 3))):
            name = draw(st.sampled_from((*names, *["xl/worksheets/sheet1.xml"] * len(names))))
            said = [found.span() for found in re.finditer(r'(?<=")[^"<>]*(?=")|(?<=>)[^<>]+(?=<)', parts[name])]
            start, end = draw(st.sampled_from(said))
            parts[name] = parts[name][:start] + draw(st.sampled_from(MISSTATEMENTS)) + parts[name][end:]
        for name, part in parts.items():
            new.writestr(zipfile.ZipInfo(name), part)
    return buffer.getvalue()


@st.composite
def _damaged(draw: st.DrawFn, content: bytes) -> bytes:
    """One to five times a byte flipped, or a piece cut out, put in or doubled."""
    damaged = bytearray(content)
    for _ in range(draw(st.integers(1, 5))):
        if not damaged:
            break
        at = draw(st.integers(0, len(damaged) - 1))
        end = min(len(damaged), at + draw(st.integers(1, 40)))
        match draw(st.sampled_from(("flip", "flip", "cut", "insert", "double", "truncate"))):
            case "flip":
                damaged[at] ^= 1 << draw(st.integers(0, 7))
            case "cut":
                del damaged[at:end]
            case "insert":
                damaged[at:at] = draw(st.binary(min_size=1, max_size=8))
            case "double":
                damaged[at:at] = damaged[at:end]
            case "truncate":
                del damaged[at:]
    return bytes(damaged)
