"""MetricFlow's engine in this process: starting `mf` for each question would take a second and more of it."""

from collections.abc import Iterator
from contextlib import contextmanager

from dbt_metricflow.cli.cli_configuration import CLIConfiguration
from metricflow.engine.metricflow_engine import MetricFlowQueryRequest

from orchestration.metrics import prepare
from orchestration.settings import PROJECT_DIR, Settings

Row = tuple[object, ...]


class MetricFlow:
    """What `mf query` and `mf list metrics` answer about one snapshot."""

    def __init__(self, configuration: CLIConfiguration) -> None:
        self._engine = configuration.mf

    def metrics(self) -> dict[str, str]:
        """Name and label of each metric."""
        return {metric.name: metric.label for metric in self._engine.list_metrics()}

    def query(self, metrics: list[str], group_by: list[str]) -> dict[Row, Row]:
        """The metrics' values by the values that they are grouped by."""
        request = MetricFlowQueryRequest.create(metric_names=metrics, group_by_names=group_by)
        table = self._engine.query(request).result_df
        assert table is not None
        names = list(table.column_names)
        keys, values = [names.index(name) for name in group_by], [names.index(metric) for metric in metrics]
        return {tuple(row[key] for key in keys): tuple(row[value] for value in values) for row in table.rows}


@contextmanager
def metric_flow(settings: Settings) -> Iterator[MetricFlow]:
    """The engine over the snapshot of this installation."""
    prepare(settings)
    configuration = CLIConfiguration()
    configuration.setup(PROJECT_DIR, PROJECT_DIR, configure_file_logging=False)
    try:
        yield MetricFlow(configuration)
    finally:
        configuration.sql_client.close()
