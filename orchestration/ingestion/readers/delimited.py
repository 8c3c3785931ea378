"""csv and tsv: the header tells the delimiter, DuckDB reads the records, and those that it refuses are numbered."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from secrets import token_hex

from duckdb import DuckDBPyConnection

from orchestration.contract import Source
from orchestration.ingestion.readers.incoming import (
    Header,
    UnreadableFile,
    append_records,
    is_blank,
    match_header,
    single_positions,
    trimmed,
)
from orchestration.ingestion.readers.limits import LONGEST_HEADER, LONGEST_RECORD_BYTES
from orchestration.sql_text import literal

DELIMITERS = (",", ";", "\t")

MALFORMED_RECORD = {
    "TOO MANY COLUMNS": "the record has more fields than the header",
    "MISSING COLUMNS": "the record has fewer fields than the header",
    "UNQUOTED VALUE": "the quotes of the record are not closed, or not doubled inside a field",
    "LINE SIZE OVER MAXIMUM": f"the record is longer than {LONGEST_RECORD_BYTES:,} bytes",
}
UNCLOSED_QUOTE = "a quote is opened and never closed: the records after it cannot be told apart"


def read_delimited(connection: DuckDBPyConnection, path: Path, source: Source, delivery_id: int) -> Header:
    """Append the records of a UTF-8 text file to `incoming`. UnreadableFile when it is to be rejected."""
    names, delimiter = _csv_header(path, source)
    header = match_header(names, source)
    positions = single_positions(names, header)
    # The surplus column makes a record of one field too many a record still, so that it keeps its number.
    columns = {f"f{position}": "varchar" for position in range(len(names))} | {"surplus": "varchar"}
    last_field = max(position for position, name in enumerate(names) if trimmed(name))
    # Put behind the last record: when it does not come out as the last of them, something has swallowed it. It stands
    # nowhere else, as nobody knows it before.
    end_mark = token_hex()
    with path.open("a", encoding="utf-8") as stream:
        stream.write(f"\n{end_mark}\n")
    connection.execute("drop table if exists reject_errors; drop table if exists reject_scans")
    scan = (
        f"read_csv({literal(str(path))}, columns = {columns}, delim = {literal(delimiter)}, quote = '\"', "
        f"escape = '\"', header = true, auto_detect = false, null_padding = true, parallel = false, "
        f"nullstr = {literal(f'null {end_mark}')}, max_line_size = {LONGEST_RECORD_BYTES}, store_rejects = true)"
    )
    # A line of blanks only is an empty line: no record.
    second_field = "f1" if len(names) > 1 else "surplus"
    records = f"(select * from {scan} where not ({second_field} is null and {is_blank('f0')}))"
    read = append_records(
        connection,
        records,
        delivery_id,
        {name: f"f{position}" for name, position in positions.items()},
        row_number="row_number() over ()",
        malformed=(
            f"case when f0 = {literal(end_mark)} then f0 "
            f"when f{last_field} is null then {literal(MALFORMED_RECORD['MISSING COLUMNS'])} "
            f"when surplus <> '' then {literal(MALFORMED_RECORD['TOO MANY COLUMNS'])} end"
        ),
    )
    # DuckDB says nothing of a record that runs to the end of the file: a quote that is never closed.
    marks = connection.execute(
        "delete from incoming where _delivery_id = ? and _malformed = ? returning _row_number", [delivery_id, end_mark]
    ).fetchall()
    if marks != [(read,)]:
        raise UnreadableFile(UNCLOSED_QUOTE)
    _add_rejected_records(connection, path, delimiter, delivery_id)
    return header


def _csv_header(path: Path, source: Source) -> tuple[list[str], str]:
    """The header's names and the delimiter under which most of them are the contract's."""
    known = {column.name for column in source.columns}
    with path.open(encoding="utf-8", newline="") as stream:
        start = stream.read(LONGEST_HEADER)
        is_cut = bool(stream.read(1))
    lines = list(io.StringIO(start, newline="\n"))
    candidates: list[tuple[int, list[str], str]] = []
    for delimiter in DELIMITERS:
        reader = csv.reader(lines, delimiter=delimiter, strict=True)
        try:
            names = next(reader, [])
        except csv.Error:
            continue
        if is_cut and reader.line_num == len(lines):
            raise UnreadableFile(f"the header is longer than {LONGEST_HEADER:,} characters")
        candidates.append((len(known & {trimmed(name).lower() for name in names}), names, delimiter))
    known_names, names, delimiter = max(candidates, key=lambda candidate: candidate[0], default=(0, [], ""))
    if known_names == 0 and len(candidates) < len(DELIMITERS):
        raise UnreadableFile("the quotes of the header are not closed, or not doubled inside a name")
    return names, delimiter


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
    reasons = [MALFORMED_RECORD.get(error, "the record cannot be read") for _, error, _ in rejected]
    # The k-th of the rejected records, of number n, has n - k read ones before it.
    connection.execute(
        "create or replace temp table rejected_records as "
        "select unnest(?) as number, unnest(?) as reason, unnest(?) as rejected_so_far",
        [numbers, reasons, list(range(1, len(numbers) + 1))],
    )
    connection.execute(
        """
        update incoming
        set _row_number = moved.row_number
        from (
            select read_ones._row_number as read_number, read_ones._row_number + rejected_so_far as row_number
            from (select _row_number from incoming where _delivery_id = $1) as read_ones
            asof join (
                select number - rejected_so_far as read_before, max(rejected_so_far) as rejected_so_far
                from rejected_records
                group by 1
            ) as rejected on read_ones._row_number > rejected.read_before
        ) as moved
        where _delivery_id = $1 and _row_number = moved.read_number
        """,
        [delivery_id],
    )
    connection.execute(
        "insert into incoming (_delivery_id, _row_number, _malformed) select ?, number, reason from rejected_records",
        [delivery_id],
    )


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
    csv.field_size_limit(max(csv.field_size_limit(), LONGEST_RECORD_BYTES))
    try:
        for record in csv.reader(lines(), delimiter=delimiter):
            if len(record) > 1 or any(trimmed(field) for field in record):
                yield position
    except csv.Error:
        raise UnreadableFile(UNCLOSED_QUOTE) from None
