"""A vault from a backup that lacks what came since: refused until the deliveries are read again, never mixed in."""

import shutil
from datetime import date

import duckdb
import pytest

from orchestration.contract import load_contract
from orchestration.ingestion import load, replay
from orchestration.ingestion.generations import OlderVault
from orchestration.ingestion.replay import rebuild_raw, reload_source
from orchestration.ingestion.tokens import attach_vault, load_secret
from orchestration.privacy import rewrite
from orchestration.privacy.erase import erase
from orchestration.privacy.retain import retain
from orchestration.privacy.rotate_key import rotate_key
from orchestration.runs.exit_codes import ExitCode
from tests.installations import Product
from tests.privacy.persons import AIGUL, AIGULS_TEXT, BOLAT, DANA, EXAMS, files_with

CONTRACT = load_contract()
NEW = b"another secret, of more than thirty-two characters"
# In no register and in no delivery of the fixture's.
GALYM, HARON = "990313500613", "920830450275"
WHO = ("A. Steward", "request 7/2026")


def deliver(installation, attempt, iin):
    installation.deliver(f"theory_exams/{attempt}.csv", f"{EXAMS}{attempt},{iin},C1,2024-08-05 10:00,passed\n")


@pytest.fixture
def backup(installation, tmp_path):
    """The vault as it was before what the test does."""
    return shutil.copy(installation.settings.vault, tmp_path / "vault.backup")


def put_back(installation, backup):
    shutil.copy(backup, installation.settings.vault)


def files(settings):
    return {path.name: path.read_bytes() for path in (settings.vault, settings.warehouse, settings.secret_file)}


def everything_is_refused(installation):
    settings = installation.settings
    before = files(settings)
    for command in (
        installation.load,
        lambda: reload_source(settings, CONTRACT, CONTRACT["theory_exams"]),
        lambda: rotate_key(settings, NEW, *WHO),
        lambda: erase(settings, [DANA], *WHO),
        lambda: retain(settings, date(2031, 1, 1), *WHO),
    ):
        with pytest.raises(OlderVault, match=r"older than the warehouse.*orchestration\.rebuild"):
            command()
    return files(settings) == before


def test_without_the_marks_and_pairs_of_later_nothing_goes_on_but_a_rebuild(installation, backup):
    deliver(installation, "T21", GALYM)
    installation.load()
    erase(installation.settings, [AIGUL], *WHO)
    put_back(installation, backup)
    deliver(installation, "T22", AIGUL)
    assert everything_is_refused(installation)
    rebuild_raw(installation.settings, CONTRACT)
    installation.load()
    erase(installation.settings, [AIGUL], *WHO)
    assert rotate_key(installation.settings, NEW, *WHO) == 5
    deliver(installation, "T23", GALYM)
    deliver(installation, "T24", AIGUL)
    installation.load()
    assert AIGUL not in {iin for _, iin in installation.vault()}
    assert installation.rows(
        "select count(distinct candidate_iin) from raw.theory_exams where attempt_id in ('T21', 'T23')"
    ) == [(1,)]
    assert installation.rows(f"select count(*) from raw.eotinish_appeals where text = '{AIGULS_TEXT}'") == [(0,)]


@pytest.mark.parametrize(
    "command",
    [
        lambda settings: erase(settings, [GALYM], *WHO),
        lambda settings: retain(settings, date(2031, 1, 1), *WHO),
    ],
    ids=["an erasure of a person without rows", "a retention"],
)
def test_a_vault_from_before_a_rewrite_is_older(installation, backup, command):
    command(installation.settings)
    put_back(installation, backup)
    assert everything_is_refused(installation)


def test_a_vault_from_before_a_load_without_new_persons_is_the_same(installation, backup):
    deliver(installation, "T21", BOLAT)
    installation.load()
    put_back(installation, backup)
    deliver(installation, "T22", BOLAT)
    assert installation.load().total.rows_loaded == 1
    assert rotate_key(installation.settings, NEW, *WHO) == 5


def test_a_load_that_was_cut_off_leaves_the_vault_ahead_and_that_is_lawful(installation, monkeypatch):
    deliver(installation, "T21", GALYM)
    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(load, "insert_rows", cut_off)
        installation.load()
    assert GALYM in {iin for _, iin in installation.vault()}
    assert rotate_key(installation.settings, NEW, *WHO) == 6
    assert installation.load().total.rows_loaded == 1


def test_a_vault_from_between_two_loads_of_which_one_was_cut_off_is_older(installation, backup, monkeypatch):
    """The warehouse has not noted the persons of the first yet, but it has those of the second."""
    deliver(installation, "T21", GALYM)
    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(load, "insert_rows", cut_off)
        installation.load()
    installation.load()
    put_back(installation, backup)
    assert everything_is_refused(installation)


def test_an_installation_from_before_there_were_generations_goes_on_and_is_guarded_from_then_on(installation, tmp_path):
    forget_generations(installation)
    old = shutil.copy(installation.settings.vault, tmp_path / "vault.old")
    deliver(installation, "T21", BOLAT)
    installation.load()
    put_back(installation, old)
    assert everything_is_refused(installation)


def test_such_an_installation_can_be_rewritten_first(installation, tmp_path):
    forget_generations(installation)
    old = shutil.copy(installation.settings.vault, tmp_path / "vault.old")
    erase(installation.settings, [AIGUL], *WHO)
    installation.load()
    put_back(installation, old)
    assert everything_is_refused(installation)


