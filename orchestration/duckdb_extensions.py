"""DuckDB extensions out of their wheels: loaded by path, nothing is downloaded. DuckDB verifies their signature."""

import tempfile
from importlib.resources import files
from pathlib import Path

from duckdb import DuckDBPyConnection

# DuckDB finds an extension's entry point by the file's name, which the wheel of this one has shortened.
FULL_NAMES = {"postgres": "postgres_scanner"}


def load_extension(connection: DuckDBPyConnection, name: str) -> None:
    """Load the extension of the wheel `duckdb-extension-<name>` into the connection."""
    wheel = Path(str(files(f"duckdb_extension_{name}").joinpath("extensions")))
    (library,) = wheel.rglob(f"{name}.duckdb_extension")
    with tempfile.TemporaryDirectory() as folder:
        link = Path(folder) / f"{FULL_NAMES.get(name, name)}.duckdb_extension"
        link.symlink_to(library)
        connection.execute(f"load '{link}'")
