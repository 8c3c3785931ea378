"""A delivered file into rows of text: `incoming`, one varchar column per contract column, in DuckDB in bulk.

Here are the formats, encodings, delimiters and headers of the contract. What a text must look like to be a date or
a number belongs in `typing`; which files there are belongs in `landing`.
"""

import codecs
import csv
import gzip
import itertools
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import fastexcel
import polars as pl
from duckdb import DuckDBPyConnection

from orchestration.contract import Column, Source
from orchestration.ingestion.landing import FileFormat
from orchestration.machine_faults import Fault, fault_in, messages

# UTF-8 first. What is not UTF-8 is read as KZ-1048: it differs from windows-1251 only where that has letters of
# Serbian, Macedonian, Belarusian and Ukrainian, and there a Kazakh delivery means Kazakh letters.
ENCODINGS = ("utf-8-sig", "kz1048")
DELIMITERS = (",", ";", "\t")
CHUNK_BYTES = 4 * 1024 * 1024
# A text that no delivery holds: with it DuckDB tells an empty field ('') from a missing one (null).
NO_TEXT_IS_NULL = "\x01"
# A character that no JSON line can hold unescaped: read_csv then takes each line whole.
NO_DELIMITER = "\x1f"
# An IIN that a spreadsheet kept as a number may have lost its leading zeros, three at most: a birth date of January to
# September 2000 begins with 000.
IIN_DIGITS = 12
SHORTEST_IIN_AS_NUMBER = 9
# Doubles hold whole numbers exactly up to 2^53; a larger one is not an identifier that lost its decimals.
LARGEST_WHOLE_DOUBLE = 2**53

MALFORMED_RECORD = {
    "TOO MANY COLUMNS": "the record has more fields than the header",
    "MISSING COLUMNS": "the record has fewer fields than the header",
    "UNQUOTED VALUE": "the quotes of the record are not closed, or not doubled inside a field",
    "LINE SIZE OVER MAXIMUM": "the record is longer than 2 MB",
}
UNCLOSED_QUOTE = "a quote is opened and never closed: the records after it cannot be told apart"
NOT_A_JSON_OBJECT = "the line is not a JSON object"


class UnreadableFile(Exception):
    """The whole file is to be rejected; the message says why, and holds nothing of the file's content."""


@dataclass(frozen=True)
class Header:
    """Where each contract column stands in a file (contract name -> the file's own names), and what else it has."""

    found: dict[str, list[str]]
    extra: list[str]

    @property
    def remark(self) -> str | None:
        """What the ledger says of columns that the contract does not know."""
        return f"columns not in the contract, not loaded: {', '.join(self.extra)}" if self.extra else None


def match_header(names: list[str], source: Source) -> Header:
    """Match a file's column names to the contract: without regard to case, surrounding space and order.

    UnreadableFile when a required column is missing.
    """
    found: dict[str, list[str]] = {}
    extra: list[str] = []
    known = {column.name for column in source.columns}
    for name in names:
        plain = name.strip().lower()
        if plain in known:
            found.setdefault(plain, []).append(name)
        elif plain:
            extra.append(name.strip())
    missing = [column.name for column in source.columns if column.required and column.name not in found]
    if missing:
        raise UnreadableFile(f"required column missing: {', '.join(missing)}")
    return Header(found, extra)


def create_incoming(connection: DuckDBPyConnection, source: Source) -> None:
    """Create the temporary table that the readers fill: a row a record, in texts; `_malformed` says why it has none."""
    texts = ", ".join(f'"{column.name}" varchar' for column in source.columns)
    connection.execute(
        f"create or replace temp table incoming (_delivery_id bigint, _row_number bigint, _malformed varchar, {texts})"
    )


def read_file(
    connection: DuckDBPyConnection,
    path: Path,
    file_format: tuple[FileFormat, bool],
    source: Source,
    delivery_id: int,
    scratch_dir: Path,
) -> str | None:
    """Append the file's records to `incoming`; return the ledger's remark on it, if any.

    UnreadableFile when the whole file is to be rejected; records of it that were appended before are removed again.
    """
    kind, gzipped = file_format
    scratch = scratch_dir / f"delivery_{delivery_id}"
    try:
        match kind:
            case "csv":
                _copy_as_utf8(path, scratch, gzipped)
                header = _read_csv(connection, scratch, source, delivery_id)
            case "jsonl":
                _copy_as_utf8(path, scratch, gzipped)
                header = _read_jsonl(connection, scratch, source, delivery_id)
            case "xlsx":
                header = _read_xlsx(connection, path, scratch, source, delivery_id)
            case "parquet":
                header = _read_parquet(connection, path, source, delivery_id)
    except UnreadableFile:
        connection.execute("delete from incoming where _delivery_id = ?", [delivery_id])
        raise
    # The libraries' own messages quote the file's content: only their kind is passed on.
    except (duckdb.Error, pl.exceptions.PolarsError, fastexcel.FastExcelError, zipfile.BadZipFile) as error:
        if _is_of_the_machine(error, kind):
            raise
        connection.execute("delete from incoming where _delivery_id = ?", [delivery_id])
        raise UnreadableFile(f"the file cannot be read as {kind} ({type(error).__name__})") from None
    finally:
        scratch.unlink(missing_ok=True)
    return header.remark


