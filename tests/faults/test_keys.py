"""A key, a vault or a warehouse that is lost, changed or damaged: the load refuses, and says what to do."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from orchestration.contract import load_contract
from orchestration.ingestion.generations import OlderVault
from orchestration.ingestion.load import load_deliveries
from orchestration.ingestion.preflight import DamagedFile
from orchestration.ingestion.tokens import SECRET_VARIABLE, SecretError
from orchestration.runs.exit_codes import ExitCode
from orchestration.settings import Settings
from tests.faults.conftest import deliver
from tests.faults.states import raw_state
from tests.installations import Product

Fault = Callable[[Settings], object]
ANOTHER_SECRET = "another secret, of forty characters or so"  # noqa: S105


def cut(file: Path) -> None:
    os.truncate(file, file.stat().st_size // 2)


def overwrite(file: Path) -> None:
    file.write_bytes(bytes(range(256)) * 400)


def bring_back_an_older_vault(settings: Settings) -> None:
    older = settings.vault.read_bytes()
    new_person = "attempt_id,candidate_iin,centre_code,started_at,result\nT9,990313500613,C1,2024-08-05 10:00,passed\n"
    (settings.landing_dir / "theory_exams" / "new_person.csv").write_text(new_person)
    load_deliveries(settings, load_contract())
    settings.vault.write_bytes(older)


REFUSED: dict[str, tuple[Fault, dict[str, str], type[Exception], str]] = {
    "key lost": (lambda s: s.secret_file.unlink(), {}, SecretError, "bring the file back, or set TAUEKEL_SECRET"),
    "key and vault lost": (
        lambda s: (s.secret_file.unlink(), s.vault.unlink()),
        {},
        SecretError,
        "bring the file back",
    ),
    "key and warehouse lost": (
        lambda s: (s.secret_file.unlink(), s.warehouse.unlink()),
        {},
        SecretError,
        "bring the file back",
    ),
    "key changed": (lambda s: None, {SECRET_VARIABLE: ANOTHER_SECRET}, SecretError, "was made with another secret"),
    "key changed, vault lost": (
        lambda s: s.vault.unlink(),
        {SECRET_VARIABLE: ANOTHER_SECRET},
        SecretError,
        "built with another secret",
    ),
    "key changed, warehouse lost": (
        lambda s: s.warehouse.unlink(),
        {SECRET_VARIABLE: ANOTHER_SECRET},
        SecretError,
        "was made with another secret",
    ),
    "key too short": (lambda s: None, {SECRET_VARIABLE: "short"}, SecretError, "set a longer TAUEKEL_SECRET"),
    "key readable by others": (lambda s: s.secret_file.chmod(0o644), {}, SecretError, "chmod 600"),
    "vault lost": (lambda s: s.vault.unlink(), {}, DamagedFile, "is gone, .* from a backup; .*orchestration.rebuild"),
    "vault cut": (lambda s: cut(s.vault), {}, DamagedFile, "vault.duckdb cannot be read .* from a backup"),
    "vault overwritten": (lambda s: overwrite(s.vault), {}, DamagedFile, "vault.duckdb cannot be read"),
    "vault older": (bring_back_an_older_vault, {}, OlderVault, "Bring the newer one back; .*orchestration.rebuild"),
    "warehouse cut": (lambda s: cut(s.warehouse), {}, DamagedFile, "warehouse.duckdb cannot .*orchestration.rebuild"),
    "warehouse overwritten": (
        lambda s: overwrite(s.warehouse),
        {},
        DamagedFile,
        "warehouse.duckdb cannot be read .*orchestration.rebuild",
    ),
}


@pytest.fixture
def loaded(tmp_path):
    product = Product(tmp_path)
    deliver(product)
    product.load()
    return product


def contents(settings: Settings) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in settings.data_dir.rglob("*") if path.is_file()}


@pytest.mark.parametrize("name", REFUSED)
def test_the_load_refuses_and_changes_nothing(name, loaded, monkeypatch):
    break_it, environment, error, remedy = REFUSED[name]
    loaded.deliver("court_cases/more.csv", "case_number,filed_on,proceeding,outcome\n6,2024-07-01,civil,settled\n")
    break_it(loaded.settings)
    for variable, value in environment.items():
        monkeypatch.setenv(variable, value)
    before = contents(loaded.settings)
    with pytest.raises(error, match=remedy):
        loaded.load()
    assert contents(loaded.settings) == before


def test_with_the_right_key_again_the_load_goes_on(loaded):
    kept = loaded.settings.secret_file.rename(loaded.settings.data_dir / "kept")
    with pytest.raises(SecretError):
        loaded.load()
    kept.rename(loaded.settings.secret_file)
    assert loaded.load().load_run is None


def test_a_lost_warehouse_that_was_published_wants_a_rebuild(loaded):
    """Its ledger knows the order and what was withdrawn; loaded anew, both would be lost, and that ledger with them."""
    loaded.settings.published_dir.mkdir()
    loaded.settings.published_marts.write_bytes(b"a snapshot")
    loaded.settings.warehouse.unlink()
    before = contents(loaded.settings)
    with pytest.raises(DamagedFile, match=r"warehouse.duckdb is gone, .*orchestration.rebuild"):
        loaded.load()
    assert contents(loaded.settings) == before


def test_a_lost_warehouse_that_was_not_published_is_filled_again_beside_its_vault(loaded):
    before = raw_state(loaded.settings)
    loaded.settings.warehouse.unlink()
    loaded.load()
    assert raw_state(loaded.settings) == before


def test_vault_and_warehouse_moved_away_the_load_starts_anew_with_a_new_key(loaded, monkeypatch):
    before = raw_state(loaded.settings)
    for file in (loaded.settings.secret_file, loaded.settings.vault, loaded.settings.warehouse):
        file.rename(file.with_name(f"old.{file.name}"))
    monkeypatch.setenv(SECRET_VARIABLE, ANOTHER_SECRET)
    loaded.load()
    assert raw_state(loaded.settings) == before


def test_the_main_job_says_so_before_it_starts(loaded):
    assert loaded.run("orchestration.refresh", **{SECRET_VARIABLE: ANOTHER_SECRET}) == ExitCode.CANNOT_START
    assert "secret" in loaded.output
    assert "Traceback" not in loaded.output
    assert not loaded.settings.published_dir.exists()
