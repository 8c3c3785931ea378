"""A PostgreSQL server of the tests' own: Debian's, started on loopback over an empty cluster, gone at the end."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import psycopg2
import pytest

DEBIAN_CLUSTERS = Path("/usr/lib/postgresql")
# The server refuses to run as root; Debian's package makes this user for it.
SERVER_USER = "postgres"
LOOPBACK = "127.0.0.1"


@dataclass(frozen=True)
class PostgresqlServer:
    """How to reach one database of the server, as a superuser who logs in with a password."""

    host: str
    port: int
    user: str
    password: str
    dbname: str

    @property
    def dsn(self) -> str:
        """The address in the form that psycopg2, DuckDB and Dagster's storage understand alike."""
        return f"postgresql://{self.user}:{self.password}@{self.host}:{self.port}/{self.dbname}"

    def create_database(self, name: str) -> "PostgresqlServer":
        """Make an empty database, as the guides do, and return how to reach it.

        Each test that writes takes one of its own.
        """
        connection = psycopg2.connect(self.dsn)
        try:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(f"create database \"{name}\" template template0 encoding 'UTF8'")
        finally:
            connection.close()
        return replace(self, dbname=name)


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[PostgresqlServer]:
    # Not pytest's own temporary folder: that one is closed to the server's user.
    folder = Path(tempfile.mkdtemp(prefix="tauekel-postgresql-"))
    try:
        yield from _serve(folder)
    finally:
        shutil.rmtree(folder)


def _serve(folder: Path) -> Iterator[PostgresqlServer]:
    server = PostgresqlServer(LOOPBACK, _free_port(), "tauekel", "of-the-tests-only", "tests")
    password_file = folder / "password"
    password_file.write_text(server.password, encoding="utf-8")
    if os.geteuid() == 0:
        shutil.chown(folder, SERVER_USER)
        shutil.chown(password_file, SERVER_USER)
    cluster = str(folder / "cluster")
    _server_command(
        *("initdb", "--pgdata", cluster, "--auth", "scram-sha-256", "--username", server.user),
        # As where no locale is installed: whoever needs UTF-8 asks for it.
        *("--pwfile", str(password_file), "--encoding", "SQL_ASCII", "--locale", "C", "--no-sync"),
    )
    options = f"-c listen_addresses={LOOPBACK} -c port={server.port} -c unix_socket_directories={folder} -c fsync=off"
    log = str(folder / "server.log")
    _server_command("pg_ctl", "start", "--pgdata", cluster, "--wait", "--log", log, "--options", options)
    try:
        replace(server, dbname="postgres").create_database(server.dbname)
        yield server
    finally:
        _server_command("pg_ctl", "stop", "--pgdata", cluster, "--wait", "--mode", "immediate")


def _server_command(program: str, *arguments: str) -> None:
    binaries = sorted(DEBIAN_CLUSTERS.glob("*/bin"), key=lambda path: int(path.parent.name))
    if not binaries:
        pytest.fail(f"there is no PostgreSQL below {DEBIAN_CLUSTERS}: apt-get install postgresql")
    command = [str(binaries[-1] / program), *arguments]
    if os.geteuid() == 0:
        command = ["runuser", "-u", SERVER_USER, "--", *command]
    # Not captured by a pipe: the server inherits it, and the call would wait for the server's end.
    subprocess.run(command, check=True, cwd="/", stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind((LOOPBACK, 0))
        return int(listener.getsockname()[1])
