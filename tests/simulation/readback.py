"""Reads written deliveries back into DuckDB tables of current rows, by the contract's words, without our ingestion.

Only what these tests need: enough to tell good rows from bad ones, the newest version of each key, and civil times.
"""

import gzip
import hashlib
import io
import tempfile
from pathlib import Path

import duckdb
import polars as pl

from orchestration.contract import load_contract
from simulation.reference import SEEDS

ENCODINGS = {
    "audit_findings_2024-01.csv": "cp1251",
    "court_cases_2024-01.csv": "cp1251",
    "criminal_cases_2025-01.csv": "kz1048",
    "employees_2025-12-31.csv": "kz1048",
}
MOMENT_FORMATS = ["%Y-%m-%dT%H:%M:%S", "%d.%m.%Y %H:%M:%S"]
DATE_FORMATS = ["%Y-%m-%d", "%d.%m.%Y"]


def read_file(path: Path) -> pl.DataFrame:
    """One delivery, everything as text, headers in lower case."""
    content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    kind = Path(path.stem).suffix if path.suffix == ".gz" else path.suffix
    if kind == ".parquet":
        frame = pl.read_parquet(io.BytesIO(content))
    elif kind == ".xlsx":
        frame = pl.read_excel(io.BytesIO(content))
    elif kind == ".jsonl":
        frame = pl.read_ndjson(io.BytesIO(content), infer_schema_length=None)
    else:
        encoding = ENCODINGS.get(path.name) or ("kz1048" if path.name.startswith("smart_data") else "utf-8-sig")
        text = content.decode(encoding)
        header = text.partition("\n")[0]
        separator = max(",;\t", key=header.count)
        frame = pl.read_csv(io.StringIO(text), separator=separator, infer_schema=False)
    shown = [
        pl.col(name).dt.strftime(MOMENT_FORMATS[0] if isinstance(dtype, pl.Datetime) else DATE_FORMATS[0])
        if dtype.is_temporal()
        else pl.col(name).cast(pl.String)
        for name, dtype in frame.schema.items()
    ]
    return frame.select(shown).rename(str.lower)


def read_source(landing: Path, source: str) -> pl.DataFrame:
    """All rows of a source with `_order`: duplicates, unfinished and rejected files left out, as the contract says."""
    contract = load_contract()[source]
    names = [column.name for column in contract.columns]
    seen: set[str] = set()
    parts = []
    for path in sorted((landing / source).iterdir(), key=lambda p: p.name):
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        if digest in seen or path.suffix in (".part", ".txt"):
            continue
        seen.add(digest)
        frame = read_file(path)
        if all(column.name in frame.columns for column in contract.columns if column.required):
            parts.append(frame.select(names))
    return pl.concat(parts).with_row_index("_order")


def current_rows(connection: duckdb.DuckDBPyConnection, landing: Path, source: str) -> None:
    """Create a table named as the source: good rows, newest of each key, region_code and civil times resolved."""
    contract = load_contract()[source]
    columns = {column.name: column.type for column in contract.columns}
    typed = ", ".join(f"{_typed(name, kind)} as {name}" for name, kind in columns.items())
    bad = [f"{name} is null" for name in (c.name for c in contract.columns if c.required)]
    bad += [f"({name} is null and raw_{name} is not null)" for name in columns]
    raws = ", ".join(f"{name} as raw_{name}" for name in columns)
    unread = ", ".join(f"raw_{name}" for name in columns)
    region = "d.raw_region" if "region" in columns else "null"
    centre = "d.raw_centre_code" if "centre_code" in columns else "null"
    key = ", ".join("region_code" if name == "region" else name for name in contract.key)
    join = "" if source == "centres" else f"left join centres on centres.centre_code = {centre}"
    centre_region = "null" if source == "centres" else "centres.region_code"
    own = "when d.raw_region is null then 'HQ' else coalesce(spelled.region_code, 'unknown')"
    region_code = f"case {own} end" if "region" in columns else f"coalesce({centre_region}, 'unknown')"
    with tempfile.NamedTemporaryFile(suffix=".parquet") as bridge:
        read_source(landing, source).write_parquet(bridge.name, compression="lz4")
        connection.execute(f"""
            create or replace temp table typed as
            with d as (select _order, {raws} from read_parquet('{bridge.name}')),
            placed as (
                select d.*, {region_code} as region_code,
                    coalesce(zones.timezone, 'Asia/Almaty') as zone
                from d
                left join spellings as spelled
                    on spelled.spelling = trim(regexp_replace(replace(lower({region}), '.', ' '), '\\s+', ' ', 'g'))
                {join}
                left join zones on zones.region_code = coalesce({centre_region}, spelled.region_code)
            )
            select _order, region_code, zone, {typed}, {unread} from placed
        """)
    # Two steps: in one, the planner works every value out again for each condition.
    connection.execute(f"""
        create table {source} as
        select * exclude ({unread}) from typed
        where not ({" or ".join(bad)})
        qualify row_number() over (partition by {key} order by _order desc) = 1
    """)


def _typed(name: str, kind: str) -> str:
    raw = f"raw_{name}"
    if kind == "timestamp":
        offset = f"try_strptime(replace({raw}, 'Z', '+00:00'), '%Y-%m-%dT%H:%M:%S%z') at time zone zone"
        has_offset = f"{raw} like '%Z' or {raw} like '%T%+%'"
        return f"case when {has_offset} then {offset} else try_strptime({raw}, {MOMENT_FORMATS}) end"
    if kind == "date":
        return f"try_strptime({raw}, {DATE_FORMATS})::date"
    if kind == "decimal":
        return f"try_cast(replace({raw}, ',', '.') as double)"
    if kind == "integer":
        return f"try_cast({raw} as bigint)"
    if kind == "boolean":
        return f"case when lower({raw}) in ('true', '1', 'иә', 'да') then true when {raw} is not null then false end"
    if kind == "iin":
        return f"case when regexp_full_match({raw}, '[0-9]{{1,12}}') then lpad({raw}, 12, '0') end"
    return raw


def open_current(landing: Path) -> duckdb.DuckDBPyConnection:
    """A database in memory with a table of current rows per source, and the seeds these tests join."""
    connection = duckdb.connect()
    connection.execute(f"create table spellings as from read_csv('{SEEDS}/region_spellings.csv', all_varchar = true)")
    connection.execute(f"create table zones as from read_csv('{SEEDS}/regions.csv', all_varchar = true)")
    connection.execute(f"create table calendar as from read_csv('{SEEDS}/kz_calendar.csv')")
    # A demo source's folder may hold sources that the contract does not know.
    sources = [path.name for path in landing.iterdir() if path.name in load_contract()]
    # The other sources take their regions from the centres.
    for source in sorted(sources, key=lambda name: (name != "centres", name)):
        current_rows(connection, landing, source)
    return connection
