"""What is to be served: the published file, opened read-only, with the columns of its marts in PostgreSQL's types."""

import hashlib
import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import duckdb
from duckdb import DuckDBPyConnection

from orchestration.publish import SCHEMA
from orchestration.serving.address import CannotServe, ServingBusy, ServingError
from orchestration.settings import Settings
from orchestration.sql_text import literal

# One row beside the marts that says which snapshot they are; everybody may read it.
SNAPSHOT_TABLE = "published_snapshot"
PUBLISHED = "published"

# The names on the right are those by which PostgreSQL itself shows the types, so that live columns can be compared.
TYPES = {
    "VARCHAR": "text",
    "BOOLEAN": "boolean",
    "SMALLINT": "smallint",
    "INTEGER": "integer",
    "BIGINT": "bigint",
    "HUGEINT": "numeric(38,0)",
    "DOUBLE": "double precision",
    "DATE": "date",
    "TIMESTAMP": "timestamp without time zone",
    "TIMESTAMP WITH TIME ZONE": "timestamp with time zone",
}


@dataclass(frozen=True)
class Column:
    """A column with its type in PostgreSQL and its description."""

    name: str
    type: str
    comment: str | None = None


@dataclass(frozen=True)
class Mart:
    """A table to be served: its name, where DuckDB finds it, and its columns."""

    name: str
    relation: str
    columns: tuple[Column, ...]
    comment: str | None = None


@dataclass(frozen=True)
class Snapshot:
    """The published snapshot, open in a DuckDB connection."""

    run_id: str
    connection: DuckDBPyConnection
    marts: tuple[Mart, ...]


@contextmanager
def open_snapshot(settings: Settings) -> Iterator[Snapshot]:
    """The published snapshot, whose bytes are those of its manifest for as long as it is open.

    CannotServe when nothing is published yet or the file is damaged, ServingBusy when it is just being replaced.
    """
    path = settings.published_marts
    if not path.exists() or not settings.published_manifest.exists():
        raise CannotServe(f"there is no published snapshot {path}: run `make refresh` first")
    with path.open("rb") as file, duckdb.connect() as connection:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        connection.execute("set enable_progress_bar = false")
        connection.execute(f"attach {literal(path)} as {PUBLISHED} (read_only)")
        manifest = json.loads(settings.published_manifest.read_text(encoding="utf-8"))
        # Still in its place after it was opened: so what DuckDB opened is what was hashed.
        if not os.path.samestat(path.stat(), os.fstat(file.fileno())):
            raise ServingBusy("a new snapshot was published just now: try again")
        if manifest["marts_sha256"] != sha256:
            raise CannotServe(f"{path} is not the file that its manifest names: publish again with `make refresh`")
        _describe_snapshot(connection, manifest)
        yield Snapshot(manifest["run_id"], connection, tuple(_marts(connection)))


def _describe_snapshot(connection: DuckDBPyConnection, manifest: dict[str, str]) -> None:
    connection.execute(
        f"create table {SNAPSHOT_TABLE} as select $1::varchar as run_id, $2::timestamptz as published_at, "
        "$3::date as as_of, $4::varchar as marts_sha256",
        [manifest[name] for name in ("run_id", "published_at", "as_of", "marts_sha256")],
    )
    for target, comment in (
        (f"table {SNAPSHOT_TABLE}", "One row: the published snapshot that all marts of this schema are copies of."),
        (f"column {SNAPSHOT_TABLE}.run_id", "The run that published it."),
        (f"column {SNAPSHOT_TABLE}.published_at", "When it was published."),
        (f"column {SNAPSHOT_TABLE}.as_of", "The civil date on which the deliveries were judged."),
        (f"column {SNAPSHOT_TABLE}.marts_sha256", "The digest of the published file."),
    ):
        connection.execute(f"comment on {target} is '{comment}'")


def _marts(connection: DuckDBPyConnection) -> Iterator[Mart]:
    tables = connection.execute(
        "select database_name, schema_name, table_name, comment from duckdb_tables() "
        "where (database_name = ? and schema_name = ?) or table_name = ? order by 3",
        [PUBLISHED, SCHEMA, SNAPSHOT_TABLE],
    ).fetchall()
    for database, schema, table, comment in tables:
        columns = connection.execute(
            "select column_name, data_type, comment from duckdb_columns() "
            "where database_name = ? and schema_name = ? and table_name = ? order by column_index",
            [database, schema, table],
        ).fetchall()
        typed = tuple(Column(name, postgresql_type(kind, f"{table}.{name}"), text) for name, kind, text in columns)
        yield Mart(table, f'{database}."{schema}"."{table}"', typed, comment)


def postgresql_type(duckdb_type: str, column: str) -> str:
    """The type in PostgreSQL that holds each value of a DuckDB type unchanged. ServingError when none is known."""
    decimal = re.fullmatch(r"DECIMAL\((\d+),(\d+)\)", duckdb_type)
    if decimal:
        return f"numeric({decimal[1]},{decimal[2]})"
    if duckdb_type not in TYPES:
        raise ServingError(
            f"{column} is of type {duckdb_type}, which has no counterpart in the serving copy: cast it in the mart, "
            f"or add the type to {__name__}"
        )
    return TYPES[duckdb_type]
