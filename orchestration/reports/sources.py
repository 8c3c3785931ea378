"""Tables for queries that found no row: the page builder leaves them out, and pages that ask for them would fail.

No problem, no refused value and no failed check are good news, not a fault.
"""

import json
from collections.abc import Mapping
from pathlib import Path

import duckdb

MANIFEST = "manifest.json"
# How the builder names its data folder in the manifest.
PREFIX = "static/data"


def write_empty_tables(queries: Path, data: Path, databases: Mapping[str, Path]) -> list[str]:
    """Write a table without rows for each query of `queries`/<source>/*.sql that has none in `data`; their names.

    `databases` gives the file that the queries of a source read. duckdb.Error when a query fails.
    """
    manifest = json.loads((data / MANIFEST).read_text(encoding="utf-8"))
    written = []
    for source, database in databases.items():
        listed = manifest["renderedFiles"].setdefault(source, [])
        for query in sorted((queries / source).glob("*.sql")):
            place = f"{source}/{query.stem}/{query.stem}.parquet"
            if not (data / place).exists():
                _write(query.read_text(encoding="utf-8"), database, data / place)
                written.append(f"{source}.{query.stem}")
            if f"{PREFIX}/{place}" not in listed:
                listed.append(f"{PREFIX}/{place}")
    (data / MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")
    return written


def _write(query: str, database: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(str(database), read_only=True) as connection:
        connection.execute(f"create temp view found as {query}")
        connection.execute(f"copy (from found) to '{target}' (format parquet)")
