"""Where the serving copy lives, from the environment; and how nothing of its password gets into a message."""

import os
from dataclasses import dataclass, field

import psycopg2
from duckdb import DuckDBPyConnection
from psycopg2.extensions import connection as Connection
from psycopg2.extensions import make_dsn, parse_dsn

from orchestration.duckdb_extensions import load_extension
from orchestration.sql_text import literal

DSN_VARIABLE = "TAUEKEL_SERVING_DSN"
APPLICATION = "tauekel serving"
CONNECT_SECONDS = "10"
MALFORMED = (
    f"{DSN_VARIABLE} is no connection string that PostgreSQL's library understands: write it as "
    "host=... port=5432 dbname=... user=tauekel_publisher, or as a URI in which special characters are percent-encoded"
)


class ServingError(Exception):
    """The copy could not be made; the message says what to do and quotes neither a password nor a delivered value."""


class CannotServe(ServingError):
    """The address, the server or its set-up is not as it must be: nothing was touched."""


class ServingBusy(ServingError):
    """Another publication is under way."""


@dataclass(frozen=True)
class ServingAddress:
    """One database of a server, and the role that publishes; the password apart from what may be shown."""

    parameters: dict[str, str]
    password: str | None = field(default=None, repr=False)

    @classmethod
    def from_env(cls) -> "ServingAddress | None":
        """TAUEKEL_SERVING_DSN, or None when it is not set. CannotServe when it cannot be read.

        Without a password in it, PostgreSQL's library looks into PGPASSWORD and ~/.pgpass itself.
        """
        dsn = os.environ.get(DSN_VARIABLE)
        return cls.parse(dsn) if dsn else None

    @classmethod
    def parse(cls, dsn: str) -> "ServingAddress":
        """The address in a connection string or URI. CannotServe when it cannot be read."""
        try:
            parameters = {name: str(value) for name, value in parse_dsn(dsn).items()}
        except psycopg2.Error:
            # The library's own message quotes the string, password and all.
            raise CannotServe(MALFORMED) from None
        # A password with an unencoded '/' or '@' ends up in one of these.
        names = parameters.get("dbname", "") + parameters.get("host", "")
        if "@" in names or not parameters.get("port", "0").replace(",", "").isdigit():
            raise CannotServe(MALFORMED)
        password = parameters.pop("password", None)
        if "sslpassword" in parameters:
            raise CannotServe(
                f"{DSN_VARIABLE} may not have an sslpassword: use a key file that only its owner can read"
            )
        return cls({"connect_timeout": CONNECT_SECONDS, "application_name": APPLICATION} | parameters, password)

    def connect(self) -> Connection:
        """A connection of the publisher. CannotServe when the server does not let it in."""
        parameters = self.parameters | ({"password": self.password} if self.password else {})
        try:
            return psycopg2.connect(make_dsn(**parameters))
        except psycopg2.OperationalError as error:
            raise CannotServe(
                f"the serving database does not answer: {self.without_password(str(error))} - "
                f"check {DSN_VARIABLE}, the server and its pg_hba.conf"
            ) from None

    def attach(self, connection: DuckDBPyConnection, name: str) -> None:
        """Attach the database to a DuckDB connection.

        The password goes by a DuckDB secret: what stands in ATTACH is quoted by DuckDB's errors.
        """
        load_extension(connection, "postgres")
        options = "type postgres"
        if self.password:
            connection.execute("create secret serving_login (type postgres, password $1)", [self.password])
            options += ", secret serving_login"
        dsn = make_dsn(**self.parameters)
        connection.execute(f"attach {literal(dsn)} as {name} ({options})")

    def without_password(self, text: str) -> str:
        """A message of a library, in one line, with the password struck out should it stand there."""
        line = " ".join(text.split())
        return line.replace(self.password, "***") if self.password else line
