"""xlsx: the first sheet, its header in the first row, cells as the texts that a csv of it would hold."""

from pathlib import Path

import polars as pl
from duckdb import DuckDBPyConnection

from orchestration.contract import Column, Source
from orchestration.ingestion.readers.incoming import (
    IIN_DIGITS,
    Header,
    UnreadableFile,
    append_records,
    literal,
    match_header,
    single_positions,
)
from orchestration.ingestion.readers.workbook import refuse_harmful_workbook

SHORTEST_IIN_AS_NUMBER = 9


def read_xlsx(connection: DuckDBPyConnection, path: Path, scratch: Path, source: Source, delivery_id: int) -> Header:
    """Append the records of the first sheet to `incoming`. UnreadableFile when the file is to be rejected."""
    refuse_harmful_workbook(path)
    # Read as texts: calamine then gives dates as ISO texts and whole numbers without decimals, cell by cell.
    sheet = pl.read_excel(
        path, sheet_id=1, has_header=False, infer_schema_length=0, drop_empty_rows=False, raise_if_empty=False
    )
    if sheet.is_empty():
        raise UnreadableFile("the first sheet is empty")
    names = [name or "" for name in sheet.row(0)]
    header = match_header(names, source)
    positions = single_positions(names, header)
    records = sheet.slice(1).with_row_index("row_number", offset=1)
    fields = sheet.columns
    records = records.filter(pl.any_horizontal(pl.col(fields).str.strip_chars().str.len_chars() > 0))
    records.write_parquet(scratch)
    append_records(
        connection,
        f"read_parquet({literal(str(scratch))})",
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
