"""The commands `withdraw` and `rebuild` as they are typed: what they say where they cannot start, and file modes."""

import json
import os

import pytest

from orchestration.runs.exit_codes import ExitCode
from orchestration.runs.writer_command import run
from tests.installations import Holder, Product

CASES = "case_number,filed_on,proceeding,outcome\n1,2024-01-09,civil,pending\n"
WITHDRAW = ("orchestration.withdraw", "court_cases", "cases.csv")
REASON = ("--reason", "wrong year")


@pytest.fixture
def product(tmp_path) -> Product:
    product = Product(tmp_path)
    product.deliver("court_cases/cases.csv", CASES)
    product.load()
    return product


def outcomes(product: Product) -> list[tuple[str]]:
    return product.rows("select outcome from raw.court_cases")


def test_where_nothing_is_installed_they_make_nothing(tmp_path):
    elsewhere = Product(tmp_path)
    for command in ((*WITHDRAW, *REASON), ("orchestration.rebuild", "--source", "court_cases")):
        assert elsewhere.run(*command) == ExitCode.CANNOT_START
        assert "load deliveries first, or set TAUEKEL_DATA_DIR" in elsewhere.output
    assert not elsewhere.settings.data_dir.exists()


@pytest.mark.parametrize("command", [(*WITHDRAW, *REASON), ("orchestration.rebuild",)], ids=["withdraw", "rebuild"])
def test_a_program_that_has_the_warehouse_open_is_named(product, command):
    holder = Holder(product.settings.warehouse)
    try:
        assert product.run(*command) == ExitCode.BUSY
    finally:
        holder.let_go()
    assert "close it and try again" in product.output
    assert f"Process {holder.pid} (python" in product.output
    assert "Traceback" not in product.output
    assert outcomes(product) == [("pending",)]


def test_a_damaged_vault_is_named(product):
    product.settings.vault.write_bytes(bytes(20_000))
    assert product.run(*WITHDRAW, *REASON) == ExitCode.CANNOT_START
    assert "vault.duckdb cannot be read as a database" in product.output
    assert "Traceback" not in product.output


def test_without_a_landing_folder_nothing_can_be_read_again(product):
    assert product.run(*WITHDRAW, *REASON) == ExitCode.OK
    for command in ((*WITHDRAW, "--undo"), ("orchestration.rebuild",)):
        assert product.run(*command, TAUEKEL_LANDING_DIR="/nowhere") == ExitCode.CANNOT_START
        assert "there is no landing folder /nowhere: create it" in product.output
        assert "Traceback" not in product.output


def test_for_journald_the_reason_is_one_json_line(product):
    assert product.run(*WITHDRAW[:2], "other.csv", *REASON, TAUEKEL_LOG_FORMAT="json") == ExitCode.CANNOT_START
    (line,) = [json.loads(line) for line in product.output.splitlines()]
    assert (line["level"], line["event"], line["run_id"]) == ("ERROR", "cannot_start", None)
    assert "no such delivery of court_cases: other.csv" in line["message"]


def test_to_keep_missing_rows_is_no_matter_of_one_source(product):
    assert product.run("orchestration.rebuild", "--source", "court_cases", "--keep-missing") == ExitCode.CANNOT_START
    assert "--keep-missing is for a rebuild of everything" in product.output


def test_what_they_write_is_its_owners_alone(product):
    written = product.settings.data_dir / "by_a_command"

    def work() -> ExitCode:
        written.touch()
        return ExitCode.OK

    before = os.umask(0o022)
    try:
        assert run(product.settings, "a test", work) == ExitCode.OK
    finally:
        os.umask(before)
    assert written.stat().st_mode & 0o077 == 0
