"""DuckDB for Great Expectations, which has no engine for it: a read-only SQLAlchemy datasource of type 'duckdb'.

Importing this module imports Great Expectations (some 3.5 s of CPU) and registers `add_duckdb`: only `runner` and
`data_docs` do, when they are called.
"""

import os

os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")  # read when Great Expectations is imported

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ClassVar, Literal

import great_expectations as gx
import sqlalchemy as sa
from great_expectations.compatibility import pydantic
from great_expectations.data_context.types.base import ProgressBarsConfig
from great_expectations.datasource.fluent.sql_datasource import SQLDatasource
from great_expectations.execution_engine import SqlAlchemyExecutionEngine
from great_expectations.expectations import UnexpectedRowsExpectation
from sqlalchemy.dialects import postgresql


class DuckDBExecutionEngine(SqlAlchemyExecutionEngine):
    """Runs all queries on one connection that stays open: Great Expectations reads results after closing theirs."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Great Expectations finds the regex operator by the dialect module, and DuckDB shares PostgreSQL's `~`.
        self.dialect_module = postgresql

    @contextmanager
    def get_connection(self) -> Iterator[sa.Connection]:
        """The open connection. A failed query is rolled back, or every later one would fail with it."""
        if self._connection is None:
            self._connection = self.engine.connect()
        try:
            yield self._connection
        except Exception:
            self._connection.rollback()
            raise

    def close(self) -> None:
        """Close the connection and its pool, so that DuckDB lets go of the file."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        self._inspector = None
        self.engine.dispose()


_EngineType = type[DuckDBExecutionEngine]  # inside the datasource, `type` is a field


class DuckDBDatasource(SQLDatasource):
    """The tables of one schema of a DuckDB file."""

    _EXTRA_EXCLUDED_EXEC_ENG_ARGS: ClassVar[set[str]] = {"schema_name"}

    type: Literal["duckdb"] = "duckdb"
    schema_name: str

    @property
    def schema_(self) -> str:
        """The schema of every table asset."""
        return self.schema_name

    @property
    def execution_engine_type(self) -> _EngineType:
        """The engine that keeps its connection open."""
        return DuckDBExecutionEngine

    def get_engine(self) -> sa.Engine:
        """The execution engine's own: a second one would hold the file open after the first is closed."""
        engine: sa.Engine = self.get_execution_engine().engine
        return engine

    def batch_of(self, table: str) -> Any:
        """The whole table as a batch. Of a missing table a stand-in: checks of its columns then say what is wrong."""
        if sa.inspect(self.get_engine()).has_table(table, schema=self.schema_name):
            asset = self.add_table_asset(table)
        else:
            asset = self.add_query_asset(table, "select 1 as table_is_missing")
        return asset.add_batch_definition("whole").get_batch()

    def count_rows(self, query: str) -> int:
        """How many rows `query` gives. `query` comes from a check, never from outside."""
        counted = sa.text(f"select count(*) from ({query}\n) as rows")
        with self.get_execution_engine().get_connection() as connection:
            return int(connection.execute(counted).scalar_one())


class ExpectNoRows(UnexpectedRowsExpectation):
    """The rule holds when its query finds no row. Rows are counted in the database and never fetched."""

    metric_dependencies = ("unexpected_rows_query.row_count",)

    @pydantic.validator("unexpected_rows_query")
    def _validate_query(cls, query: str) -> str:
        # The inherited validator wants a {batch} in the query; ours name their tables, to be run by hand as well.
        return query

    def _validate(self, metrics: dict[str, Any], **_: Any) -> dict[str, Any]:
        return {"success": metrics["unexpected_rows_query.row_count"] == 0}


def quiet_context() -> Any:
    """A context that lives as long as the validation, and neither reports home nor shows progress bars."""
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    return context


@contextmanager
def open_warehouse(context: Any, warehouse: Path, schema: str) -> Iterator[DuckDBDatasource]:
    """A datasource of `context` on one schema of the warehouse file, read-only and closed at the end."""
    datasource: DuckDBDatasource = context.data_sources.add_duckdb(
        name="warehouse",
        connection_string=f"duckdb:///{warehouse}",
        kwargs={"connect_args": {"read_only": True}},
        schema_name=schema,
    )
    try:
        yield datasource
    finally:
        datasource.get_execution_engine().close()
