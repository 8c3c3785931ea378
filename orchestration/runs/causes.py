"""Why something failed, in words that quote nothing of what was delivered. No I/O.

Our own exceptions say what to do and hold no delivered value. The text of a library's may hold one ("could not convert
'...'"), so of those only the class is kept, unless the class speaks of files, memory or tables alone.
"""

import builtins
import re
from dataclasses import dataclass
from typing import Protocol

# Ours; Dagster's Failure, which is raised with our words; and its error of failed checks, which names them. Its other
# errors may hold the text of whatever went wrong in another process.
OUR_WORDS = (
    "orchestration.",
    "expectations.",
    "dagster._core.definitions.events.Failure",
    "dagster._core.errors.DagsterAssetCheckFailedError",
)
# DuckDB's errors about files, memory, locks and names of tables; its others may quote a value.
DUCKDB_WITHOUT_VALUES = ("IOException", "OutOfMemoryException", "CatalogException", "ConnectionException")


class ErrorInfo(Protocol):
    """What Dagster keeps of an exception: `message` as the traceback's last lines, and what caused it."""

    @property
    def message(self) -> str:
        """`module.Class: text`; without the module for a built-in class."""

    @property
    def cause(self) -> "ErrorInfo | None":
        """The exception that this one was raised from."""


@dataclass(frozen=True)
class Cause:
    """The class of the first exception of a chain, and its message where that may be repeated."""

    kind: str
    message: str

    def __str__(self) -> str:
        """One text for a person."""
        return f"{self.kind}: {self.message}"

    @property
    def without_names(self) -> str:
        """The same for those who are elsewhere: the names of files, which are quoted in it, are left out."""
        return re.sub(r"""(['"]).*?\1""", "…", str(self))


def first_cause(error: ErrorInfo) -> Cause:
    """The first of our own failures, or the deepest cause of `error`, without any text that may quote a delivery.

    A failure of ours says more than what it came from; of other errors the first cause says most.
    """
    while error.cause is not None and not error.message.startswith(OUR_WORDS):
        error = error.cause
    qualified, _, text = error.message.strip().partition(": ")
    kind = qualified.rpartition(".")[2]
    if _may_be_repeated(qualified, kind):
        return Cause(kind, text.strip())
    return Cause(kind, "its text is left out, because it may quote what was delivered")


def _may_be_repeated(qualified: str, kind: str) -> bool:
    if qualified.startswith(OUR_WORDS):
        return True
    if qualified.startswith(("duckdb.", "_duckdb.")):
        return kind in DUCKDB_WITHOUT_VALUES
    builtin = getattr(builtins, qualified, None)
    return isinstance(builtin, type) and issubclass(builtin, OSError)
