"""Which faults go away by themselves, and how long to wait for it. All others fail a run at once.

Waiting is right for a lock that another process holds and for a hiccup of a network share. It is wrong for a
full disk, a failed check or an error in a model: those need somebody.
"""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager

import dagster as dg
import duckdb

from orchestration.runs.machine_faults import LOCKED, lock_holder
from orchestration.settings import first_retry_wait

# Four more attempts, each wait three times the one before: 5, 15, 45 and 135 seconds.
RETRIES = 4
GROWTH = 3

IS_OPEN = "has the warehouse open"
SHARE_ERRORS = (errno.EAGAIN, errno.EIO, errno.ESTALE, errno.ETIMEDOUT)


class WarehouseLocked(Exception):
    """A program of its own (dbt) could not open the warehouse, which another process has open; it is given its words.

    Only who holds the lock is taken from them.
    """


def transient_reason(error: BaseException) -> str | None:
    """Why `error` may go away by itself, in words that quote nothing of it; None when it will not."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, WarehouseLocked):
            return f"{lock_holder(str(cause))} {IS_OPEN}"
        if isinstance(cause, OSError) and cause.errno in SHARE_ERRORS:
            return f"the file system said: {os.strerror(cause.errno)}"
        if isinstance(cause, duckdb.IOException):
            return _duckdb_reason(str(cause))
        cause = cause.__cause__
    return None


def _duckdb_reason(message: str) -> str | None:
    if LOCKED in message:
        return f"{lock_holder(message)} {IS_OPEN}"
    said = (os.strerror(number) for number in SHARE_ERRORS)
    return next((f"the file system said: {words}" for words in said if words in message), None)


def wait_before(retry: int) -> float:
    """Seconds to wait before the retry of this number, counted from 1."""
    return float(first_retry_wait() * GROWTH ** (retry - 1))


@contextmanager
def retried_when_transient(context: dg.AssetExecutionContext | dg.AssetCheckExecutionContext) -> Iterator[None]:
    """Turn a transient fault within into a request to run the step again later; any other fault passes through.

    dg.Failure, which says what to do, when the fault outlasted the last retry.
    """
    try:
        yield
    except Exception as error:
        reason = transient_reason(error)
        if reason is None:
            raise
        retry = context.retry_number + 1
        if retry > RETRIES:
            remedy = "close it" if IS_OPEN in reason else "see that the share or disk answers"
            raise dg.Failure(
                f"{reason}, and {RETRIES} retries did not outlast it: {remedy}, and run again", allow_retries=False
            ) from error
        wait = wait_before(retry)
        context.log.warning(f"{reason}: again in {wait:g} s (retry {retry} of {RETRIES})")
        raise dg.RetryRequested(max_retries=RETRIES, seconds_to_wait=wait) from error
