"""One question by SQLAlchemy, pandas and polars: runs in their own environment, prints the answers as JSON.

python python_clients.py <folder of the published snapshot>
"""

import json
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import polars as pl
from sqlalchemy import MetaData, Table, create_engine, inspect, select, text
from sqlalchemy.exc import DBAPIError

METRIC, YEAR = "practical_pass_pct", date(2025, 1, 1)


def by_sqlalchemy(published: Path) -> dict[str, Any]:
    """The rows by a reflected table, the description of the table, and what a write is answered."""
    engine = create_engine(f"duckdb:///{published / 'marts.duckdb'}", connect_args={"read_only": True})
    kpi = Table("kpi_values", MetaData(), schema="marts.marts", autoload_with=engine)
    rows = select(kpi.c.region_code, kpi.c.value).where(
        kpi.c.metric_key == METRIC,
        kpi.c.period_grain == "year",
        kpi.c.period_start == YEAR,
        kpi.c.breakdown == "all",
    )
    with engine.connect() as connection:
        found = connection.execute(rows.order_by(kpi.c.region_code)).fetchall()
        try:
            connection.execute(text("delete from marts.marts.kpi_values"))
            refusal = "written"
        except DBAPIError as error:
            refusal = str(error.orig)
    return {
        "rows": [list(row) for row in found],
        "tables": inspect(engine).get_table_names(schema="marts.marts"),
        "refusal": refusal,
    }


def by_pandas(published: Path) -> list[list[Any]]:
    """The rows from the Parquet file."""
    kpi = pd.read_parquet(published / "parquet" / "kpi_values.parquet")
    wanted = (kpi.metric_key == METRIC) & (kpi.period_grain == "year") & (kpi.breakdown == "all")
    found = kpi[wanted & (pd.to_datetime(kpi.period_start) == pd.Timestamp(YEAR))].sort_values("region_code")
    return [[row.region_code, None if pd.isna(row.value) else row.value] for row in found.itertuples()]


def by_polars(published: Path) -> list[list[Any]]:
    """The rows from the Parquet file, read lazily."""
    kpi = pl.scan_parquet(published / "parquet" / "kpi_values.parquet").filter(
        pl.col("metric_key") == METRIC,
        pl.col("period_grain") == "year",
        pl.col("breakdown") == "all",
        pl.col("period_start") == YEAR,
    )
    return [list(row) for row in kpi.select("region_code", "value").sort("region_code").collect().rows()]


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    print(json.dumps({read.__name__: read(folder) for read in (by_sqlalchemy, by_pandas, by_polars)}))
