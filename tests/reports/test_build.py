"""The command that builds the pages: what it says when something is missing, and what it locks."""

import json
import re
import socket
import struct
import threading
from pathlib import Path

import duckdb

from orchestration.reports.serve import LOOPBACK, pages_server
from orchestration.reports.sources import write_empty_tables
from orchestration.settings import PROJECT_DIR
from tests.installations import Product

REPORTS = PROJECT_DIR / "reports"


def test_without_a_snapshot_it_says_what_to_do(tmp_path):
    product = Product(tmp_path)
    assert product.run("orchestration.reports") == 2
    assert "no published snapshot" in product.output
    assert "make run" in product.output


def test_without_pages_the_server_says_what_to_do(tmp_path):
    product = Product(tmp_path)
    assert product.run("orchestration.reports", "serve") == 2
    assert "make report" in product.output


def test_a_browser_that_leaves_before_its_answer_is_no_fault(tmp_path, capfd):
    # more than the sockets hold, or the server would not notice
    (tmp_path / "large.bin").write_bytes(bytes(32 * 1024 * 1024))
    server = pages_server(tmp_path, 0)
    # closing it then waits for the thread that answers
    server.daemon_threads = False
    serving = threading.Thread(target=server.serve_forever)
    serving.start()
    try:
        with socket.create_connection((LOOPBACK, server.server_port)) as browser:
            browser.sendall(b"GET /large.bin HTTP/1.0\r\n\r\n")
            assert browser.recv(12) == b"HTTP/1.0 200"
            # gone without reading the rest
            browser.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    finally:
        server.shutdown()
        serving.join()
        server.server_close()
    assert capfd.readouterr().err == ""


def test_the_lock_file_names_no_host():
    lock = json.loads((REPORTS / "package-lock.json").read_text(encoding="utf-8"))
    assert len(lock["packages"]) > 500
    assert not [
        name for name, package in lock["packages"].items() if "resolved" in package and "://" in package["resolved"]
    ]


def test_versions_that_work_offline_are_pinned_and_locked():
    """A later DuckDB in the browser fetches an extension at run time; a range would let it in."""
    package = json.loads((REPORTS / "package.json").read_text(encoding="utf-8"))
    lock = json.loads((REPORTS / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    pins = package["dependencies"] | package["devDependencies"] | package["overrides"]
    assert {name: version for name, version in pins.items() if not re.fullmatch(r"[\d.]+(-[a-z]\.\d+)?", version)} == {}
    for name, version in pins.items():
        assert {entry["version"] for path, entry in lock.items() if path.endswith(f"node_modules/{name}")} == {version}


def test_a_query_without_rows_has_its_table_all_the_same(tmp_path: Path):
    """No problem at all is good news: the page that lists problems must not fail on it."""
    queries, data, database = tmp_path / "sources", tmp_path / "data", tmp_path / "quality.duckdb"
    with duckdb.connect(str(database)) as connection:
        connection.execute("create table problems (kind varchar, rows_open bigint)")
    (queries / "desk").mkdir(parents=True)
    (queries / "desk" / "problems.sql").write_text("-- all of them\nselect kind, rows_open from problems\n")
    (queries / "desk" / "runs.sql").write_text("select 1 as run_number")
    (data / "desk" / "runs").mkdir(parents=True)
    (data / "desk" / "runs" / "runs.parquet").write_text("as the builder wrote it")
    listed = {"renderedFiles": {"desk": ["static/data/desk/runs/runs.parquet"]}}
    (data / "manifest.json").write_text(json.dumps(listed))

    assert write_empty_tables(queries, data, {"desk": database}) == ["desk.problems"]

    table = duckdb.sql(f"select * from '{data / 'desk' / 'problems' / 'problems.parquet'}'")
    assert table.columns == ["kind", "rows_open"]
    assert table.fetchall() == []
    assert (data / "desk" / "runs" / "runs.parquet").read_text() == "as the builder wrote it"
    assert json.loads((data / "manifest.json").read_text())["renderedFiles"]["desk"] == [
        "static/data/desk/runs/runs.parquet",
        "static/data/desk/problems/problems.parquet",
    ]
