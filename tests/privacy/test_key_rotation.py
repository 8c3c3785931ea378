"""A new secret: the same figures under other tokens, the old ones in no byte, and a kill at any point does no harm."""

import os
import subprocess
import sys

import pytest

from orchestration.ingestion.tokens import SECRET_VARIABLE, SecretError, load_secret
from orchestration.privacy.rotate_key import rotate_key
from orchestration.settings import PROJECT_DIR
from tests.privacy.persons import AIGUL, BOLAT, DANA, ERLAN, EXAMS, FARIDA, files_with

NEW = b"another secret, of more than thirty-two characters"
# Of all rows: who is whom, without saying who.
EQUALITIES = """
with held as (
    select 'theory' as source, attempt_id as row_id, candidate_iin as token from raw.theory_exams
    union all select 'practical', attempt_id, candidate_iin from raw.practical_exams
    union all select 'appeals', appeal_id, applicant_iin from raw.eotinish_appeals
    union all select 'employees', employee_id, iin from raw.employees where iin is not null
    union all select 'relatives', employee_id || relation, relative_iin from raw.declared_relatives
)
select l.source, l.row_id, r.source, r.row_id from held as l inner join held as r on l.token = r.token order by all
"""


def tokens(installation):
    return {iin: token for token, iin in installation.vault()}


def test_the_same_persons_have_other_tokens_everywhere(installation):
    before, old = installation.rows(EQUALITIES), tokens(installation)
    ledger, texts = installation.ledger(), installation.rows("select text from raw.eotinish_appeals order by 1")
    assert files_with(installation.settings.data_dir, old.values()) == ["warehouse.duckdb"]
    assert rotate_key(installation.settings, NEW, "A. Steward", "yearly") == 5
    new = tokens(installation)
    assert set(new) == set(old) == {AIGUL, BOLAT, DANA, ERLAN, FARIDA}
    assert not set(new.values()) & set(old.values())
    assert installation.rows(EQUALITIES) == before
    assert installation.ledger() == ledger
    assert installation.rows("select text from raw.eotinish_appeals order by 1") == texts
    assert installation.rows("select distinct _business_key from raw.declared_relatives where relation = 'spouse'") == [
        (f"E1\x1f{new[BOLAT]}",)
    ]
    assert files_with(installation.settings.data_dir, old.values()) == []


def test_a_later_delivery_continues_the_new_tokens(installation):
    rotate_key(installation.settings, NEW, "A. Steward", "yearly")
    installation.deliver("theory_exams/more.csv", f"{EXAMS}T17,{AIGUL},C1,2024-08-05 10:00,passed\n")
    installation.deliver("declared_relatives/more.csv", f"employee_id,relative_iin,relation\nE1,{BOLAT},parent\n")
    installation.load()
    assert installation.rows(
        "select count(distinct candidate_iin) from raw.theory_exams where attempt_id in ('T1', 'T5', 'T17')"
    ) == [(1,)]
    # the same relative again is a new version of the same row
    assert installation.rows("select count(distinct _business_key), count(*) from raw.declared_relatives") == [(3, 4)]
    assert len(installation.vault()) == 5


def test_the_old_secret_is_refused_afterwards_and_a_wrong_one_before(installation, monkeypatch):
    old_secret = load_secret(installation.settings).decode()
    monkeypatch.setenv(SECRET_VARIABLE, "a secret that never was this warehouse's own")
    before = installation.settings.warehouse.read_bytes()
    with pytest.raises(SecretError, match="another secret"):
        rotate_key(installation.settings, NEW, "A. Steward", "yearly")
    assert installation.settings.warehouse.read_bytes() == before
    monkeypatch.delenv(SECRET_VARIABLE)
    rotate_key(installation.settings, NEW, "A. Steward", "yearly")
    monkeypatch.setenv(SECRET_VARIABLE, old_secret)
    with pytest.raises(SecretError, match="another secret"):
        installation.load()
    monkeypatch.setenv(SECRET_VARIABLE, NEW.decode())
    installation.load()


def test_the_log_tells_of_it_and_speaks_in_the_new_tokens(installation):
    old = tokens(installation)[AIGUL]
    log = installation.settings.access_log
    log.write_text(f"2026-01-01T00:00:00+00:00\treidentify\tA. Steward\t{old}\tcase 12\n")
    rotate_key(installation.settings, NEW, "A. Steward", f"asked for by {DANA}")
    lines = [line.split("\t")[1:] for line in log.read_text().splitlines()]
    assert lines == [
        ["reidentify", "A. Steward", tokens(installation)[AIGUL], "case 12"],
        ["rotate_key", "A. Steward", "5 persons", "asked for by [IIN]"],
    ]
    assert log.stat().st_mode & 0o777 == 0o600


