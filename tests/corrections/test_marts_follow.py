"""The same deliveries give the same marts: in any order, in any number of runs, and replayed from the ledger.

One story, in the order of these tests: deliveries of all sources, in one run and in three; a rebuild; a late file.
"""

import random

import duckdb
import pytest

from orchestration.ingestion.tokens import SECRET_VARIABLE
from tests.corrections.random_deliveries import random_deliveries
from tests.faults.states import DELIVERY_NUMBERS, MARTS_OF_RUNS, STAMPS
from tests.installations import Product

pytestmark = pytest.mark.slow

SEED = 22
# What says when, in which run and before which others a row came, not what it says.
RUN_STAMPS = STAMPS | DELIVERY_NUMBERS
# One row a check and run: rows of a run before are other rows.
RUN_MARTS = MARTS_OF_RUNS | {"data_quality_results"}


def content(product: Product, stamps: set[str]) -> dict[str, list[tuple]]:
    """All rows of every mart but the run's own, without the columns of `stamps`."""
    with duckdb.connect(str(product.settings.published_marts), read_only=True) as connection:
        connection.execute("use marts.marts")
        marts = [name for (name,) in connection.execute("select table_name from duckdb_tables()").fetchall()]
        rows = {}
        for mart in sorted(set(marts) - RUN_MARTS):
            columns = [name for name, *_ in connection.execute(f"describe {mart}").fetchall()]
            kept = ", ".join(f'"{name}"' for name in columns if name not in stamps)
            rows[mart] = connection.execute(f"select {kept} from {mart} order by all").fetchall()
        return rows


@pytest.fixture(scope="module", autouse=True)
def one_secret():
    """Tokens are the same only under the same secret."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv(SECRET_VARIABLE, "the secret that both installations share")
        yield


@pytest.fixture(scope="module")
def at_once(tmp_path_factory) -> Product:
    product = Product(tmp_path_factory.mktemp("at_once"))
    for name, text in random_deliveries(SEED).items():
        product.deliver(name, text)
    assert product.refresh() == 0, product.output
    return product


@pytest.fixture(scope="module")
def in_parts(tmp_path_factory) -> Product:
    product = Product(tmp_path_factory.mktemp("in_parts"))
    deliveries = list(random_deliveries(SEED).items())
    random.Random(SEED).shuffle(deliveries)  # noqa: S311 - an order, not a secret
    for part in (deliveries[:20], deliveries[20:21], deliveries[21:]):
        for name, text in part:
            product.deliver(name, text)
        product.load()
    assert product.refresh() == 0, product.output
    return product


def test_any_order_and_any_split_into_runs_give_the_same_marts(at_once, in_parts):
    assert in_parts.marts("select count(*), max(load_run) from delivery_ledger") == [(66, 3)]
    assert at_once.marts("select count(*), max(load_run) from delivery_ledger") == [(66, 1)]
    assert at_once.marts("select count(*) > 100 from quarantine") == [(True,)]
    assert content(in_parts, RUN_STAMPS) == content(at_once, RUN_STAMPS)


def test_a_rebuild_gives_the_marts_that_the_increments_gave(in_parts):
    before = content(in_parts, stamps=set())
    assert in_parts.run("orchestration.rebuild") == 0, in_parts.output
    assert "66 deliveries read again" in in_parts.output
    assert content(in_parts, stamps=set()) == before


def test_a_late_file_changes_exactly_the_periods_that_it_touches(at_once):
    kpi = "select * from kpi_values"
    before = set(at_once.marts(kpi))
    others = content(at_once, RUN_STAMPS)
    at_once.deliver(
        "court_cases/late.csv", "case_number,filed_on,region,proceeding,outcome\nX,2024-02-10,Астана,civil,settled\n"
    )
    assert at_once.refresh() == 0, at_once.output
    changed = before.symmetric_difference(at_once.marts(kpi))
    columns = [name for name, *_ in at_once.marts("describe kpi_values")]
    keys = [dict(zip(columns, row, strict=True)) for row in changed]
    # February and its year; a year later only the comparison with the year before. Nothing of another region's own.
    assert {(row["period_grain"], str(row["period_start"])) for row in keys} == {
        ("month", "2024-02-01"),
        ("year", "2024-01-01"),
        ("month", "2025-02-01"),
        ("year", "2025-01-01"),
    }
    assert {row["metric_key"] for row in keys} <= {
        key for (key,) in at_once.marts("select metric_key from dim_metric where contains(sources, 'court_cases')")
    }
    after = content(at_once, RUN_STAMPS)
    facts = {mart for mart in others if mart.startswith("fct_") and others[mart] != after[mart]}
    assert facts == {"fct_court_cases"}
    assert len(after["fct_court_cases"]) == len(others["fct_court_cases"]) + 1
