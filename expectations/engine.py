"""DuckDB for Great Expectations, which has no engine for it: a read-only datasource of type 'duckdb'.

All that needs Great Expectations stands here, so that it is imported (some 4 s of CPU) in one place, and only
when a validation or its pages are asked for. Importing this module registers `add_duckdb`.
"""

import os

os.environ["GX_ANALYTICS_ENABLED"] = "false"  # read when Great Expectations is imported

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ClassVar, Literal

import great_expectations as gx
import great_expectations.expectations as gxe
import sqlalchemy as sa
from great_expectations.compatibility import pydantic
from great_expectations.core import ExpectationSuiteValidationResult, ExpectationValidationResult
from great_expectations.core.expectation_validation_result import expectationSuiteValidationResultSchema
from great_expectations.data_context.types.base import ProgressBarsConfig
from great_expectations.datasource.fluent.interfaces import Batch
from great_expectations.datasource.fluent.sql_datasource import SQLDatasource
from great_expectations.execution_engine.sqlalchemy_execution_engine import SqlAlchemyExecutionEngine
from great_expectations.expectations.core.unexpected_rows_expectation import UnexpectedRowsExpectation
from great_expectations.expectations.expectation import Expectation
from great_expectations.expectations.expectation_configuration import ExpectationConfiguration
from great_expectations.render.components import LegacyRendererType, RenderedStringTemplateContent
from great_expectations.render.renderer.page_renderer import ValidationResultsPageRenderer
from great_expectations.render.renderer.renderer import renderer
from great_expectations.render.view.view import DefaultJinjaSectionView
from sqlalchemy.dialects import postgresql

from expectations.checks import Check
from expectations.results import Severity

FAILURE_SEVERITY: dict[Severity, str] = {"error": "critical", "warn": "warning"}


class DuckDBExecutionEngine(SqlAlchemyExecutionEngine):
    """Runs all queries on one connection that stays open.

    Great Expectations reads results after closing the connection they came from.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: D107 (as inherited)
        super().__init__(*args, **kwargs)
        self._connection: sa.Connection | None = None
        # The operator for regexes is found by the dialect module, and DuckDB shares PostgreSQL's `~`.
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

    def batch_of(self, table: str) -> Batch:
        """The whole table as a batch, or a stand-in when it is missing: the checks then say that it is."""
        if sa.inspect(self.get_engine()).has_table(table, schema=self.schema_name):
            return self.add_table_asset(table).add_batch_definition("whole").get_batch()
        return self.add_query_asset(table, "select 1 as table_is_missing").add_batch_definition("whole").get_batch()

    def count_rows(self, query: str) -> int:
        """How many rows `query` gives. `query` comes from a check, never from outside."""
        with self.get_execution_engine().get_connection() as connection:
            return int(connection.execute(sa.text(f"select count(*) from ({query}\n) as rows")).scalar_one())

    def texts_of(self, query: str, column: str) -> list[str]:
        """The different texts of one column of `query`, sorted. Both come from a check, never from outside."""
        distinct = f"select distinct {column} from ({query}\n) as rows where {column} is not null order by 1"
        with self.get_execution_engine().get_connection() as connection:
            return [str(text) for (text,) in connection.execute(sa.text(distinct))]


class ExpectNoRows(UnexpectedRowsExpectation):
    """The rule holds when its query finds no row. Rows are counted in the database and never fetched."""

    metric_dependencies: ClassVar[tuple[str, ...]] = ("unexpected_rows_query.row_count",)

    @pydantic.validator("unexpected_rows_query")  # type: ignore[untyped-decorator]
    def _validate_query(cls, query: str) -> str:
        # The inherited validator wants a {batch} in the query; ours name their tables, to be run by hand too.
        return query

    def _validate(
        self, metrics: dict[str, Any], runtime_configuration: object = None, execution_engine: object = None
    ) -> dict[str, Any]:
        return {"success": metrics["unexpected_rows_query.row_count"] == 0}

    @classmethod
    @renderer(renderer_type=LegacyRendererType.PRESCRIPTIVE)  # type: ignore[untyped-decorator]
    def _prescriptive_renderer(
        cls,
        configuration: ExpectationConfiguration | None = None,
        result: ExpectationValidationResult | None = None,
        runtime_configuration: dict[str, Any] | None = None,
        **kwargs: object,
    ) -> list[RenderedStringTemplateContent]:
        """What the rule means, before the query that the inherited page would show alone."""
        if configuration is None:
            return []
        return [
            RenderedStringTemplateContent(
                content_block_type="string_template",
                string_template={
                    "template": "[$severity] $notes $query",
                    "params": {
                        "severity": configuration.severity.value,
                        "notes": configuration.notes,
                        "query": configuration.kwargs["unexpected_rows_query"],
                    },
                    "styling": {"params": {"query": {"tag": "pre"}}},
                },
            )
        ]


@contextmanager
def open_warehouse(warehouse: Path, schema: str) -> Iterator[DuckDBDatasource]:
    """A datasource on one schema of the warehouse file, read-only and closed at the end."""
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
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


def expectation_of(check: Check) -> Expectation:
    """The check as an expectation, with its name in `meta` and its words in `notes`."""
    if check.native is not None:
        kind, arguments = getattr(gxe, check.native.expectation), dict(check.native.arguments)
    else:
        # Great Expectations formats the query, so braces of its own are doubled.
        query = check.rows_query.replace("{", "{{").replace("}", "}}")
        kind, arguments = ExpectNoRows, {"unexpected_rows_query": query}
    expectation: Expectation = kind(
        **arguments,
        severity=FAILURE_SEVERITY[check.severity],
        notes=f"{check.meaning} If not: {check.what_to_do}",
        meta={"check": check.name},
    )
    return expectation


def run_suite(datasource: DuckDBDatasource, table: str, checks: tuple[Check, ...]) -> ExpectationSuiteValidationResult:
    """The checks on one table. Results say true or false and hold no value of the data."""
    expectations = [expectation_of(check) for check in checks]
    suite = gx.ExpectationSuite(name=f"{datasource.schema_name}.{table}", expectations=expectations)
    return datasource.batch_of(table).validate(suite, result_format="BOOLEAN_ONLY")


def render_sections(validation: dict[str, Any]) -> list[str]:
    """A validation, as JSON keeps it, in HTML: its overview, a section for the table, one for each column."""
    document = ValidationResultsPageRenderer().render(expectationSuiteValidationResultSchema.load(validation))
    view = DefaultJinjaSectionView()
    pages = (
        {"section": section.to_json_dict(), "section_loop": {"index": number}}
        for number, section in enumerate(document.sections, start=1)
    )
    return [view.render(page) for page in pages]
