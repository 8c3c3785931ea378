"""Writes frames as delivered files: formats, encodings, date styles and offsets of the landing contract.

The same frame and style always give the same bytes. Which source is delivered how belongs in `plan`.
"""

import gzip
import io
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal

import polars as pl
import xlsxwriter

from orchestration.contract import load_contract

# Written into every spreadsheet instead of the time of writing.
SPREADSHEET_CREATED = datetime(2026, 1, 5, 9, 0)
FAST_COMPRESSION = 1
ISO_DATES, DOTTED_DATES = "%Y-%m-%d", "%d.%m.%Y"


@dataclass(frozen=True)
class Style:
    """How a text file is written; spreadsheets and Parquet hold native values, `iin_as_number` apart."""

    dates: str = ISO_DATES
    separator: str = ","
    encoding: str = "utf-8"
    decimal_comma: bool = False
    booleans: tuple[str, str] = ("true", "false")
    offset: Literal["", "utc", "local"] = ""
    upper_header: bool = False
    reversed_columns: bool = False
    iin_as_number: bool = False


@dataclass(frozen=True)
class Patch:
    """A text put over the values of one column in some rows, after rendering: a planted fault."""

    column: str
    rows: tuple[int, ...]
    text: str | None


@dataclass(frozen=True)
class Delivery:
    """One file of a source. `frame` has the contract's columns (and perhaps `extra` ones), timestamps in civil time.

    `zones` names each row's IANA zone where the style asks for offsets.
    """

    source: str
    name: str
    frame: pl.DataFrame
    style: Style = Style()
    zones: pl.Series | None = None
    patches: tuple[Patch, ...] = ()
    extra: tuple[str, ...] = ()
    missing: tuple[str, ...] = field(default=())

    def __post_init__(self) -> None:
        """Refuse what the contract does not know: a slip here would show as a fault nobody planted."""
        columns = {column.name for column in load_contract()[self.source].columns}
        wrong = columns.symmetric_difference(self.frame.columns) - set(self.extra) - set(self.missing)
        if wrong:
            raise ValueError(f"{self.source}/{self.name}: columns {sorted(wrong)} are not those of the contract")

    def with_patches(self, *patches: Patch) -> "Delivery":
        """The same file with more faults."""
        return replace(self, patches=(*self.patches, *patches))


def write(delivery: Delivery, landing: Path) -> Path:
    """Write the file below `landing/<source>/` and return its path."""
    path = landing / delivery.source / delivery.name
    path.parent.mkdir(parents=True, exist_ok=True)
    packed = path.suffix == ".gz"
    content = _FORMATS[Path(path.stem).suffix if packed else path.suffix](delivery)
    path.write_bytes(gzip.compress(content, FAST_COMPRESSION, mtime=0) if packed else content)
    return path


def _ordered(delivery: Delivery) -> pl.DataFrame:
    known = [c.name for c in load_contract()[delivery.source].columns if c.name in delivery.frame.columns]
    names = known + [name for name in delivery.extra if name in delivery.frame.columns]
    frame = delivery.frame.select(reversed(names) if delivery.style.reversed_columns else names)
    return frame.rename(str.upper) if delivery.style.upper_header else frame


def _rendered(delivery: Delivery) -> pl.DataFrame:
    """The frame as text, patches applied."""
    style = delivery.style
    frame = delivery.frame.with_columns(
        _text(delivery, name, dtype) for name, dtype in delivery.frame.schema.items() if dtype != pl.String
    )
    for patch in delivery.patches:
        hit = pl.Series(range(frame.height)).is_in(list(patch.rows))
        frame = frame.with_columns(
            pl.when(hit).then(pl.lit(patch.text)).otherwise(pl.col(patch.column)).alias(patch.column)
        )
    if style.decimal_comma:
        decimals = [name for name, dtype in delivery.frame.schema.items() if dtype.is_float()]
        frame = frame.with_columns(pl.col(decimals).str.replace(".", ",", literal=True))
    return _ordered(replace(delivery, frame=frame))


def _text(delivery: Delivery, name: str, dtype: pl.DataType) -> pl.Expr:
    style, column = delivery.style, pl.col(name)
    if isinstance(dtype, pl.Datetime):
        if style.offset:
            return _with_offset(delivery, name)
        separator = " " if style.dates == DOTTED_DATES else "T"
        return column.dt.strftime(f"{style.dates}{separator}%H:%M:%S")
    if dtype == pl.Date:
        return column.dt.strftime(style.dates)
    if dtype == pl.Boolean:
        yes, no = style.booleans
        return pl.when(column).then(pl.lit(yes)).when(~column).then(pl.lit(no)).alias(name)
    return column.cast(pl.String)


def _with_offset(delivery: Delivery, name: str) -> pl.Expr:
    if delivery.zones is None:
        raise ValueError(f"{delivery.name}: offsets are asked for and no zones given")
    zones = pl.Series("zone", delivery.zones)
    text: pl.Expr = pl.lit(None, dtype=pl.String)
    for zone in zones.unique().sort():
        local = pl.col(name).dt.replace_time_zone(zone)
        if delivery.style.offset == "utc":
            shown = local.dt.convert_time_zone("UTC").dt.strftime("%Y-%m-%dT%H:%M:%SZ")
        else:
            shown = local.dt.strftime("%Y-%m-%dT%H:%M:%S%:z")
        text = pl.when(zones == zone).then(shown).otherwise(text)
    return text.alias(name)


def _csv(delivery: Delivery) -> bytes:
    buffer = io.BytesIO()
    style = delivery.style
    _rendered(delivery).write_csv(buffer, separator=style.separator)
    content = buffer.getvalue()
    return content if style.encoding == "utf-8" else content.decode().encode(style.encoding)


def _jsonl(delivery: Delivery) -> bytes:
    buffer = io.BytesIO()
    _rendered(delivery).write_ndjson(buffer)
    return buffer.getvalue()


def _parquet(delivery: Delivery) -> bytes:
    buffer = io.BytesIO()
    _ordered(delivery).write_parquet(buffer, compression="zstd", compression_level=1)
    return buffer.getvalue()


def _xlsx(delivery: Delivery) -> bytes:
    buffer = io.BytesIO()
    frame = delivery.frame
    if delivery.style.iin_as_number:
        numbers = [c.name for c in load_contract()[delivery.source].columns if c.type == "iin"]
        frame = frame.with_columns(pl.col(numbers).cast(pl.Int64))
    frame = _ordered(replace(delivery, frame=frame))
    with xlsxwriter.Workbook(buffer, {"in_memory": True, "default_date_format": "dd.mm.yyyy"}) as book:
        book.set_properties({"created": SPREADSHEET_CREATED})
        moment = book.add_format({"num_format": "dd.mm.yyyy hh:mm:ss"})
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, frame.columns)
        for row, values in enumerate(frame.iter_rows(), start=1):
            for column, value in enumerate(values):
                _write_cell(sheet, row, column, value, moment)
    return buffer.getvalue()


def _write_cell(sheet: Any, row: int, column: int, value: object, moment: object) -> None:
    if isinstance(value, datetime):
        sheet.write_datetime(row, column, value, moment)
    elif isinstance(value, date):
        sheet.write_datetime(row, column, value)
    elif isinstance(value, str):
        sheet.write_string(row, column, value)
    elif value is not None:
        sheet.write(row, column, value)


_FORMATS: dict[str, Callable[[Delivery], bytes]] = {
    ".csv": _csv,
    ".tsv": _csv,
    ".jsonl": _jsonl,
    ".parquet": _parquet,
    ".xlsx": _xlsx,
}
