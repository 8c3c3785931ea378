"""From audited marts to the published snapshot: one new file, swapped in by one rename. No Dagster here."""

import hashlib
import json
import os
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb
from duckdb import DuckDBPyConnection

from orchestration.settings import Settings

SCHEMA = "marts"
TARGET = f"draft.{SCHEMA}"


@dataclass(frozen=True)
class Snapshot:
    """What was published: the run, the civil date judged on, rows by mart, checks by status."""

    run_id: str
    as_of: str | None
    rows: dict[str, int]
    checks: dict[str, int]


def publish(settings: Settings, run_id: str) -> Snapshot:
    """Copy the marts of the warehouse to a new file and put it in the place of the published one.

    The rename of marts.duckdb is the publication. Its Parquet copies and manifest follow, each by a rename of its own;
    the manifest names the run, so that a reader of several files sees whether they belong together. A reader that has
    the old file open keeps the old data.
    """
    settings.published_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = settings.published_dir / f".draft-{run_id}"
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(mode=0o700)
    try:
        snapshot = _write_draft(settings, draft, run_id)
        _swap(settings, draft, snapshot)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return snapshot


def _write_draft(settings: Settings, draft: Path, run_id: str) -> Snapshot:
    (draft / "parquet").mkdir(mode=0o700)
    with duckdb.connect() as connection:
        connection.execute("set enable_progress_bar = false")
        connection.execute(f"attach {_literal(settings.warehouse)} as warehouse (read_only)")
        # Under a name of its own: a catalog `marts` with a schema `marts` in it makes `marts.x` ambiguous to DuckDB.
        connection.execute(f"attach {_literal(draft / 'marts.duckdb')} as draft")
        connection.execute(f"create schema {TARGET}")
        rows = {mart: _copy(connection, mart, draft) for mart in _marts(connection)}
        as_of = connection.execute("select max(as_of)::varchar from warehouse.intermediate.int_as_of").fetchone()
        checks = connection.execute(
            "select status, count(*) from warehouse.raw.check_results where run_id = ? group by 1 order by 1",
            [run_id],
        ).fetchall()
        connection.execute("detach draft")
    return Snapshot(run_id, as_of[0] if as_of else None, rows, dict(checks))


def _marts(connection: DuckDBPyConnection) -> list[str]:
    found = connection.execute(
        "select table_name from information_schema.tables "
        "where table_catalog = 'warehouse' and table_schema = ? order by 1",
        [SCHEMA],
    ).fetchall()
    return [name for (name,) in found]


def _copy(connection: DuckDBPyConnection, mart: str, draft: Path) -> int:
    """Copy one mart with its descriptions, and as Parquet; return its number of rows."""
    connection.execute(f"create table {TARGET}.{mart} as from warehouse.{SCHEMA}.{mart}")
    comments = connection.execute(
        "with described as ("
        "select database_name, schema_name, table_name, 'table' as kind, null as column_name, comment "
        "from duckdb_tables() "
        "union all select database_name, schema_name, view_name, 'table', null, comment from duckdb_views() "
        "union all select database_name, schema_name, table_name, 'column', column_name, comment from duckdb_columns()"
        ") select kind, column_name, comment from described "
        "where database_name = 'warehouse' and schema_name = ? and table_name = ? and comment is not null",
        [SCHEMA, mart],
    ).fetchall()
    for kind, column, comment in comments:
        target = f'{TARGET}.{mart}."{column}"' if column else f"{TARGET}.{mart}"
        connection.execute(f"comment on {kind} {target} is {_literal(comment)}")
    parquet = draft / "parquet" / f"{mart}.parquet"
    connection.execute(f"copy {TARGET}.{mart} to {_literal(parquet)} (format parquet, compression zstd)")
    count = connection.execute(f"select count(*) from {TARGET}.{mart}").fetchone()
    return int(count[0]) if count else 0


def _swap(settings: Settings, draft: Path, snapshot: Snapshot) -> None:
    marts = draft / "marts.duckdb"
    with marts.open("rb") as stream:
        sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
        os.fsync(stream.fileno())
    manifest = {
        "run_id": snapshot.run_id,
        "published_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "as_of": snapshot.as_of,
        "marts_sha256": sha256,
        "rows": snapshot.rows,
        "checks": snapshot.checks,
    }
    (draft / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
    marts.replace(settings.published_marts)
    parquet = settings.published_dir / "parquet"
    outdated = settings.published_dir / f".outdated-{snapshot.run_id}"
    if parquet.exists():
        parquet.replace(outdated)
    (draft / "parquet").replace(parquet)
    shutil.rmtree(outdated, ignore_errors=True)
    (draft / "manifest.json").replace(settings.published_manifest)


def _literal(value: object) -> str:
    return "'" + str(value).replace("'", "''") + "'"
