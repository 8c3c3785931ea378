"""The live rows replaced by the staged ones, in one transaction that either happens whole or not at all.

By delete and insert, so that PostgreSQL's own snapshots keep every reader on one publication and nobody waits:
docs/adr/0006 says why not by renaming. Only a mart whose columns changed locks its readers out, for as long as its rows
are copied.
"""

import time
from collections.abc import Callable, Iterable, Mapping

from psycopg2 import errors, sql
from psycopg2.extensions import connection as Connection
from psycopg2.extensions import cursor as Cursor

from orchestration.serving.address import ServingError
from orchestration.serving.catalogue import Entry
from orchestration.serving.live import (
    LiveTable,
    access_changes,
    column_changes,
    comment_changes,
    create_table,
    index_changes,
    read_live_tables,
    readers_of,
    table,
)
from orchestration.serving.roles import STAGING_SCHEMA
from orchestration.serving.snapshot import Mart

# Shorter than PostgreSQL's deadlock_timeout of 1 s: of a publication and a reader that wait for each other, it is the
# publication that gives way. And no reader waits longer behind a publication that itself waits.
LOCK_TIMEOUT = "800ms"
# Seconds to wait before each further attempt.
BACKOFF = (1.0, 5.0, 15.0, 60.0)


def swap_patiently(
    connection: Connection,
    marts: Mapping[Mart, Entry],
    rows: Mapping[str, int],
    report: Callable[[str], None],
    backoff: tuple[float, ...] = BACKOFF,
) -> None:
    """Swap; when a reader or an administrator holds a lock that is needed, give way and try again.

    ServingError when the lock is held through all attempts. psycopg2.Error is the caller's.
    """
    for pause in (*backoff, None):
        try:
            with connection, connection.cursor() as cursor:
                swap(cursor, marts, rows)
            return
        except (errors.LockNotAvailable, errors.DeadlockDetected):
            if pause is None:
                break
            report(f"somebody holds a lock that the swap needs: giving way, next attempt in {pause:.0f} s")
            time.sleep(pause)
    raise ServingError(
        "somebody held a lock that the swap needs through all attempts, and the live marts stayed as they were: the "
        "oldest transaction of `select pid, usename, state, xact_start from pg_stat_activity` has it; publish again"
    )


def swap(cursor: Cursor, marts: Mapping[Mart, Entry], rows: Mapping[str, int]) -> None:
    """Within the cursor's transaction: structure, rights, descriptions and rows of the live schema to those staged."""
    cursor.execute("select set_config('lock_timeout', %s, true)", [LOCK_TIMEOUT])
    live_tables = read_live_tables(cursor)
    # What locks readers out comes last, and is held the shortest.
    for mart in sorted(marts, key=lambda mart: _changes_columns(mart, live_tables)):
        live = live_tables.get(mart.name)
        if live is None:
            cursor.execute(create_table(mart))
            live = LiveTable(None, False)
        else:
            cursor.execute(sql.SQL("delete from {}").format(table(mart.name)))
            _execute_all(cursor, column_changes(mart, live))
        _fill(cursor, mart, rows[mart.name])
        if _changes_columns(mart, live_tables):
            # Dropped columns took their indexes along.
            live = read_live_tables(cursor)[mart.name]
        _execute_all(cursor, index_changes(mart, marts[mart], live))
        _execute_all(cursor, access_changes(mart, readers_of(mart, marts[mart]), live))
        _execute_all(cursor, comment_changes(mart, live))
    for name in sorted(live_tables.keys() - {mart.name for mart in marts}):
        cursor.execute(sql.SQL("drop table {}").format(table(name)))


def vacuum(connection: Connection, marts: Mapping[Mart, Entry]) -> None:
    """Free the space of the replaced rows for the next publication, and renew the planner's statistics.

    Rows that a transaction of a reader may still see stay until the next time.
    """
    connection.autocommit = True
    with connection.cursor() as cursor:
        for mart in marts:
            # Giving the file's end back would lock readers out, for space that the next publication needs again.
            cursor.execute(sql.SQL("vacuum (analyze, truncate false) {}").format(table(mart.name)))


def _changes_columns(mart: Mart, live_tables: Mapping[str, LiveTable]) -> bool:
    return mart.name in live_tables and any(column_changes(mart, live_tables[mart.name]))


def _execute_all(cursor: Cursor, statements: Iterable[sql.Composed]) -> None:
    for statement in statements:
        cursor.execute(statement)


def _fill(cursor: Cursor, mart: Mart, rows: int) -> None:
    columns = sql.SQL(", ").join(sql.Identifier(column.name) for column in mart.columns)
    cursor.execute(
        sql.SQL("insert into {} ({}) select {} from {}").format(
            table(mart.name), columns, columns, table(mart.name, STAGING_SCHEMA)
        )
    )
    if cursor.rowcount != rows:
        raise ServingError(f"{mart.name} has {rows} rows, of which {cursor.rowcount} were staged: publish again")
