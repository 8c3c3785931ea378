"""Whether what should answer does: the daemon of a production instance, the database of the serving copy."""

import os

import psycopg2

from orchestration.doctor.facts import Service
from orchestration.settings import Settings

SERVING_VARIABLE = "TAUEKEL_SERVING_DSN"
CONNECT_SECONDS = 5


def serving(settings: Settings) -> Service | None:
    """Whether the serving copy's database lets us in; None when none is set up."""
    dsn = os.environ.get(SERVING_VARIABLE)
    if not dsn:
        return None
    try:
        psycopg2.connect(dsn, connect_timeout=CONNECT_SECONDS).close()
    except psycopg2.ProgrammingError:
        # The message would quote the address with its password.
        return Service(f"{SERVING_VARIABLE} is no address that PostgreSQL understands")
    except psycopg2.Error as error:
        return Service(f"the database of the serving copy does not answer: {str(error).splitlines()[0]}")
    return Service()


def daemon(settings: Settings) -> Service | None:
    """Whether the daemon of a production instance has shown a sign of life; None when there is none."""
    return None
