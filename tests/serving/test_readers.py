"""Who reads what: a small installation published by its main job, and read by head office and by regions' analysts."""

import re
from contextlib import closing

import duckdb
import pytest
from psycopg2 import errors

from orchestration.duckdb_extensions import load_extension
from orchestration.runs.exit_codes import ExitCode
from orchestration.serving.catalogue import Readers, load_catalogue
from orchestration.serving.roles import PUBLISHER, load_regions
from orchestration.serving.setup import setup_sql
from tests.installations import Product
from tests.serving.conftest import PASSWORD
from tests.small_deliveries import SMALL_DELIVERIES

pytestmark = pytest.mark.slow

CATALOGUE = load_catalogue()
REGIONAL = [mart for mart, entry in CATALOGUE.items() if entry.readers == Readers.REGION]
HEAD_OFFICE_ONLY = [mart for mart, entry in CATALOGUE.items() if entry.readers == Readers.HEAD_OFFICE]
FOR_EVERYBODY = [mart for mart, entry in CATALOGUE.items() if entry.readers == Readers.EVERYBODY]


@pytest.fixture(scope="module")
def product(tmp_path_factory):
    return Product(tmp_path_factory.mktemp("served"))


def materialize_the_copy(product, **environment):
    """Dagster's command on the asset alone; its exit code."""
    arguments = ("asset", "materialize", "--select", "serving/postgresql_marts", "-m", "orchestration.definitions")
    return product.run("dagster", *arguments, DAGSTER_HOME=str(product.settings.dagster_home), **environment)


@pytest.fixture(scope="module")
def served(product, new_serving):
    """The installation after its main job, whose serving database did not answer, and after the asset's second try."""
    serving = new_serving(product.settings)
    for name, content in SMALL_DELIVERIES.items():
        product.deliver(name, content)
    nowhere = "postgresql://tauekel_publisher:geheim@127.0.0.1:1/marts"
    assert product.run("orchestration.refresh", TAUEKEL_SERVING_DSN=nowhere) == ExitCode.FAILED, product.output
    serving.reports = [product.output]
    assert materialize_the_copy(product, TAUEKEL_SERVING_DSN=serving.dsn(PUBLISHER)) == 0, product.output
    assert "rows loaded beside the live ones" in product.output
    return serving


def test_a_serving_database_that_does_not_answer_fails_its_step_alone_and_tells_no_password(served, product):
    (refresh,) = served.reports
    assert "The published snapshot is new. What failed, and what to do:" in refresh
    assert "the serving database does not answer: connection to server" in refresh
    written = [path.read_bytes() for path in product.settings.data_dir.rglob("*") if path.is_file()]
    assert len(written) > 10
    assert not [content for content in (refresh.encode(), product.output.encode(), *written) if b"geheim" in content]
    assert not [content for content in (product.output.encode(), *written) if PASSWORD.encode() in content]


def test_every_mart_is_copied_row_by_row(served, product):
    marts = {name for (name,) in product.marts("select table_name from duckdb_tables() where database_name = 'marts'")}
    assert marts == set(CATALOGUE)
    with duckdb.connect() as connection:
        load_extension(connection, "postgres")
        connection.execute(f"attach '{served.server.dsn}' as copy (type postgres, read_only)")
        connection.execute(f"attach '{product.settings.published_marts}' as published (read_only)")
        for mart in marts:
            columns = ", ".join(name for (name,) in product.marts(f"select column_name from (describe {mart})"))
            for one, other in (("published", "copy"), ("copy", "published")):
                rows, others = (f"select {columns} from {name}.marts.{mart}" for name in (one, other))
                assert not connection.execute(f"{rows} except all {others}").fetchall(), (mart, one)
    assert served.ask("select count(*) from marts.kpi_values") == product.marts("select count(*) from kpi_values")


def test_descriptions_come_along_from_the_models(served):
    undescribed = (
        "select c.relname, a.attname from pg_class as c inner join pg_attribute as a on a.attrelid = c.oid "
        "where relnamespace = 'marts'::regnamespace and relkind = 'r' and attnum > 0 "
        "and (col_description(c.oid, attnum) is null or obj_description(c.oid) is null)"
    )
    assert served.ask(undescribed) == []
    (described,) = served.ask("select obj_description('marts.dim_centre'::regclass)")
    assert described == ("One row per specialised centre of the register.",)


def test_an_analyst_sees_exactly_the_regions_rows(served, product):
    seen = {}
    for mart in REGIONAL:
        for login, regions in (("almaty", "('KZ-75')"), ("both_cities", "('KZ-75', 'KZ-71')")):
            (expected,) = product.marts(f"select count(*) from {mart} where region_code in {regions}")
            assert served.ask(f"select count(*) from marts.{mart}", login) == [expected], (mart, login)
            assert not served.ask(f"select 1 from marts.{mart} where region_code not in {regions}", login)
        seen[mart] = served.ask(f"select count(*) from marts.{mart}", "almaty")[0][0]
    # Worked out by hand from small_deliveries: T1, T2, T5, T6, P1 to P3 at C1; case 2; penalty D3; C1.
    by_hand = {"fct_exam_attempts": 7, "fct_court_cases": 1, "fct_penalties": 1, "dim_centre": 1}
    assert {mart: seen[mart] for mart in by_hand} == by_hand
    assert served.ask("select region_code from marts.my_regions order by 1", "both_cities") == [("KZ-71",), ("KZ-75",)]


def test_head_office_sees_all_rows(served, product):
    for mart in CATALOGUE:
        assert served.ask(f"select count(*) from marts.{mart}", "head") == product.marts(f"select count(*) from {mart}")


