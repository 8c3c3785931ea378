"""Errors that leave the ingestion quote nothing of a delivery: Dagster keeps what they say, and consoles show it."""

from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

from orchestration.ingestion.personal_numbers import masked_message

# DuckDB's errors about the machine (IO, memory, transactions) speak of files and sizes; all others may quote a value.
ABOUT_THE_MACHINE = duckdb.OperationalError


class LoadError(Exception):
    """Delivered rows could not be written; the message says what kind of error it was, and nothing of the rows."""


@contextmanager
def quoting_nothing() -> Iterator[None]:
    """Let errors pass without delivered values: of DuckDB's only the kind, of file names no personal number."""
    try:
        yield
    except ABOUT_THE_MACHINE as error:
        raise type(error)(masked_message(str(error))) from None
    except duckdb.Error as error:
        raise LoadError(
            f"DuckDB could not work on the delivered rows ({type(error).__name__}; its message is withheld, as it may "
            "quote them). None of the batch was loaded: look for what changed in the schema raw of the warehouse"
        ) from None
    except OSError as error:
        if error.filename is None:
            raise
        raise type(error)(error.errno, error.strerror, masked_message(str(error.filename))) from None
