"""The vault keeps nobody whom no row names: a withdrawn delivery takes its persons along."""

from datetime import date

import pytest

from orchestration.contract import load_contract
from orchestration.ingestion import withdrawal
from orchestration.ingestion.withdrawal import restore, withdraw
from orchestration.privacy.retain import retain
from orchestration.privacy.rotate_key import rotate_key
from tests.privacy.persons import AIGUL, BOLAT, DANA, ERLAN, EXAMS, FARIDA

CONTRACT = load_contract()
THEORY = CONTRACT["theory_exams"]
DAY = date(2026, 11, 28)


def persons(installation):
    return {iin for _, iin in installation.vault()}


def test_the_vault_forgets_whom_only_this_delivery_named(installation):
    before = installation.vault()
    assert withdraw(installation.settings, CONTRACT, THEORY, "log.csv", None, reason="wrong year", on=DAY) == 10
    # Aigul works here, Bolat is a relative, Dana came to the practical exam and wrote an appeal
    assert persons(installation) == {AIGUL, BOLAT, DANA}
    restore(installation.settings, CONTRACT, THEORY, "log.csv")
    assert installation.vault() == before


def test_a_refused_row_brings_nobody_into_the_vault(installation):
    installation.deliver("theory_exams/bad.csv", f"{EXAMS}T17,990313500613,C1,no time,passed\n")
    assert installation.load().total.rows_quarantined == 1
    assert persons(installation) == {AIGUL, BOLAT, DANA, ERLAN, FARIDA}


def test_who_was_looked_up_is_not_in_the_log_any_more_after_the_next_rewrite(installation):
    tokens = {iin: token for token, iin in installation.vault()}
    log = installation.settings.access_log
    log.write_text(f"2026-01-01T00:00:00+00:00\treidentify\tA. Steward\t{tokens[ERLAN]}\tcase 12\n")
    withdraw(installation.settings, CONTRACT, THEORY, "log.csv", None, reason="wrong year", on=DAY)
    rotate_key(installation.settings, b"another secret, of more than thirty-two characters", "A. Steward", "yearly")
    assert log.read_text().splitlines()[0].split("\t")[3] == "(severed)"


def test_killed_before_the_vault_forgets_the_next_withdrawal_or_retention_does_it(installation, monkeypatch):
    def killed(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(withdrawal, "forget_unnamed_persons", killed)
        withdraw(installation.settings, CONTRACT, THEORY, "log.csv", None, reason="wrong year", on=DAY)
    assert installation.rows("select count(*) from raw.theory_exams") == [(0,)]
    assert persons(installation) == {AIGUL, BOLAT, DANA, ERLAN, FARIDA}
    # nothing is past its months on this day
    assert retain(installation.settings, date(2019, 6, 1), "schedule", "monthly") == (date(2019, 6, 1), {})
    assert persons(installation) == {AIGUL, BOLAT, DANA}
    untouched = installation.settings.vault.read_bytes()
    retain(installation.settings, date(2019, 6, 1), "schedule", "monthly")
    assert installation.settings.vault.read_bytes() == untouched
