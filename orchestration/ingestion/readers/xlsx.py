"""xlsx: the first sheet, its header in the first row, cells as the texts that a csv of it would hold."""

from pathlib import Path

from duckdb import DuckDBPyConnection

from orchestration.contract import Column, Source
from orchestration.ingestion.readers.incoming import (
    IIN_DIGITS,
    Header,
    append_records,
    match_header,
    single_positions,
)
from orchestration.ingestion.readers.workbook import copy_with_all_cells, refuse_harmful_workbook
from orchestration.ingestion.readers.workbook_process import WorkbookProcess
from orchestration.sql_text import literal

SHORTEST_IIN_AS_NUMBER = 9
DAY_OF_TIMES = "1899-12-31"
PROCESS = WorkbookProcess()


def read_xlsx(connection: DuckDBPyConnection, path: Path, scratch: Path, source: Source, delivery_id: int) -> Header:
    """Append the records of the first sheet to `incoming`. UnreadableFile when the file is to be rejected."""
    lost = refuse_harmful_workbook(path)
    copy = scratch.with_suffix(".copy.xlsx")
    try:
        if lost is not None:
            copy_with_all_cells(path, copy, lost)
        names = PROCESS.write_first_sheet(path if lost is None else copy, scratch)
    finally:
        copy.unlink(missing_ok=True)
    header = match_header(names, source)
    positions = single_positions(names, header)
    append_records(
        connection,
        f"read_parquet({literal(str(scratch))})",
        delivery_id,
        {name: _xlsx_text(source.column(name), f"f{at}") for name, at in positions.items()},
        row_number="row_number",
    )
    return header


def _xlsx_text(column: Column, field: str) -> str:
    # A time of day is one of the day before the calendar of sheets begins.
    is_time = f"starts_with({field}, '{DAY_OF_TIMES} ')"
    text = f"case when {is_time} then substr({field}, {len(DAY_OF_TIMES) + 2}) else {field} end"
    match column.type:
        case "date":
            return f"regexp_replace({text}, ' 00:00:00(\\.0+)?$', '')"
        case "iin":
            number = f"'\\d{{{SHORTEST_IIN_AS_NUMBER},{IIN_DIGITS}}}'"
            return (
                f"case when regexp_full_match({field}, {number}) then lpad({field}, {IIN_DIGITS}, '0') else {field} end"
            )
        case _:
            return text