def test_catalogues_are_for_everybody_and_nothing_else(served, product):
    for login in ("almaty", "newcomer"):
        for mart in FOR_EVERYBODY:
            rows = product.marts(f"select count(*) from {mart}")
            assert served.ask(f"select count(*) from marts.{mart}", login) == rows
        for mart in HEAD_OFFICE_ONLY:
            with pytest.raises(errors.InsufficientPrivilege):
                served.ask(f"select 1 from marts.{mart}", login)
    assert all(served.ask(f"select count(*) from marts.{mart}", "newcomer") == [(0,)] for mart in REGIONAL)


def test_a_view_with_the_rights_of_who_asks_shows_no_more(served):
    served.ask("create schema bi; grant usage on schema bi to tauekel_reader")
    regions = "select distinct region_code from marts.kpi_values"
    served.ask(f"create view bi.regions with (security_invoker = true) as {regions}")
    served.ask("grant select on bi.regions to tauekel_reader")
    assert served.ask("select * from bi.regions", "almaty") == [("KZ-75",)]


@pytest.mark.parametrize(
    "statement",
    [
        "insert into marts.dim_date select * from marts.dim_date",
        "update marts.fct_penalties set region_code = 'KZ-75'",
        "delete from marts.fct_penalties",
        "truncate marts.fct_penalties",
        "drop table marts.dim_date",
        "alter table marts.fct_penalties disable row level security",
        "create policy mine on marts.fct_penalties using (true)",
        "create table marts.mine (x integer)",
        "create view marts.mine as select 1",
        "create table public.mine (x integer)",
        "create temporary table mine (x integer)",
        "create schema mine",
        "create function pg_temp.mine() returns integer language sql as 'select 1'",
        "select lo_create(0)",
        "copy (select 1) to program 'true'",
        "set role tauekel_head_office",
        "grant tauekel_region_kz_71 to current_user",
        "set row_security = off; select count(*) from marts.kpi_values",
        "select 1 from marts_staging.publication_lock",
    ],
)
def test_an_analyst_writes_nothing_and_gets_no_further(served, statement):
    with closing(served.connect("almaty")) as session, session.cursor() as cursor:
        with pytest.raises((errors.InsufficientPrivilege, errors.ReadOnlySqlTransaction)):
            cursor.execute(statement)
        # The default is a convenience that anybody may switch off; the rights hold without it.
        cursor.execute("set default_transaction_read_only = off")
        with pytest.raises(errors.InsufficientPrivilege):
            cursor.execute(statement)


def test_by_default_a_session_only_reads_and_ends_some_day(served):
    settings = "select current_setting('default_transaction_read_only'), current_setting('statement_timeout')"
    assert served.ask(settings, "almaty") == [("on", "10min")]
    assert served.ask(settings, PUBLISHER) == [("off", "0")]
    # The administrator has logins to make and to take away.
    assert served.ask(settings) == [("off", "10min")]


def estimates(served):
    """How many rows the planner tells an analyst of Almaty of other regions, one of which does not exist."""
    query = "explain select * from marts.kpi_values where region_code = '{}'"
    plans = [served.ask(query.format(region), "almaty") for region in ("KZ", "KZ-71", "KZ-10", "XX")]
    return {re.search(r"rows=(\d+)", plan[0][0])[1] for plan in plans}


def test_statistics_and_plans_tell_nothing_of_other_regions(served):
    secured = "from pg_stats where schemaname = 'marts' and tablename = any(%s)"
    marts = "array[" + ", ".join(f"'{mart}'" for mart in (*REGIONAL, *HEAD_OFFICE_ONLY)) + "]"
    assert served.ask(f"select tablename, attname {secured % marts}") == []
    assert served.ask("select count(*) > 0 from pg_stats where tablename = 'dim_metric'") == [(True,)]
    # As many rows of every region, whether it has rows or not: also with statistics that an earlier release gathered.
    served.ask("alter table marts.kpi_values alter column region_code set statistics 100; analyze marts.kpi_values")
    assert len(estimates(served)) > 1
    served.ask(setup_sql(load_regions()))
    assert len(estimates(served)) == 1
    plan = served.ask("explain select value from marts.kpi_values where metric_key = 'court_cases'", "almaty")
    assert any("Index Cond" in line and "region_code" in line for (line,) in plan), plan


def test_access_that_is_taken_away_is_gone_at_once(served):
    served.ask("create role leaver login password 'of-the-tests-only' in role tauekel_region_kz_75")
    with closing(served.connect("leaver")) as session, session.cursor() as cursor:
        cursor.execute("prepare mine as select distinct region_code from marts.kpi_values")
        cursor.execute("execute mine")
        assert cursor.fetchall() == [("KZ-75",)]
        served.ask("revoke tauekel_region_kz_75 from leaver")
        with pytest.raises(errors.InsufficientPrivilege):
            cursor.execute("execute mine")
        served.ask("grant tauekel_region_kz_71 to leaver")
        cursor.execute("execute mine")
        assert cursor.fetchall() == [("KZ-71",)]


def test_without_a_serving_database_the_asset_is_passed_over(served, product, monkeypatch):
    monkeypatch.delenv("TAUEKEL_SERVING_DSN", raising=False)
    before = served.ask("select xmin::text from marts.published_snapshot")
    assert materialize_the_copy(product) == 0, product.output
    assert "TAUEKEL_SERVING_DSN is not set: no serving copy is made" in product.output
    assert served.ask("select xmin::text from marts.published_snapshot") == before
