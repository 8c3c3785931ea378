"""Whether what should answer does: the daemon of a production instance, the database of the serving copy."""

import os
from pathlib import Path

import psycopg2

from orchestration.doctor.facts import Service
from orchestration.settings import Settings

SERVING_VARIABLE = "TAUEKEL_SERVING_DSN"
CONNECT_SECONDS = 5


def serving() -> Service | None:
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
    """Whether the daemon of the production instance has shown signs of life; None when there is no such instance.

    A production instance is one with a DAGSTER_HOME of its own, outside the data folder.
    """
    home = os.environ.get("DAGSTER_HOME")
    if not home or Path(home) == settings.dagster_home:
        return None

    # Seconds to load: only for those who have such an instance.
    from dagster import DagsterInstance

    try:
        with DagsterInstance.get() as instance:
            statuses = instance.get_daemon_statuses()
    except Exception as error:  # whatever a storage raises when it is not there
        return Service(f"Dagster's storage of {home} does not answer ({type(error).__name__})")
    silent = sorted(name.lower() for name, status in statuses.items() if status.required and not status.healthy)
    return Service(f"no sign of life from: {', '.join(silent)}") if silent else Service()