def _is_of_the_machine(error: Exception, kind: FileFormat) -> bool:
    """Whether a full disk or memory is to blame: a file rejected for that would never be read again.

    A damaged xlsx or Parquet file may ask for any amount of memory by itself; a text cannot.
    """
    fault = fault_in(messages(error))
    return fault is Fault.DISK_FULL or (fault is Fault.OUT_OF_MEMORY and kind in ("csv", "jsonl"))


def _append(
    connection: DuckDBPyConnection,
    relation: str,
    delivery_id: int,
    expressions: dict[str, str],
    row_number: str,
    malformed: str = "null",
) -> None:
    """Insert the trimmed texts of `relation` into `incoming`; a contract column without an expression stays null."""
    names = ", ".join(f'"{name}"' for name in expressions)
    texts = ", ".join(_trimmed(expression) for expression in expressions.values())
    connection.execute(
        f"insert into incoming (_delivery_id, _row_number, _malformed, {names}) "
        f"select {delivery_id}, {row_number}, {malformed}, {texts} from {relation}"
    )


def _trimmed(expression: str) -> str:
    # A plain trim() knows no tabs and no-break spaces; trimming them from every value costs more than looking first.
    blanks = r"[\s\x{A0}\x{202F}\x{FEFF}]"
    return (
        f"nullif(case when regexp_matches({expression}, '^{blanks}|{blanks}$') "
        f"then regexp_replace({expression}, '^{blanks}+|{blanks}+$', '', 'g') else {expression} end, '')"
    )


def _copy_as_utf8(path: Path, copy: Path, gzipped: bool) -> None:
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


def _csv_header(path: Path, source: Source) -> tuple[list[str], str]:
    """The header's names and the delimiter under which most of them are the contract's."""
    known = {column.name for column in source.columns}
    candidates: list[tuple[int, list[str], str]] = []
    for delimiter in DELIMITERS:
        with path.open(encoding="utf-8", newline="") as stream:
            try:
                names = next(csv.reader(stream, delimiter=delimiter), [])
            except csv.Error:
                continue
        candidates.append((len(known & {name.strip().lower() for name in names}), names, delimiter))
    if not candidates:
        raise UnreadableFile("the header cannot be read as csv")
    _, names, delimiter = max(candidates, key=lambda candidate: candidate[0])
    return names, delimiter


def _read_csv(connection: DuckDBPyConnection, path: Path, source: Source, delivery_id: int) -> Header:
    names, delimiter = _csv_header(path, source)
    header = match_header(names, source)
    positions = _single_positions(names, header)
    # The surplus column makes a record of one field too many a record still, so that it keeps its number.
    columns = {f"f{position}": "varchar" for position in range(len(names))} | {"surplus": "varchar"}
    last_field = max(position for position, name in enumerate(names) if name.strip())
    connection.execute("drop table if exists reject_errors; drop table if exists reject_scans")
    scan = (
        f"read_csv({_literal(str(path))}, columns = {columns}, delim = {_literal(delimiter)}, quote = '\"', "
        f"escape = '\"', header = true, auto_detect = false, null_padding = true, parallel = false, "
        f"nullstr = {_literal(NO_TEXT_IS_NULL)}, store_rejects = true)"
    )
    # A line of blanks only is an empty line: no record.
    second_field = "f1" if len(names) > 1 else "surplus"
    records = f"(select * from {scan} where not ({second_field} is null and trim(f0) = ''))"
    _append(
        connection,
        records,
        delivery_id,
        {name: f"f{position}" for name, position in positions.items()},
        row_number="row_number() over ()",
        malformed=(
            f"case when f{last_field} is null then {_literal(MALFORMED_RECORD['MISSING COLUMNS'])} "
            f"when surplus <> '' then {_literal(MALFORMED_RECORD['TOO MANY COLUMNS'])} end"
        ),
    )
    _add_rejected_records(connection, path, delimiter, delivery_id)
    _refuse_swallowed_records(connection, path, delimiter, delivery_id)
    return header