def test_a_secret_from_the_environment_is_not_written_down(installation, monkeypatch):
    monkeypatch.setenv(SECRET_VARIABLE, load_secret(installation.settings).decode())
    installation.settings.secret_file.unlink()
    rotate_key(installation.settings, NEW, "A. Steward", "yearly")
    assert files_with(installation.settings.data_dir, [NEW.decode()]) == []
    assert not installation.settings.secret_file.exists()


# The command is killed (as by kill -9) when it comes to this call for the n-th time.
KILLS = {
    "raw is written, the vault is not": ("orchestration.privacy.rotate_key", "write_vault", 1, False),
    "all is written, nothing is decided": ("pathlib.Path", "rename", 1, False),
    "decided, nothing is swapped": ("pathlib.Path", "replace", 1, True),
    "the secret is swapped": ("pathlib.Path", "replace", 2, True),
    "the vault is swapped": ("pathlib.Path", "replace", 3, True),
    "all but the warehouse is swapped": ("pathlib.Path", "replace", 4, True),
    "all is swapped": ("pathlib.Path", "rmdir", 1, True),
}
KILLED = 137
ARGUMENTS = ("--by", "A. Steward", "--reason", "yearly", "--without-refresh")
DRIVER = """
import importlib, os, sys
owner, name, count = sys.argv.pop(1), sys.argv.pop(1), int(sys.argv.pop(1))
from orchestration.privacy import rotate_key
try:
    owner = importlib.import_module(owner)
except ModuleNotFoundError:
    module, _, attribute = owner.rpartition(".")
    owner = getattr(importlib.import_module(module), attribute)
real, calls = getattr(owner, name), [0]
def killed(*arguments, **options):
    calls[0] += 1
    if calls[0] == count:
        os._exit(137)
    return real(*arguments, **options)
setattr(owner, name, killed)
sys.exit(rotate_key.main())
"""


def kill(installation, owner, name, count):
    done = subprocess.run(
        [sys.executable, "-c", DRIVER, owner, name, str(count), *ARGUMENTS],
        cwd=PROJECT_DIR,
        env=os.environ | {"TAUEKEL_DATA_DIR": str(installation.settings.data_dir)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == KILLED, done.stderr


@pytest.mark.slow
@pytest.mark.parametrize(("owner", "name", "count", "happened"), KILLS.values(), ids=KILLS.keys())
def test_killed_at_any_point_it_has_happened_or_it_has_not(installation, owner, name, count, happened):
    before, old = installation.rows(EQUALITIES), tokens(installation)
    kill(installation, owner, name, count)
    installation.load()
    assert installation.rows(EQUALITIES) == before
    now = tokens(installation)
    assert set(now) == set(old)
    assert (now == old) == (not happened)
    rotate_key(installation.settings, NEW, "A. Steward", "again")
    assert installation.rows(EQUALITIES) == before
    assert files_with(installation.settings.data_dir, [*old.values(), *now.values()]) == []


@pytest.mark.slow
@pytest.mark.parametrize(
    "killed", ["the secret is swapped", "the vault is swapped", "all but the warehouse is swapped"]
)
def test_an_old_secret_put_back_in_the_middle_is_healed(installation, killed):
    """The new one must not be lost by that: from the decision on it alone opens what is swapped in."""
    before, old = installation.rows(EQUALITIES), tokens(installation)
    old_secret = installation.settings.secret_file.read_bytes()
    kill(installation, *KILLS[killed][:3])
    installation.settings.secret_file.write_bytes(old_secret)
    installation.load()
    assert installation.settings.secret_file.read_bytes() != old_secret
    assert installation.settings.secret_file.stat().st_mode & 0o777 == 0o600
    assert not installation.settings.rewrite_ready_dir.exists()
    assert installation.rows(EQUALITIES) == before
    assert not set(tokens(installation).values()) & set(old.values())


@pytest.mark.slow
def test_without_room_on_the_disk_nothing_is_changed(installation):
    before = installation.settings.warehouse.read_bytes()
    done = subprocess.run(
        ["bash", "-c", 'ulimit -f 100; exec "$0" -m orchestration.privacy.rotate_key "$@"', sys.executable, *ARGUMENTS],
        cwd=PROJECT_DIR,
        env=os.environ | {"TAUEKEL_DATA_DIR": str(installation.settings.data_dir)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, done.stderr
    assert "Nothing was changed: try again." in done.stderr
    assert installation.settings.warehouse.read_bytes() == before
    assert not installation.settings.rewrite_draft_dir.exists()
    assert not any(iin in done.stdout + done.stderr for iin in (AIGUL, BOLAT, DANA))
