"""The marts into the staging schema, by DuckDB's postgres extension: the long part, which no reader notices."""

from psycopg2 import sql
from psycopg2.extensions import connection as Connection

from orchestration.serving.address import ServingAddress
from orchestration.serving.live import create_table, table
from orchestration.serving.roles import PUBLICATION_LOCK, STAGING_SCHEMA
from orchestration.serving.snapshot import Snapshot

SERVING = "serving"
# PostgreSQL's text has no NUL character; a delivered one becomes the character for what cannot be shown.
NUL_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


def load(snapshot: Snapshot, address: ServingAddress, connection: Connection) -> dict[str, int]:
    """Copy all marts of the snapshot to staging tables, in place of what a broken-off load left; return their rows."""
    drop_staged(connection)
    with connection, connection.cursor() as cursor:
        for mart in snapshot.marts:
            cursor.execute(create_table(mart, "unlogged table", STAGING_SCHEMA))
    duck = snapshot.connection
    address.attach(duck, SERVING)
    duck.execute(f"set pg_null_byte_replacement = '{NUL_REPLACEMENT}'")
    rows = {}
    for mart in snapshot.marts:
        columns = ", ".join(f'"{column.name}"' for column in mart.columns)
        inserted = duck.execute(
            f'insert into {SERVING}.{STAGING_SCHEMA}."{mart.name}" ({columns}) select {columns} from {mart.relation}'
        ).fetchone()
        rows[mart.name] = int(inserted[0]) if inserted else 0
    duck.execute(f"detach {SERVING}")
    return rows


def drop_staged(connection: Connection) -> None:
    """Drop all staging tables."""
    with connection, connection.cursor() as cursor:
        cursor.execute(
            "select relname from pg_class where relnamespace = %s::regnamespace and relkind = 'r' and relname <> %s",
            [STAGING_SCHEMA, PUBLICATION_LOCK],
        )
        for (name,) in cursor.fetchall():
            cursor.execute(sql.SQL("drop table {}").format(table(name, STAGING_SCHEMA)))
