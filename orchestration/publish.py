"""From audited marts to the published snapshot: a folder of its own, published by one rename. No Dagster here.

published/.snapshots/<run>/   marts.duckdb, parquet/, manifest.json: written whole, never changed
published/.current            a link to one of these folders; replacing it is the publication
published/marts.duckdb, ...   links through .current: what readers open
"""

import hashlib
import json
import os
import shutil
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb
from duckdb import DuckDBPyConnection

from orchestration.runs.leftovers import remove_leftovers
from orchestration.settings import Settings
from orchestration.sql_text import literal

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
    """Copy the marts of the warehouse to a new folder and let readers see it, all its files in one instant.

    Until then nothing that readers see has changed, and afterwards it stays even if the machine loses power. A reader
    that has an old file open keeps the old data. The caller holds the run lock. OSError or duckdb.Error when the
    snapshot could not be written.
    """
    settings.snapshots_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    # Of its own name at each try: what was published by an earlier try of this run is not touched.
    draft = Path(tempfile.mkdtemp(prefix=f"{run_id}-", dir=settings.snapshots_dir))
    try:
        snapshot = _write_draft(settings, draft, run_id)
        _write_manifest(settings, draft, snapshot)
        _flush(draft)
        _point(settings.current_snapshot, draft)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    for path in (settings.published_marts, settings.published_parquet, settings.published_manifest):
        _link_through(settings.current_snapshot, path)
    # It is published: what cannot be removed now is left to the next run.
    with suppress(OSError):
        remove_leftovers(settings)
    return snapshot


def _write_draft(settings: Settings, draft: Path, run_id: str) -> Snapshot:
    parquet = draft / settings.published_parquet.name
    parquet.mkdir(mode=0o700)
    settings.scratch_dir.mkdir(exist_ok=True, mode=0o700)
    with duckdb.connect() as connection:
        connection.execute("set enable_progress_bar = false")
        connection.execute("set temp_directory = ?", [str(settings.scratch_dir)])
        connection.execute("set temp_file_encryption = true")
        connection.execute(f"attach {literal(settings.warehouse)} as warehouse (read_only)")
        # Under a name of its own: a catalog `marts` with a schema `marts` in it makes `marts.x` ambiguous to DuckDB.
        connection.execute(f"attach {literal(draft / settings.published_marts.name)} as draft")
        connection.execute(f"create schema {TARGET}")
        rows = {mart: _copy(connection, mart, parquet) for mart in marts_of(connection)}
        as_of = connection.execute("select max(as_of)::varchar from warehouse.intermediate.int_as_of").fetchone()
        checks = connection.execute(
            "select status, count(*) from warehouse.raw.check_results where run_id = ? group by 1 order by 1",
            [run_id],
        ).fetchall()
        connection.execute("detach draft")
    return Snapshot(run_id, as_of[0] if as_of else None, rows, dict(checks))


def marts_of(connection: DuckDBPyConnection) -> list[str]:
    """The marts that the attached `warehouse` has."""
    found = connection.execute(
        "select table_name from information_schema.tables "
        "where table_catalog = 'warehouse' and table_schema = ? order by 1",
        [SCHEMA],
    ).fetchall()
    return [name for (name,) in found]


def _copy(connection: DuckDBPyConnection, mart: str, parquet: Path) -> int:
    """Copy one mart with its descriptions, and as Parquet; return its number of rows."""
    copy_mart(connection, mart)
    file = parquet / f"{mart}.parquet"
    connection.execute(f"copy {TARGET}.{mart} to {literal(file)} (format parquet, compression zstd)")
    count = connection.execute(f"select count(*) from {TARGET}.{mart}").fetchone()
    return int(count[0]) if count else 0


def copy_mart(connection: DuckDBPyConnection, mart: str) -> None:
    """Copy one mart of the attached `warehouse`, a view as a table, with its descriptions to the attached `draft`."""
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
        connection.execute(f"comment on {kind} {target} is {literal(comment)}")


def _write_manifest(settings: Settings, draft: Path, snapshot: Snapshot) -> None:
    with (draft / settings.published_marts.name).open("rb") as stream:
        sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
    manifest = {
        "run_id": snapshot.run_id,
        "published_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "as_of": snapshot.as_of,
        "marts_sha256": sha256,
        "rows": snapshot.rows,
        "checks": snapshot.checks,
    }
    text = json.dumps(manifest, indent=2) + "\n"
    (draft / settings.published_manifest.name).write_text(text, encoding="utf-8")


def _flush(folder: Path) -> None:
    """Have the folder and all in it on the disk, and not in the machine's memory only."""
    for path in (*folder.rglob("*"), folder, folder.parent):
        sync(path)


def sync(path: Path) -> None:
    """Have a file or folder on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _link_through(folder: Path, path: Path) -> None:
    """Make `path` a link to the file of its name in `folder`, once and for all."""
    if path.is_symlink():
        return
    # Before there were links, the Parquet copies lay in a folder here.
    if path.is_dir():
        shutil.rmtree(path)
    _point(path, folder / path.name)


def _point(link: Path, target: Path) -> None:
    """Let `link` lead to `target`. One that is already there is replaced by a rename, from one instant to the next."""
    new = link.with_name(f".{link.name}.new")
    new.unlink(missing_ok=True)
    new.symlink_to(os.path.relpath(target, link.parent))
    new.replace(link)
    sync(link.parent)