def _single_positions(names: list[str], header: Header) -> dict[str, int]:
    """Contract name -> position in the file. UnreadableFile when a column stands there twice."""
    repeated = [name for name, spellings in header.found.items() if len(spellings) > 1]
    if repeated:
        raise UnreadableFile(f"column stands twice in the header: {', '.join(repeated)}")
    return {name: names.index(spellings[0]) for name, spellings in header.found.items()}


def _add_rejected_records(connection: DuckDBPyConnection, path: Path, delimiter: str, delivery_id: int) -> None:
    """Give the records that DuckDB could not read their place among the others, as malformed ones.

    UnreadableFile when one of them swallowed the lines after it (a quote that is never closed).
    """
    rejected = connection.execute(
        "select line_byte_position, min(error_type::varchar), bool_or(contains(trim(csv_line, chr(10)), chr(10))) "
        "from reject_errors group by 1 order by 1"
    ).fetchall()
    if not rejected:
        return
    if any(swallowed for _, _, swallowed in rejected):
        raise UnreadableFile(UNCLOSED_QUOTE)
    numbers = _record_numbers(path, delimiter, [position for position, _, _ in rejected])
    # The k-th of the records read has as many rejected ones before it as have at most k - 1 read ones before them.
    connection.execute(
        "create or replace temp table rejected_records (number bigint, read_before bigint, reason varchar)"
    )
    connection.executemany(
        "insert into rejected_records values (?, ?, ?)",
        [
            [number, number - 1 - rank, MALFORMED_RECORD.get(error, "the record cannot be read")]
            for rank, (number, (_, error, _)) in enumerate(zip(numbers, rejected, strict=True))
        ],
    )
    connection.execute(
        "update incoming set _row_number = _row_number "
        "+ (select count(*) from rejected_records where read_before < incoming._row_number) "
        "where _delivery_id = ?",
        [delivery_id],
    )
    connection.execute(
        "insert into incoming (_delivery_id, _row_number, _malformed) select ?, number, reason from rejected_records",
        [delivery_id],
    )


def _refuse_swallowed_records(connection: DuckDBPyConnection, path: Path, delimiter: str, delivery_id: int) -> None:
    """UnreadableFile when an unclosed quote swallowed the rest of the file: DuckDB drops such a record in silence.

    Only a file with an odd number of quotes can hold one, and only such a file is read again.
    """
    with path.open("rb") as stream:
        if sum(chunk.count(b'"') for chunk in iter(lambda: stream.read(CHUNK_BYTES), b"")) % 2 == 0:
            return
    read = connection.execute("select count(*) from incoming where _delivery_id = ?", [delivery_id]).fetchone()
    if read != (sum(1 for _ in _records(path, delimiter)) - 1,):
        raise UnreadableFile(UNCLOSED_QUOTE)


def _record_numbers(path: Path, delimiter: str, byte_positions: list[int]) -> list[int]:
    """The record numbers (from 1 after the header) of the records that begin at or hold these byte positions."""
    numbers: list[int] = []
    for number, end in enumerate(_records(path, delimiter)):
        while len(numbers) < len(byte_positions) and byte_positions[len(numbers)] < end:
            numbers.append(number)
    return numbers


def _records(path: Path, delimiter: str) -> Iterator[int]:
    """For the header and each record, the byte position at which it ends; empty lines are none.

    Only files that DuckDB could not read whole come here, so that the way through Python is seldom paid.
    """
    position = 0

    def lines() -> Iterator[str]:
        nonlocal position
        with path.open("rb") as stream:
            for line in stream:
                position += len(line)
                yield line.decode("utf-8")

    # The limit is the process's own: it is only ever raised.
    csv.field_size_limit(max(csv.field_size_limit(), path.stat().st_size))
    for record in csv.reader(lines(), delimiter=delimiter):
        if len(record) > 1 or any(field.strip() for field in record):
            yield position


def _read_jsonl(connection: DuckDBPyConnection, path: Path, source: Source, delivery_id: int) -> Header:
    connection.execute(
        f"""
        create or replace temp table json_lines as
        select row_number() over () as number, line, surplus is null and json_valid(line) as is_json
        from read_csv(
            {_literal(str(path))}, columns = {{'line': 'varchar', 'surplus': 'varchar'}}, header = false,
            delim = {_literal(NO_DELIMITER)}, quote = '', escape = '', auto_detect = false, null_padding = true,
            nullstr = {_literal(NO_TEXT_IS_NULL)}
        )
        where trim(line) <> ''
        """
    )
    connection.execute(
        """
        create or replace temp table json_records as
        select number, case when is_json and json_type(line) = 'OBJECT' then line::json end as record
        from json_lines
        """
    )
    keys = connection.execute("select distinct unnest(json_keys(record)) from json_records order by 1").fetchall()
    if not keys:
        raise UnreadableFile("the file holds no JSON object")
    header = match_header([key for (key,) in keys], source)
    _append(
        connection,
        "json_records",
        delivery_id,
        {name: _json_text(source.column(name), spellings) for name, spellings in header.found.items()},
        row_number="number",
        malformed=f"case when record is null then {_literal(NOT_A_JSON_OBJECT)} end",
    )
    connection.execute("drop table json_lines; drop table json_records")
    return header


