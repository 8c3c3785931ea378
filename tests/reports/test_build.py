"""The command that builds the pages: what it says when something is missing, and what it locks."""

import json
import re

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
