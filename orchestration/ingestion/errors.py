"""Errors that leave the ingestion quote nothing of a delivery: Dagster keeps what they say, and consoles show it."""

import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from orchestration.ingestion.personal_numbers import masked_message
from orchestration.settings import PROJECT_DIR

OUR_PACKAGE = "orchestration"
# DuckDB's errors about the machine (IO, memory, transactions) speak of files and sizes; all others may quote a value.
ABOUT_THE_MACHINE = duckdb.OperationalError
# Where libraries in Rust have the class of their panics, which is no Exception.
MODULE_OF_PANICS = "pyo3_runtime"


class LoadError(Exception):
    """Delivered rows could not be written; the message says what kind of error it was, and nothing of the rows."""


@contextmanager
def quoting_nothing() -> Iterator[None]:
    """Let errors pass without delivered values: of those that are not ours the kind and the place in our code.

    DuckDB's errors of the machine and those of files keep their words, but for personal numbers in names.
    """
    try:
        yield
    except ABOUT_THE_MACHINE as error:
        raise type(error)(masked_message(str(error))) from None
    except OSError as error:
        if error.filename is None:
            raise
        raise type(error)(error.errno, error.strerror, masked_message(str(error.filename))) from None
    except MemoryError:
        raise
    except BaseException as error:
        if _is_ours(error) or not (isinstance(error, Exception) or _is_panic(error)):
            raise
        raise LoadError(
            f"{kind_and_place(error)}: the delivered rows could not be worked on (what else it says is withheld: it "
            "may quote them). None of the batch was loaded: look for what changed in the schema raw of the warehouse"
        ).with_traceback(error.__traceback__) from None


def _is_ours(error: BaseException) -> bool:
    """Whether the exception is of this project, so that its words hold nothing of a delivery."""
    return type(error).__module__.partition(".")[0] == OUR_PACKAGE


def _is_panic(error: BaseException) -> bool:
    """Whether a library in Rust gave up: no Exception, but no request to stop either."""
    return type(error).__module__ == MODULE_OF_PANICS


def kind_and_place(error: BaseException) -> str:
    """The class of an exception and the last line of our code on the way to it: what may be told of any."""
    ours = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if Path(frame.filename).is_relative_to(PROJECT_DIR / OUR_PACKAGE)
    ]
    place = f" at {Path(ours[-1].filename).relative_to(PROJECT_DIR)}:{ours[-1].lineno}" if ours else ""
    return f"{type(error).__name__}{place}"
