"""Readers and the writer do not meet at the published file; at the warehouse the writer says who is in its way."""

import subprocess
import sys

import duckdb
import pytest

from tests.faults.conftest import deliver
from tests.installations import Product

READ = """
import sys, duckdb
connection = duckdb.connect(sys.argv[1], read_only=True)
print(connection.execute(sys.argv[2]).fetchone()[0], flush=True)
sys.stdin.readline()
print(connection.execute(sys.argv[2]).fetchone()[0], flush=True)
"""


def start_reading(file: str, query: str) -> subprocess.Popen[str]:
    """A reader that keeps its connection open until it gets a line, then asks again."""
    return subprocess.Popen(
        [sys.executable, "-c", READ, file, query], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


@pytest.mark.slow
def test_a_reader_keeps_the_old_snapshot_and_a_new_one_sees_the_new(copy_of_faultless, tmp_path):
    product = copy_of_faultless(tmp_path)
    question = (str(product.settings.published_marts), "select count(*) from marts.marts.memo_claims")
    reader = start_reading(*question)
    assert reader.stdout.readline() == "12\n"
    with duckdb.connect(str(product.settings.warehouse)) as connection:
        connection.execute("delete from marts.memo_claims where true")
    assert product.run("tests.faults.step", "publish", "a-run") == 0, product.output
    assert start_reading(*question).communicate("\n")[0] == "0\n0\n"
    assert reader.communicate("\n")[0] == "12\n"


def test_a_reader_of_the_warehouse_is_named_to_the_writer(tmp_path):
    product = Product(tmp_path)
    deliver(product, correction=False)
    product.load()
    deliver(product)
    reader = start_reading(str(product.settings.warehouse), "select count(*) from raw.ledger")
    assert reader.stdout.readline() == "5\n"
    with pytest.raises(duckdb.IOException, match=rf"Could not set lock on file .*PID {reader.pid}"):
        product.load()
    assert reader.communicate("\n")[0] == "5\n"
    assert product.load().total.loaded == 1
