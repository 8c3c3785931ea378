"""The library that reads workbooks, in a process of its own: over some damaged files it panics, over others it aborts.

A line of JSON names a workbook and the table to write, a line says what became of it. Nothing else is said, for what
the library prints may quote cells. `workbook_process` starts it and asks.
"""

import json
import resource
import signal
import sys

import polars as pl

from orchestration.ingestion.readers.limits import READER_ADDRESS_SPACE
from orchestration.ingestion.readers.workbook_process import READY, Answer
from orchestration.runs.machine_faults import Fault, fault_in, messages


def main() -> None:
    """Answer until nobody asks any more."""
    # An interrupt from the keyboard is for the one who asks.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_AS, (READER_ADDRESS_SPACE, READER_ADDRESS_SPACE))
    # What an abort would leave on disk holds the cells.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    print(READY, flush=True)
    for line in sys.stdin:
        book, table = json.loads(line)
        print(json.dumps(_answer(book, table)), flush=True)


def _answer(book: str, table: str) -> Answer:
    try:
        return Answer(_write_first_sheet(book, table))
    # A panic of the library is no Exception.
    except BaseException as error:
        return Answer([], type(error).__name__, fault_in(messages(error)) is Fault.DISK_FULL)


def _write_first_sheet(book: str, table: str) -> list[str]:
    """Write the rows below the header that are not blank to Parquet, as texts; the header, empty without any row."""
    # Read as texts: calamine then gives dates as ISO texts and whole numbers without decimals, cell by cell.
    sheet = pl.read_excel(
        book, sheet_id=1, has_header=False, infer_schema_length=0, drop_empty_rows=False, raise_if_empty=False
    )
    if sheet.is_empty():
        return []
    sheet.columns = [f"f{position}" for position in range(sheet.width)]
    is_filled = pl.any_horizontal(pl.col(sheet.columns).str.strip_chars().str.len_chars() > 0)
    sheet.slice(1).with_row_index("row_number", offset=1).filter(is_filled).write_parquet(table)
    return [name or "" for name in sheet.row(0)]


if __name__ == "__main__":
    main()