def _json_text(column: Column, keys: list[str]) -> str:
    texts: list[str] = []
    for key in keys:
        path = _literal('$."' + key.replace('"', '\\"') + '"')
        text = f"json_extract_string(record, {path})"
        if column.type == "iin":
            is_number = f"json_type(record, {path}) in ('UBIGINT', 'BIGINT')"
            text = f"case when {is_number} then lpad({text}, {IIN_DIGITS}, '0') else {text} end"
        texts.append(text)
    return f"coalesce({', '.join(texts)})"


def _read_xlsx(connection: DuckDBPyConnection, path: Path, scratch: Path, source: Source, delivery_id: int) -> Header:
    # Read as texts: calamine then gives dates as ISO texts and whole numbers without decimals, cell by cell.
    sheet = pl.read_excel(
        path, sheet_id=1, has_header=False, infer_schema_length=0, drop_empty_rows=False, raise_if_empty=False
    )
    if sheet.is_empty():
        raise UnreadableFile("the first sheet is empty")
    names = [name or "" for name in sheet.row(0)]
    header = match_header(names, source)
    positions = _single_positions(names, header)
    records = sheet.slice(1).with_row_index("row_number", offset=1)
    fields = sheet.columns
    records = records.filter(pl.any_horizontal(pl.col(fields).str.strip_chars().str.len_chars() > 0))
    records.write_parquet(scratch)
    _append(
        connection,
        f"read_parquet({_literal(str(scratch))})",
        delivery_id,
        {name: _xlsx_text(source.column(name), fields[at]) for name, at in positions.items()},
        row_number="row_number",
    )
    return header


def _xlsx_text(column: Column, field: str) -> str:
    match column.type:
        case "date":
            return f"regexp_replace({field}, ' 00:00:00(\\.0+)?$', '')"
        case "iin":
            number = f"'\\d{{{SHORTEST_IIN_AS_NUMBER},{IIN_DIGITS}}}'"
            return (
                f"case when regexp_full_match({field}, {number}) then lpad({field}, {IIN_DIGITS}, '0') else {field} end"
            )
        case _:
            return field


def _read_parquet(connection: DuckDBPyConnection, path: Path, source: Source, delivery_id: int) -> Header:
    scan = f"read_parquet({_literal(str(path))}, file_row_number = true)"
    types = {name: sql_type for name, sql_type, *_ in connection.execute(f"describe select * from {scan}").fetchall()}
    types.pop("file_row_number")
    names = list(types)
    header = match_header(names, source)
    positions = _single_positions(names, header)
    _append(
        connection,
        scan,
        delivery_id,
        {name: _parquet_text(source.column(name), names[at], types[names[at]]) for name, at in positions.items()},
        row_number="file_row_number + 1",
    )
    return header


def _parquet_text(column: Column, name: str, sql_type: str) -> str:
    """A Parquet value as the text that a csv of the same delivery would hold."""
    field = '"' + name.replace('"', '""') + '"'
    text = f"cast({field} as varchar)"
    if sql_type == "TIMESTAMP WITH TIME ZONE":
        return f"strftime(timezone('UTC', {field}), '%Y-%m-%d %H:%M:%S.%fZ')"
    if sql_type.startswith("TIMESTAMP") and column.type == "date":
        midnight = f"cast(date_trunc('day', {field}) as timestamp)"
        return (
            f"case when cast({field} as timestamp) = {midnight} then strftime({midnight}, '%Y-%m-%d') else {text} end"
        )
    if sql_type in ("DOUBLE", "FLOAT"):
        is_whole = f"{field} = trunc({field}) and abs({field}) <= {LARGEST_WHOLE_DOUBLE}"
        whole = f"cast(cast({field} as bigint) as varchar)"
        text = f"case when isnan({field}) then null when {is_whole} then {whole} else {text} end"
    if column.type == "iin" and sql_type not in ("VARCHAR", "BLOB"):
        return f"lpad({text}, {IIN_DIGITS}, '0')"
    return text


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
