"""Publications to a real PostgreSQL, of hand-made snapshots: values, swaps under readers, faults, changed marts."""

import math
import subprocess
import sys
import threading
import time
from contextlib import closing
from datetime import UTC, date, datetime
from decimal import Decimal

import psycopg2
import pytest

from orchestration.runs.exit_codes import ExitCode
from orchestration.serving.address import ServingBusy, ServingError
from orchestration.serving.catalogue import Entry, Readers

pytestmark = pytest.mark.slow

# Rows of run N in two marts: who sees both marts with one N sees one snapshot.
ROWS = "select {run} as run, 'KZ-75' as region_code, n from range({rows}) as numbers (n)"
RUNS_SEEN = """
select array_agg(distinct run) from (
    select run from marts.fct_appeals
    union all select run from marts.kpi_values
    union all select substr(run_id, 5)::integer from marts.published_snapshot
) as runs
"""


def publish_run(serving, run, rows=500):
    query = ROWS.format(run=run, rows=rows)
    serving.snapshot(f"run-{run}", fct_appeals=query, kpi_values=query)
    serving.serve()


def wait_for(serving, condition, process):
    """Until the administrator's query gives a row; the command must be running all the while."""
    give_up_at = time.monotonic() + 120
    while not serving.ask(condition):
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < give_up_at
        time.sleep(0.01)


def test_values_types_and_descriptions_arrive_unchanged(serving):
    serving.snapshot(
        "run-1",
        "comment on table marts.dim_metric is 'One row per metric, it''s said.'; "
        "comment on column marts.dim_metric.exact is 'To the last digit: 100 %.'",
        dim_metric="""
            select
                1 as metric_key, 'Қазақстан ''"\\ and ' || chr(10) as words, true as flag, 2147483647 as small,
                9223372036854775807 as big, 170::hugeint as huge, 123456789012.123456::decimal(18, 6) as exact,
                1e308::double as approximate, date '1900-02-28' as day,
                timestamp '2024-02-29 23:59:59.999999' as civil, timestamptz '2024-02-29 12:30:00+06:00' as instant
            union all
            select 2, 'a' || chr(0) || 'b', null, -1, null, null, -0.000001, 'nan'::double, null, null, null
            union all
            select 3, '', false, 0, 0, 0, 0, '-infinity'::double, date '2099-12-31', timestamp '2000-01-01', null
        """,
    )
    serving.serve()
    first, second, third = serving.ask("select * from marts.dim_metric order by metric_key", "newcomer")
    assert first[1:5] == ("Қазақстан '\"\\ and \n", True, 2147483647, 9223372036854775807)
    assert first[5:8] == (170, Decimal("123456789012.123456"), 1e308)
    assert first[8:10] == (date(1900, 2, 28), datetime(2024, 2, 29, 23, 59, 59, 999999))
    assert first[10] == datetime(2024, 2, 29, 6, 30, tzinfo=UTC)
    assert second[1:3] == ("a\N{REPLACEMENT CHARACTER}b", None)
    assert second[6] == Decimal("-0.000001")
    assert math.isnan(second[7])
    assert third[1:3] == ("", False)
    assert third[7] == -math.inf
    types = "select string_agg(format_type(atttypid, atttypmod), ', ' order by attnum) from pg_attribute"
    assert serving.ask(f"{types} where attrelid = 'marts.dim_metric'::regclass and attnum > 0") == [
        (
            "integer, text, boolean, integer, bigint, numeric(38,0), numeric(18,6), double precision, date, "
            "timestamp without time zone, timestamp with time zone",
        )
    ]
    described = "select obj_description('marts.dim_metric'::regclass), col_description('marts.dim_metric'::regclass, 7)"
    assert serving.ask(described) == [("One row per metric, it's said.", "To the last digit: 100 %.")]
    keys = "select pg_get_constraintdef(oid) from pg_constraint where conrelid = 'marts.dim_metric'::regclass"
    assert serving.ask(keys) == [("PRIMARY KEY (metric_key)",)]
    assert serving.ask("select run_id, as_of from marts.published_snapshot", "newcomer") == [
        ("run-1", date(2025, 12, 31))
    ]


