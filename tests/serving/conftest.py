"""A serving database of a test's own, with hand-made snapshots that go through the product's own publication."""

import itertools
import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import psycopg2
import pytest

from orchestration.publish import publish
from orchestration.serving.address import ServingAddress
from orchestration.serving.publish import Served, serve
from orchestration.serving.roles import PUBLISHER, load_regions
from orchestration.serving.setup import setup_sql
from orchestration.settings import PROJECT_DIR, Settings
from tests.postgresql import PostgresqlServer

PASSWORD = "of-the-tests-only"  # noqa: S105
# The logins of the tests, and the groups that give them their rights.
LOGINS = {
    PUBLISHER: [],
    "head": ["tauekel_head_office"],
    "almaty": ["tauekel_region_kz_75"],
    "both_cities": ["tauekel_region_kz_75", "tauekel_region_kz_71"],
    "newcomer": ["tauekel_reader"],
}


class Serving:
    """One installation with its serving database."""

    def __init__(self, server: PostgresqlServer, settings: Settings) -> None:
        self.server = server
        self.settings = settings
        self.reports: list[str] = []

    def dsn(self, login: str) -> str:
        return replace(self.server, user=login, password=PASSWORD).dsn

    def connect(self, login: str | None = None) -> Any:
        """A connection of a login, each statement a transaction; without one, the administrator's."""
        connection = psycopg2.connect(self.dsn(login) if login else self.server.dsn)
        connection.autocommit = True
        return connection

    def ask(self, statement: str, login: str | None = None) -> list[tuple[Any, ...]]:
        """The rows that a statement gives to a login, or to the administrator."""
        with closing(self.connect(login)) as connection, connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall() if cursor.description else []

    def snapshot(self, run_id: str, script: str = "", **marts: str) -> None:
        """Publish a snapshot of hand-made marts, each a query; `script` is run in the warehouse after them."""
        self.settings.data_dir.mkdir(exist_ok=True)
        self.settings.warehouse.unlink(missing_ok=True)
        with duckdb.connect(str(self.settings.warehouse)) as connection:
            for schema in ("marts", "intermediate", "raw"):
                connection.execute(f"create schema {schema}")
            connection.execute("create table intermediate.int_as_of as select date '2025-12-31' as as_of")
            connection.execute("create table raw.check_results (run_id varchar, status varchar)")
            for mart, query in marts.items():
                connection.execute(f"create table marts.{mart} as {query}")
            connection.execute(script)
        publish(self.settings, run_id)

    def serve(self, backoff: tuple[float, ...] = ()) -> Served:
        """Publish the snapshot to the serving database, in this process; by default with one attempt."""
        return serve(self.settings, ServingAddress.parse(self.dsn(PUBLISHER)), self.reports.append, backoff)

    def start_command(self, login: str = PUBLISHER) -> "subprocess.Popen[str]":
        """The command in a process of its own."""
        environment = {
            "TAUEKEL_DATA_DIR": str(self.settings.data_dir),
            "TAUEKEL_SERVING_DSN": self.dsn(login),
        }
        return subprocess.Popen(
            [sys.executable, "-m", "orchestration.serving"],
            cwd=PROJECT_DIR,
            env=os.environ | environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )


@pytest.fixture(scope="session")
def new_serving(postgresql_server: PostgresqlServer) -> Callable[[Settings], Serving]:
    """Makes a serving database that an administrator has set up, with the logins of the tests."""

    numbers = itertools.count(1)

    def make(settings: Settings) -> Serving:
        serving = Serving(postgresql_server.create_database(f"serving_{next(numbers)}"), settings)
        serving.ask(setup_sql(load_regions()))
        for login, groups in LOGINS.items():
            if not serving.ask(f"select 1 from pg_roles where rolname = '{login}'"):
                serving.ask(f"create role {login} login")
            serving.ask(f"alter role {login} password '{PASSWORD}'")
            for group in groups:
                serving.ask(f"grant {group} to {login}")
        return serving

    return make


@pytest.fixture
def serving(new_serving: Callable[[Settings], Serving], tmp_path: Path) -> Serving:
    settings = Settings(landing_dir=tmp_path / "landing", data_dir=tmp_path / "data")
    return new_serving(settings)
