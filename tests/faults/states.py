"""What two installations are compared by: all that they hold but the marks of when, and by which run, it came."""

import hashlib
import json
from pathlib import Path
from typing import Any

import duckdb

from orchestration.ingestion.tokens import attach_vault, load_secret
from orchestration.settings import Settings

STAMPS = {"first_seen_at", "last_delivery_at", "resolved_at", "load_run", "run_id", "run_at", "judged_on"}
# A delivery is spoken of by its name: its number says only which ones came before it.
DELIVERY_NUMBERS = {"delivery_id", "_delivery_id"}
# Inodes and times of files, results of checks, and what later steps of a run make of the rows.
RAW_OF_RUNS = {
    "file_state",
    "check_results",
    "runs",
    "lineage",
    "source_profiles",
    "profiled_sources",
    "secret_fingerprint",
    "vault_generation",
}
# Problems that came and went, and the runs that saw them, belong to an installation's own past.
MARTS_OF_RUNS = {"pipeline_runs", "quality_problems", "quality_problem_metrics"}
State = dict[str, list[tuple[Any, ...]]]


def raw_state(settings: Settings) -> State:
    """All rows of raw by table, tokens as the personal numbers behind them."""
    with duckdb.connect(str(settings.warehouse), read_only=True) as connection:
        attach_vault(connection, settings, load_secret(settings), read_only=True)
        # Tokens differ with the secret, and so between installations.
        tokens = set(
            connection.execute("select source, column_name from raw.contract_columns where type = 'iin'").fetchall()
        )
        tables = _tables(connection, "warehouse", "raw")
        state = {
            table: _rows(connection, f"raw.{table}", columns, {c for c in columns if (table, c) in tokens})
            for table, columns in tables.items()
            if table not in RAW_OF_RUNS
        }
        state["vault"] = connection.execute("select iin from vault.iin_tokens order by 1").fetchall()
    return state


def marts_state(settings: Settings) -> State:
    """All rows of the published marts by mart, and of the checks those of the run that published them."""
    manifest = json.loads(settings.published_manifest.read_text())
    with duckdb.connect(str(settings.published_marts), read_only=True) as connection:
        state = {}
        for mart, columns in _tables(connection, "marts", "marts").items():
            if mart in MARTS_OF_RUNS:
                continue
            tokens = {column for column in columns if column.endswith("_token")}
            of_run = f"where run_id = '{manifest['run_id']}'" if "run_id" in columns else ""
            # A token says only who is the same person as whom: enough are the rows without it.
            kept = [column for column in columns if column not in tokens | DELIVERY_NUMBERS]
            state[mart] = _rows(connection, f"marts.marts.{mart}", kept, set(), of_run)
    return state


def is_whole(settings: Settings) -> bool:
    """Whether the published marts, Parquet copies and manifest belong together, and nothing else lies beside them."""
    manifest = json.loads(settings.published_manifest.read_text())
    sha256 = hashlib.sha256(settings.published_marts.read_bytes()).hexdigest()
    parquet = {
        file.stem: duckdb.sql(f"select count(*) from '{file}'").fetchall()[0][0]
        for file in settings.published_parquet.iterdir()
    }
    return bool(manifest["marts_sha256"] == sha256 and manifest["rows"] == parquet)


def leftovers(settings: Settings) -> list[Path]:
    """What lies in the data folder and should not after a run."""
    current = settings.current_snapshot.resolve()
    return [
        *settings.scratch_dir.glob("*"),
        *settings.data_dir.glob("*.tmp"),
        *settings.data_dir.glob("*.wal"),
        *(snapshot for snapshot in settings.snapshots_dir.glob("*") if snapshot.resolve() != current),
    ]


def _tables(connection: duckdb.DuckDBPyConnection, database: str, schema: str) -> dict[str, list[str]]:
    tables: dict[str, list[str]] = {}
    for table, column in connection.execute(
        "select table_name, column_name from duckdb_columns() "
        "where database_name = ? and schema_name = ? order by table_name, column_index",
        [database, schema],
    ).fetchall():
        tables.setdefault(table, []).append(column)
    return tables


def _rows(
    connection: duckdb.DuckDBPyConnection, table: str, columns: list[str], tokens: set[str], where: str = ""
) -> list[tuple[Any, ...]]:
    def value(column: str) -> str:
        if column in tokens:
            return f'(select min(iin) from vault.iin_tokens where token = "{column}")'
        if column in DELIVERY_NUMBERS:
            return f'(select source || file_name from raw.ledger as seen where seen.delivery_id = of_table."{column}")'
        return f'"{column}"'

    values = [value(column) for column in columns if column not in STAMPS]
    return connection.execute(f"select {', '.join(values)} from {table} as of_table {where} order by all").fetchall()
