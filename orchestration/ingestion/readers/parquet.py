"""Parquet: columns of any type, as the texts that a csv of them would hold."""

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
from orchestration.ingestion.readers.limits import SMALLEST_ROW_BYTES, refuse_bomb
from orchestration.sql_text import literal

# Doubles hold whole numbers exactly up to 2^53; a larger one is not an identifier that lost its decimals.
LARGEST_WHOLE_DOUBLE = 2**53


def read_parquet(connection: DuckDBPyConnection, path: Path, source: Source, delivery_id: int) -> Header:
    """Append the rows of a Parquet file to `incoming`. UnreadableFile when it is to be rejected."""
    _refuse_parquet_bomb(connection, path)
    scan = f"read_parquet({literal(str(path))}, file_row_number = true, hive_partitioning = false)"
    types = {name: sql_type for name, sql_type, *_ in connection.execute(f"describe select * from {scan}").fetchall()}
    types.pop("file_row_number")
    names = list(types)
    header = match_header(names, source)
    positions = single_positions(names, header)
    append_records(
        connection,
        scan,
        delivery_id,
        {name: _parquet_text(source.column(name), names[at], types[names[at]]) for name, at in positions.items()},
        row_number="file_row_number + 1",
    )
    return header


def _refuse_parquet_bomb(connection: DuckDBPyConnection, path: Path) -> None:
    """UnreadableFile when the file says of a few bytes that they are very many rows: one value, repeated."""
    declared = connection.execute(f"select num_rows from parquet_file_metadata({literal(str(path))})").fetchone()
    if declared is not None:
        refuse_bomb(path.stat().st_size, declared[0] * SMALLEST_ROW_BYTES)


def _parquet_text(column: Column, name: str, sql_type: str) -> str:
    """A Parquet value as the text that a csv of the same delivery would hold."""
    field = '"' + name.replace('"', '""') + '"'
    text = f"cast({field} as varchar)"
    if sql_type.startswith("TIMESTAMP") and column.type == "date":
        # An instant of UTC too: writers that know no other kind of date-time keep dates as midnights of UTC.
        instant = (
            f"timezone('UTC', {field})" if sql_type == "TIMESTAMP WITH TIME ZONE" else f"cast({field} as timestamp)"
        )
        midnight = f"date_trunc('day', {instant})"
        return f"case when {instant} = {midnight} then cast(cast({midnight} as date) as varchar) else {text} end"
    if sql_type == "TIMESTAMP WITH TIME ZONE":
        return f"cast(timezone('UTC', {field}) as varchar) || 'Z'"
    if sql_type == "BLOB":
        # Some writers keep texts without saying that they are.
        return f"coalesce(try(decode({field})), {text})"
    if sql_type in ("DOUBLE", "FLOAT"):
        is_whole = f"{field} = trunc({field}) and abs({field}) <= {LARGEST_WHOLE_DOUBLE}"
        whole = f"cast(cast({field} as bigint) as varchar)"
        text = f"case when isnan({field}) then null when {is_whole} then {whole} else {text} end"
    if column.type == "iin" and sql_type not in ("VARCHAR", "BLOB"):
        return f"lpad({text}, {IIN_DIGITS}, '0')"
    return text