def test_an_open_transaction_keeps_its_snapshot_and_delays_nobody(serving):
    publish_run(serving, 1)
    with (
        closing(serving.connect("head")) as early,
        closing(serving.connect("head")) as reader,
        early.cursor() as early_cursor,
        reader.cursor() as cursor,
    ):
        # One has its snapshot, but has touched no mart yet: with renamed tables it would find them empty.
        early_cursor.execute("begin isolation level repeatable read; select 1")
        cursor.execute("begin isolation level repeatable read")
        cursor.execute("select distinct run from marts.fct_appeals")
        assert cursor.fetchall() == [(1,)]
        publish_run(serving, 2)
        for old in (early_cursor, cursor):
            old.execute(RUNS_SEEN)
            assert old.fetchall() == [([1],)]
            old.execute("commit")
            old.execute(RUNS_SEEN)
            assert old.fetchall() == [([2],)]


def test_no_query_ever_sees_two_snapshots(serving):
    publish_run(serving, 1)
    seen, done = set(), threading.Event()

    def read():
        with closing(serving.connect("head")) as connection, connection.cursor() as cursor:
            while not done.is_set():
                cursor.execute(RUNS_SEEN)
                seen.add(tuple(cursor.fetchone()[0]))

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    try:
        for run in (2, 3, 4):
            publish_run(serving, run, rows=5000)
    finally:
        done.set()
        for reader in readers:
            reader.join()
    assert seen <= {(1,), (2,), (3,), (4,)}
    assert len(seen) > 1
    assert serving.ask(RUNS_SEEN, "head") == [([4],)]


def test_the_same_snapshot_twice_is_the_same_copy(serving):
    publish_run(serving, 1)
    before = serving.ask("select * from marts.fct_appeals order by n", "head")
    assert serving.serve().rows == {"fct_appeals": 500, "kpi_values": 500, "published_snapshot": 1}
    assert serving.ask("select * from marts.fct_appeals order by n", "head") == before
    assert len(before) == 500


def test_killed_while_loading(serving):
    publish_run(serving, 1)
    query = ROWS.format(run=2, rows=5_000_000)
    serving.snapshot("run-2", fct_appeals=query, kpi_values=ROWS.format(run=2, rows=10))
    process = serving.start_command()
    wait_for(serving, f"select 1 from pg_stat_progress_copy where datname = '{serving.server.dbname}'", process)
    process.kill()
    process.communicate()
    assert serving.ask(RUNS_SEEN, "head") == [([1],)]
    assert serving.ask("select relname from pg_class where relnamespace = 'marts_staging'::regnamespace") != [
        ("publication_lock",)
    ]
    publish_run(serving, 3)
    assert serving.ask(RUNS_SEEN, "head") == [([3],)]
    assert serving.ask("select relname from pg_class where relnamespace = 'marts_staging'::regnamespace") == [
        ("publication_lock",)
    ]


@pytest.fixture
def stopped_in_the_swap(serving):
    """A command whose swap has replaced the first mart, and waits for a lock on the second."""
    publish_run(serving, 1)
    query = ROWS.format(run=2, rows=500)
    serving.snapshot("run-2", fct_appeals=query, kpi_values=query)
    with closing(serving.connect()) as administrator, administrator.cursor() as cursor:
        cursor.execute("begin; lock table marts.kpi_values in share row exclusive mode")
        with serving.start_command() as process:
            wait_for(serving, f"select pid {WAITING}", process)
            yield process
            process.kill()


WAITING = "from pg_stat_activity where application_name = 'tauekel serving' and wait_event_type = 'Lock'"


