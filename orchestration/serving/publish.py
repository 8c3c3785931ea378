"""One publication to the serving copy: from the published snapshot to the live schema, or nothing of it."""

import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import pairwise

import duckdb
import psycopg2
from psycopg2 import errors, sql
from psycopg2.extensions import connection as Connection

from orchestration.publish import SCHEMA
from orchestration.serving.address import CannotServe, ServingAddress, ServingBusy, ServingError
from orchestration.serving.catalogue import Entry, Readers, load_catalogue
from orchestration.serving.live import table
from orchestration.serving.load import drop_staged, load
from orchestration.serving.roles import MY_REGIONS, PUBLICATION_LOCK, PUBLISHER, STAGING_SCHEMA
from orchestration.serving.snapshot import SNAPSHOT_TABLE, open_snapshot
from orchestration.serving.swap import BACKOFF, swap_patiently, vacuum
from orchestration.settings import Settings


@dataclass(frozen=True)
class Served:
    """What was served: the run of the snapshot, rows by table, seconds by stage."""

    run_id: str
    rows: dict[str, int]
    seconds: dict[str, float]


def serve(
    settings: Settings,
    address: ServingAddress,
    report: Callable[[str], None] = print,
    backoff: tuple[float, ...] = BACKOFF,
) -> Served:
    """Make the live schema a copy of the published snapshot, or leave it as it was.

    CannotServe when snapshot, server or set-up are not there, ServingBusy when another publication is under way,
    ServingError when the copy failed. `backoff`: seconds to wait before each further attempt when a lock is held.
    """
    catalogue = load_catalogue() | {SNAPSHOT_TABLE: Entry(Readers.EVERYBODY)}
    with (
        _without_secrets(address),
        open_snapshot(settings) as snapshot,
        _only_publication(address),
        closing(_connect(address)) as connection,
    ):
        marts = {mart: catalogue.get(mart.name, Entry()) for mart in snapshot.marts}
        for mart in marts:
            if mart.name not in catalogue:
                report(f"nobody has said who may read {mart.name}: head office alone sees it")
        stages = [time.monotonic()]
        report(f"loading {len(marts)} tables of snapshot {snapshot.run_id}")
        rows = load(snapshot, address, connection)
        stages.append(time.monotonic())
        report(f"{sum(rows.values()):,} rows loaded beside the live ones, replacing these")
        swap_patiently(connection, marts, rows, report, backoff)
        stages.append(time.monotonic())
        drop_staged(connection)
        vacuum(connection, marts)
        stages.append(time.monotonic())
    durations = (round(after - before, 1) for before, after in pairwise(stages))
    return Served(snapshot.run_id, rows, dict(zip(("load", "swap", "clean_up"), durations, strict=True)))


def _connect(address: ServingAddress) -> Connection:
    connection = address.connect()
    with connection, connection.cursor() as cursor:
        # A publication that was killed is noticed within a second, not at the end of its statement.
        cursor.execute("set client_connection_check_interval = '1s'")
    return connection


@contextmanager
def _only_publication(address: ServingAddress) -> Iterator[None]:
    """Hold the lock of publications, in a session of its own: it goes with the session, however that ends."""
    with closing(_connect(address)) as connection, connection.cursor() as cursor:
        cursor.execute(
            # Nobody else may even look into the staging schema.
            "select case when current_user = %s then to_regclass(%s) is not null and to_regclass(%s) is not null end",
            [PUBLISHER, f"{SCHEMA}.{MY_REGIONS}", f"{STAGING_SCHEMA}.{PUBLICATION_LOCK}"],
        )
        if cursor.fetchone() != (True,):
            raise CannotServe(
                f"connect as {PUBLISHER} to a database in which the administrator has run what "
                "`python -m orchestration.serving.setup` prints"
            )
        try:
            lock = sql.SQL("lock table {} in access exclusive mode nowait")
            cursor.execute(lock.format(table(PUBLICATION_LOCK, STAGING_SCHEMA)))
        except errors.LockNotAvailable:
            raise ServingBusy("another publication to the serving copy is under way: try again later") from None
        yield


@contextmanager
def _without_secrets(address: ServingAddress) -> Iterator[None]:
    """Turn what the libraries raise into messages without passwords and without rows."""
    try:
        yield
    except errors.DependentObjectsStillExist as error:
        raise ServingError(
            f"a view of somebody's needs what the new snapshot no longer has ({error.diag.message_primary}: "
            f"{error.diag.message_detail}): let its owner change or drop it, and publish again"
        ) from None
    except (psycopg2.Error, duckdb.Error) as error:
        # Further lines may quote a row.
        message = str(error).partition("\n")[0]
        raise ServingError(
            f"the publication to the serving copy broke off: {address.without_password(message)}. "
            "Its readers keep one whole snapshot; publish again"
        ) from None
