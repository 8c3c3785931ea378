"""How each source looks month by month: rows, codes and empty values, counted over its current rows.

The counts are what `marts.source_drift` compares with a source's own past. Only codes of the contract are told by name:
any other text is counted as `unknown`, a value of any other column as filled or empty. What is unusual
is not said here.
"""

from collections.abc import Mapping

import duckdb
from duckdb import DuckDBPyConnection

from orchestration.contract import Column, Source

# Values of a profile besides the contract's codes.
EMPTY, FILLED, UNKNOWN = "empty", "filled", "unknown"


def profile_sources(connection: DuckDBPyConnection, contract: Mapping[str, Source]) -> list[str]:
    """Renew the profiles of the sources whose deliveries are others than when it was last made; returns their names.

    Sources without a clock have no months, and no profile.
    """
    renewed = []
    for source in contract.values():
        if source.clock is None:
            continue
        made_of = _deliveries(connection, source)
        if (made_of,) in connection.execute(
            "select made_of from raw.profiled_sources where source = ?", [source.name]
        ).fetchall():
            continue
        connection.begin()
        try:
            connection.execute("delete from raw.source_profiles where source = ?", [source.name])
            connection.execute(f"insert into raw.source_profiles {_profile(source, source.clock)}")
            connection.execute("insert or replace into raw.profiled_sources values (?, ?)", [source.name, made_of])
        except (duckdb.BinderException, duckdb.ConversionException):
            # The table is not what the contract says: a check of raw names it, and the load has done its work.
            connection.rollback()
            continue
        connection.commit()
        renewed.append(source.name)
    return renewed


def _deliveries(connection: DuckDBPyConnection, source: Source) -> str:
    """What the profile is made of, as one text: the deliveries with their rows, and the columns of the contract."""
    row = connection.execute(
        "select md5(coalesce(string_agg(delivery_id || ':' || rows_loaded, ' ' order by delivery_id), '')) "
        "from raw.ledger where source = ? and rows_loaded > 0",
        [source.name],
    ).fetchone()
    columns = " ".join(f"{column.name}:{'|'.join(column.codes)}" for column in _told(source))
    return f"{row[0] if row else ''} {columns}"


def _told(source: Source) -> list[Column]:
    """The columns that a profile tells of: codes, and whatever may be empty."""
    return [column for column in source.columns if column.type == "code" or not column.required]


def _profile(source: Source, clock: Column) -> str:
    """The query of a source's profile: its current rows once, then a group for the rows and for each column."""
    values = [f'{_value(column)} as "{column.name}"' for column in _told(source)]
    # A region that is part of the key is not part of _business_key.
    key = ["_business_key", *(f'"{name}"' for name in source.key if source.column(name).type == "region")]
    groups = ["month_start", *(f'month_start, "{column.name}"' for column in _told(source))]
    names = "\n        ".join(f"when grouping(\"{column.name}\") = 0 then '{column.name}'" for column in _told(source))
    told = "\n        ".join(f'when grouping("{column.name}") = 0 then "{column.name}"' for column in _told(source))
    column_name = f"case\n        {names}\n    end" if names else "null"
    month = f"cast(date_trunc('month', \"{clock.name}\") as date) as month_start"
    value = f"case\n        {told}\n    end" if told else "null"
    return f"""
with current_rows as (
    select
        {", ".join([month, *values])}
    from raw."{source.name}"
    qualify row_number() over (partition by {", ".join(key)} order by _delivery_id desc, _row_number desc) = 1
)
select
    '{source.name}',
    month_start,
    {column_name},
    {value},
    count(*)
from current_rows
group by grouping sets ({", ".join(f"({group})" for group in groups)})"""


def _value(column: Column) -> str:
    """What a profile tells of a value of this column."""
    if column.type != "code":
        return f"case when \"{column.name}\" is null then '{EMPTY}' else '{FILLED}' end"
    codes = ", ".join(f"'{code}'" for code in column.codes)
    return (
        f"case when \"{column.name}\" is null then '{EMPTY}' "
        f'when lower("{column.name}") in ({codes}) then lower("{column.name}") '
        f"else '{UNKNOWN}' end"
    )