def test_killed_in_the_swap(serving, stopped_in_the_swap):
    stopped_in_the_swap.kill()
    stopped_in_the_swap.wait()
    assert serving.ask(RUNS_SEEN, "head") == [([1],)]


def test_a_lost_server_fails_the_command_and_not_the_readers(serving, stopped_in_the_swap):
    wait_for(serving, f"select pg_terminate_backend(pid) {WAITING}", stopped_in_the_swap)
    output, _ = stopped_in_the_swap.communicate()
    assert stopped_in_the_swap.returncode == ExitCode.FAILED
    assert "broke off" in output
    assert "of-the-tests-only" not in output
    assert serving.ask(RUNS_SEEN, "head") == [([1],)]


def test_a_held_lock_is_waited_for(serving, stopped_in_the_swap):
    wait_for(serving, "select 1 where not exists (select from pg_locks where not granted)", stopped_in_the_swap)
    assert serving.ask(RUNS_SEEN, "head") == [([1],)]
    # The fixture's administrator holds the lock: its session ends here.
    serving.ask("select pg_terminate_backend(pid) from pg_stat_activity where query like 'begin; lock table marts.%'")
    output, _ = stopped_in_the_swap.communicate()
    assert stopped_in_the_swap.returncode == ExitCode.OK, output
    assert "giving way, next attempt in" in output
    assert serving.ask(RUNS_SEEN, "head") == [([2],)]


def test_two_publications_at_once(serving):
    publish_run(serving, 1)
    with closing(serving.connect()) as other, other.cursor() as cursor:
        cursor.execute("begin; lock table marts_staging.publication_lock in access exclusive mode")
        with pytest.raises(ServingBusy):
            serving.serve()
        assert serving.start_command().wait() == ExitCode.BUSY


def test_a_login_that_is_not_the_publisher_is_told_so(serving):
    publish_run(serving, 1)
    process = serving.start_command(login="head")
    output, _ = process.communicate()
    assert process.returncode == ExitCode.CANNOT_START
    assert "connect as tauekel_publisher" in output


def test_marts_change_and_what_others_made_stays(serving):
    first = "select 1 as metric_key, 'a' as gone, 'x' as retyped, 'KZ-75' as region_code"
    serving.snapshot("run-1", dim_metric=first, fct_appeals=first, dropped="select 1 as x")
    serving.serve()
    serving.ask("create schema bi; create role auditor; grant usage on schema marts to auditor")
    serving.ask("grant select on marts.dim_metric, marts.fct_appeals to auditor")
    serving.ask("create policy auditors on marts.fct_appeals for select to auditor using (true)")
    serving.ask("create view bi.metrics as select metric_key, region_code from marts.dim_metric")
    serving.ask("create table marts.of_the_administrator as select 1 as x")
    serving.ask("create index by_hand on marts.fct_appeals (gone, metric_key)")
    second = "select 2 as metric_key, 'KZ-75' as region_code, 3.5::double as retyped, 'new' as gained"
    serving.snapshot("run-2", dim_metric=second, fct_appeals=second, added="select 'b' as y")
    serving.serve()
    row = [(2, "KZ-75", 3.5, "new")]
    for login in (None, "head"):
        assert serving.ask("select metric_key, region_code, retyped, gained from marts.fct_appeals", login) == row
    assert serving.ask("select * from bi.metrics") == [(2, "KZ-75")]
    for mart in ("dim_metric", "fct_appeals"):
        assert serving.ask(f"set role auditor; select metric_key from marts.{mart}") == [(2,)]
    assert serving.ask("select * from marts.of_the_administrator") == [(1,)]
    assert serving.ask("select to_regclass('marts.dropped')") == [(None,)]
    # Nobody has classified the new mart.
    assert serving.ask("select y from marts.added", "head") == [("b",)]
    assert "nobody has said who may read added: head office alone sees it" in serving.reports
    with pytest.raises(psycopg2.errors.InsufficientPrivilege):
        serving.ask("select y from marts.added", "almaty")


