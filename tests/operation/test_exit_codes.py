"""What a scheduler sees of a command that did not get to work, and that nothing was touched then.

That a run which works exits with 0 and a failed one with 1 is tests/product's.
"""

import json
import re

import pytest

from orchestration.runs.exit_codes import ExitCode
from orchestration.runs.run_lock import writing
from orchestration.settings import PROJECT_DIR
from tests.installations import Product
from tests.small_deliveries import SMALL_DELIVERIES


@pytest.fixture
def product(tmp_path) -> Product:
    return Product(tmp_path)


def test_no_landing_folder(product):
    product.settings.landing_dir.rmdir()
    assert product.refresh() == ExitCode.CANNOT_START
    assert f"there is no landing folder {product.settings.landing_dir}" in product.output
    assert "what to do: create it" in product.output
    assert not product.settings.data_dir.exists()


def test_another_secret(product):
    for name, content in SMALL_DELIVERIES.items():
        product.deliver(name, content)
    product.load()
    before = product.settings.warehouse.read_bytes()
    other = "another secret, and a long one: 0123456789"
    assert product.run("orchestration.refresh", TAUEKEL_SECRET=other) == ExitCode.CANNOT_START
    assert "was made with another secret: use that one" in product.output
    assert other not in product.output
    assert product.settings.warehouse.read_bytes() == before


def test_a_data_folder_that_cannot_be_made(product):
    product.settings.data_dir.write_text("a file where the folder should be")
    assert product.refresh() == ExitCode.CANNOT_START
    assert f"the data folder {product.settings.data_dir} cannot be" in product.output


def test_a_delivery_larger_than_the_disk(product):
    with product.deliver("court_cases/large.csv", "").open("wb") as file:
        file.truncate(10**13)  # a hole: it takes no room itself
    assert product.refresh() == ExitCode.CANNOT_START
    assert "the next run wants about" in product.output
    assert "free space on that disk" in product.output


def test_another_run_writes(product):
    with writing(product.settings, "rebuild"):
        assert product.run("orchestration.refresh", TAUEKEL_LOCK_WAIT_SECONDS="0.1") == ExitCode.BUSY
    assert "rebuild (process" in product.output
    assert not product.settings.warehouse.exists()


def test_for_journald_the_reason_is_one_json_line(product):
    product.settings.landing_dir.rmdir()
    assert product.run("orchestration.refresh", TAUEKEL_LOG_FORMAT="json") == ExitCode.CANNOT_START
    (line,) = [json.loads(line) for line in product.output.splitlines()]
    assert (line["level"], line["event"], line["check"], line["run_id"]) == ("ERROR", "cannot_start", "landing", None)
    assert "create it" in line["what_to_do"]


@pytest.mark.parametrize("command", ["orchestration.privacy.reidentify", "orchestration.refresh"])
def test_commands_that_cannot_start_say_so(product, command):
    product.settings.landing_dir.rmdir()
    arguments = ["0" * 32, "--by", "a", "--reason", "b"] if command.endswith("reidentify") else []
    assert product.run(command, *arguments) == ExitCode.CANNOT_START


def test_the_page_lists_every_exit_code():
    page = (PROJECT_DIR / "docs/operations/README.md").read_text(encoding="utf-8")
    listed = dict(re.findall(r"^\| (\d) \| `(\w+)` \|", page, re.MULTILINE))
    assert listed == {str(code.value): code.name for code in ExitCode}
