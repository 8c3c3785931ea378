"""Rows past their months that come (again): a late delivery, a rebuild or a reload does not undo a retention.

The vault keeps, for each source, the day before which retention has severed. How a retention is done belongs in
`orchestration.privacy`.
"""

import csv
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from duckdb import DuckDBPyConnection

from orchestration.contract import Source
from orchestration.ingestion.severed import sever_rows
from orchestration.settings import PROJECT_DIR

REGIONS = PROJECT_DIR / "seeds" / "regions.csv"


def is_register(source: Source, severed: Mapping[str, date]) -> bool:
    """Whether it says who somebody is and is kept: who stands in one keeps the token in old rows of other sources."""
    return source.name not in severed and any(column.type == "iin" for column in source.columns)


def is_older(source: Source, first_kept: date, row: str) -> str:
    """SQL: whether the event of a row (of the table `row`) was before this day in every region's civil time.

    ValueError for a source without a clock.
    """
    clock = source.clock
    if clock is None:
        raise ValueError(f"{source.name} has no clock: none of its rows is older than another")
    event = f'{row}."{clock.name}"'
    if clock.type == "timestamp":
        hours = _latest_offset(first_kept) // timedelta(hours=1)
        event = f"case when {row}.\"{clock.name}_is_utc\" then {event} + interval '{hours}' hour else {event} end"
    return f"{event} < date '{first_kept}'"


def _latest_offset(day: date) -> timedelta:
    """The largest offset from UTC among the regions' zones as this day began."""
    with REGIONS.open(encoding="utf-8") as file:
        zones = {row["timezone"] for row in csv.DictReader(file)}
    midnight = datetime(day.year, day.month, day.day)
    return max(midnight.replace(tzinfo=ZoneInfo(zone)).utcoffset() or timedelta() for zone in zones)


def first_days_kept(connection: DuckDBPyConnection) -> dict[str, date]:
    """By source, the day before which retention has severed its rows; sources that never were are left out."""
    return dict(connection.execute("select source, first_day_kept from vault.retention_cuts").fetchall())


def sever_retained_rows(connection: DuckDBPyConnection, contract: Mapping[str, Source], source: Source) -> None:
    """In `typed`, put substitutes in the place of the tokens of rows past their months, and nothing in that of texts.

    The registers are loaded already (see `registers_first`).
    """
    severed = first_days_kept(connection)
    if source.name not in severed:
        return
    registers = " union all ".join(
        f'select "{column.name}" from raw."{register.name}" where "{column.name}" is not null'
        for register in contract.values()
        if is_register(register, severed)
        for column in register.columns
        if column.type == "iin"
    )
    old = is_older(source, severed[source.name], "typed")
    for column in (column for column in source.columns if column.type == "iin"):
        is_severed = f'{old} and typed."{column.name}" not in ({registers or "select null where false"})'
        sever_rows(connection, source, column, is_severed)
    texts = [f'"{column.name}" = null' for column in source.columns if column.pii and column.type == "string"]
    if texts:
        connection.execute(f"update typed set {', '.join(texts)} where {old}")


def registers_first(connection: DuckDBPyConnection, contract: Mapping[str, Source], names: list[str]) -> list[str]:
    """Names of sources in the order of loading: who stands in a register must be known before old rows are severed.

    Their own order, as long as nothing was severed.
    """
    severed = first_days_kept(connection)
    if not severed:
        return names
    return sorted(names, key=lambda name: name not in contract or not is_register(contract[name], severed))