def test_a_rebuild_that_was_cut_off_does_not_make_an_older_vault_look_new(installation, backup, monkeypatch):
    for attempt, iin in (("T21", GALYM), ("T22", HARON)):
        deliver(installation, attempt, iin)
        installation.load()
    put_back(installation, backup)
    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(replay, "_carry_over", cut_off)
        rebuild_raw(installation.settings, CONTRACT)
    assert everything_is_refused(installation)
    rebuild_raw(installation.settings, CONTRACT)
    installation.load()


def test_a_rebuild_severs_in_the_rows_that_it_keeps_whom_an_older_vault_does_not_know(installation, backup):
    """Otherwise a key rotation would leave them the old key's token, and their next delivery would bring another."""
    landing = installation.settings.landing_dir
    deliver(installation, "T21", GALYM)
    deliver(installation, "T22", BOLAT)
    installation.deliver("declared_relatives/more.csv", f"employee_id,relative_iin,relation\nE2,{GALYM},spouse\n")
    installation.load()
    old = {iin: token for token, iin in installation.vault()}
    for gone in ("theory_exams/T21.csv", "theory_exams/T22.csv", "declared_relatives/more.csv"):
        (landing / gone).unlink()
    put_back(installation, backup)
    told = []
    replay = rebuild_raw(installation.settings, CONTRACT, keep_missing=True, report=told.append)
    assert len(replay.kept) == 3
    assert "whom it does not know are severed" in told[-1]
    of_galym = "select candidate_iin from raw.theory_exams where attempt_id = 'T21'"
    ((substitute,),) = installation.rows(of_galym)
    assert substitute not in old.values()
    relatives = "select employee_id, _business_key from raw.declared_relatives where relative_iin = '{}'"
    assert installation.rows(relatives.format(substitute)) == [("E2", f"E2\x1f{substitute}")]
    of_bolat = "select count(distinct candidate_iin) from raw.theory_exams where attempt_id in ('T3', 'T22')"
    assert installation.rows(of_bolat) == [(1,)]
    assert files_with(installation.settings.data_dir, [old[GALYM]]) == []
    installation.load()
    rotate_key(installation.settings, NEW, *WHO)
    assert installation.rows(of_galym) == [(substitute,)]
    assert installation.rows(of_bolat) == [(1,)]


def test_a_rebuild_beside_its_own_vault_keeps_rows_as_they_are(installation, backup):
    deliver(installation, "T21", GALYM)
    installation.load()
    rows = installation.rows("from raw.theory_exams order by attempt_id")
    (installation.settings.landing_dir / "theory_exams/T21.csv").unlink()
    rebuild_raw(installation.settings, CONTRACT, keep_missing=True)
    assert installation.rows("from raw.theory_exams order by attempt_id") == rows
    put_back(installation, backup)
    assert everything_is_refused(installation)


def test_the_warehouse_notes_the_vault_also_when_a_rebuild_only_keeps_rows(installation, tmp_path):
    older = shutil.copy(installation.settings.vault, tmp_path / "vault.older")
    erase(installation.settings, [GALYM], *WHO)
    for folder in installation.settings.landing_dir.iterdir():
        shutil.rmtree(folder)
    rebuild_raw(installation.settings, CONTRACT, keep_missing=True)
    put_back(installation, older)
    assert everything_is_refused(installation)


def test_beside_a_warehouse_from_before_an_erasure_the_erasure_can_be_done_again(installation):
    older = installation.settings.warehouse.read_bytes()
    erase(installation.settings, [AIGUL], *WHO)
    installation.settings.warehouse.write_bytes(older)
    installation.load()
    assert files_with(installation.settings.data_dir, [AIGULS_TEXT]) == ["warehouse.duckdb"]
    assert erase(installation.settings, [AIGUL], *WHO)["theory_exams"] == 3
    assert files_with(installation.settings.data_dir, [AIGULS_TEXT]) == []


def test_a_swap_that_was_cut_off_is_completed_before_anything_is_compared(installation, monkeypatch):
    deliver(installation, "T21", GALYM)
    installation.load()
    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(rewrite, "finish_rewrite", cut_off)
        erase(installation.settings, [GALYM], *WHO)
    installation.load()
    assert len(installation.vault()) == 5


def test_the_commands_end_with_the_exit_code_of_what_cannot_start(installation, backup):
    product = Product.__new__(Product)
    product.settings = installation.settings
    deliver(installation, "T21", GALYM)
    installation.load()
    put_back(installation, backup)
    who = ("--by", "A. Steward", "--reason", "yearly")
    for command in (("privacy.rotate_key", *who), ("rebuild", "--source", "theory_exams"), ("refresh",)):
        assert product.run(f"orchestration.{command[0]}", *command[1:]) == ExitCode.CANNOT_START
        assert "is older than the warehouse" in product.output
        assert "Traceback" not in product.output


def cut_off(*arguments, **options):
    raise KeyboardInterrupt


def forget_generations(installation):
    """As an installation was before this was noted."""
    with duckdb.connect(str(installation.settings.warehouse)) as connection:
        attach_vault(connection, installation.settings, load_secret(installation.settings))
        connection.execute("drop table raw.vault_generation")
        connection.execute("drop table vault.generations")