def test_a_mart_that_is_classified_anew_is_opened_and_closed_by_the_next_publication(serving, monkeypatch):
    publish_run(serving, 1)
    assert serving.ask("select count(*) from marts.fct_appeals", "almaty") == [(500,)]
    assert serving.ask("select count(*) from marts.kpi_values", "newcomer") == [(0,)]
    anew = {"fct_appeals": Entry(Readers.HEAD_OFFICE), "kpi_values": Entry(Readers.EVERYBODY)}
    monkeypatch.setattr("orchestration.serving.publish.load_catalogue", lambda: anew)
    publish_run(serving, 2)
    with pytest.raises(psycopg2.errors.InsufficientPrivilege):
        serving.ask("select count(*) from marts.fct_appeals", "almaty")
    assert serving.ask("select count(*) from marts.kpi_values", "newcomer") == [(500,)]
    # A grant too many shows nothing without a policy.
    serving.ask("grant select on marts.fct_appeals to tauekel_reader")
    assert serving.ask("select count(*) from marts.fct_appeals", "almaty") == [(0,)]
    assert serving.ask("select count(*) from marts.fct_appeals", "head") == [(500,)]


def test_a_view_on_a_column_that_goes_is_named_and_keeps_the_old_snapshot(serving):
    serving.snapshot("run-1", dim_metric="select 1 as metric_key, 'a' as gone")
    serving.serve()
    serving.ask("create schema bi; create view bi.metrics as select gone from marts.dim_metric")
    serving.snapshot("run-2", dim_metric="select 2 as metric_key")
    with pytest.raises(ServingError, match=r"view bi\.metrics depends on column gone of table marts\.dim_metric"):
        serving.serve()
    assert serving.ask("select * from marts.dim_metric", "head") == [(1, "a")]
    serving.ask("drop view bi.metrics")
    serving.serve()
    assert serving.ask("select * from marts.dim_metric", "head") == [(2,)]


def test_a_long_reader_of_a_mart_that_changes_is_not_broken_and_blocks_nobody(serving):
    serving.snapshot("run-1", dim_metric="select 1 as metric_key")
    serving.serve()
    serving.snapshot("run-2", dim_metric="select 2 as metric_key, 'a' as gained")
    with closing(serving.connect("head")) as reader, reader.cursor() as cursor:
        cursor.execute("begin; select * from marts.dim_metric")
        with pytest.raises(ServingError, match="somebody held a lock"):
            serving.serve(backoff=(0.1,))
        assert serving.ask("set statement_timeout = '5s'; select * from marts.dim_metric", "newcomer") == [(1,)]
        cursor.execute("select * from marts.dim_metric; commit")
    assert [line for line in serving.reports if "giving way" in line]
    serving.serve()
    assert serving.ask("select * from marts.dim_metric", "newcomer") == [(2, "a")]


def test_a_damaged_or_half_replaced_snapshot_is_refused(serving):
    publish_run(serving, 1)
    manifest = serving.settings.published_manifest.read_text(encoding="utf-8")
    serving.snapshot("run-2", fct_appeals=ROWS.format(run=2, rows=1), kpi_values=ROWS.format(run=2, rows=1))
    serving.settings.published_manifest.write_text(manifest, encoding="utf-8")
    with pytest.raises(ServingError, match="is not the file that its manifest names"):
        serving.serve()
    assert serving.ask(RUNS_SEEN, "head") == [([1],)]


def test_the_set_up_may_be_run_again_by_psql(serving):
    publish_run(serving, 1)
    script = subprocess.run(
        [sys.executable, "-m", "orchestration.serving.setup"], capture_output=True, text=True, check=True
    ).stdout
    subprocess.run(
        ["psql", "--quiet", "-v", "ON_ERROR_STOP=1", serving.server.dsn], input=script, text=True, check=True
    )
    publish_run(serving, 2)
    assert serving.ask(RUNS_SEEN, "head") == [([2],)]
