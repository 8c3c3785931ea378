"""Personal numbers: tokens from the first table on, the map in the vault, and nothing anywhere else."""

import hashlib
import hmac

import duckdb
import pytest

from orchestration.contract import load_contract
from orchestration.ingestion.replay import rebuild_raw
from orchestration.ingestion.tokens import (
    SECRET_VARIABLE,
    SecretError,
    derived_key,
)
from orchestration.privacy.access_log import record
from orchestration.privacy.command import CannotStart
from orchestration.privacy.reidentify import reidentify
from orchestration.privacy.rotate_key import rotate_key
from tests.installations import Installation

# Check digits worked out by hand. 900101300120: 9*1+0+0+1*4+0+1*6+3*7+0+0+1*10+2*11 = 72, 72 mod 11 = 6, so 6.
VALID, INVALID = "900101300126", "900101300120"
# 900101300008: 9+4+6+21 = 40, 40 mod 11 = 7; the number ends in 8, so it is not valid.
ALSO_INVALID = "900101300008"
# 800000000060: 8*1 + 6*11 = 74 would be 8; here the eleventh digit is 2: 8 + 22 = 30, 30 mod 11 = 8.
VALID_TOO = "800000000028"
# 100000000092: 1*1 + 9*11 = 100, 100 mod 11 = 1; weights again only at 10: 300000000070 gives 3 + 77 = 80 mod 11 = 3.
# 200000000850: 2*1 + 8*10 + 5*11 = 137, 137 mod 11 = 5.
# 210000000010: 2*1 + 1*2 + 1*11 = 15, 15 mod 11 = 4.  To reach the second weights: 10 = 2*5, a lone 2 in fifth place.
# 000020000000: 2*5 = 10, so weights 3,4,5,6,7,...: 2*7 = 14, 14 mod 11 = 3.
SECOND_WEIGHTS = "000020000003"

EXAMS = "attempt_id,candidate_iin,centre_code,started_at,result\n"


def deliver_candidates(installation, *iins):
    rows = "".join(f"{number},{iin},C1,2024-01-09 10:00,passed\n" for number, iin in enumerate(iins, start=1))
    installation.deliver("theory_exams/a.csv", EXAMS + rows)
    installation.load()


def test_a_token_is_the_hmac_of_the_iin(installation, monkeypatch):
    monkeypatch.setenv(SECRET_VARIABLE, "a secret of thirty-two characters or more")
    deliver_candidates(installation, VALID)
    key = derived_key(b"a secret of thirty-two characters or more", "token")
    expected = hmac.new(key, VALID.encode(), hashlib.sha256).hexdigest()[:32]
    assert installation.rows("select candidate_iin from raw.theory_exams") == [(expected,)]
    assert installation.vault() == [(expected, VALID)]


def test_a_wrong_check_digit_is_noted_and_the_row_loads(installation):
    deliver_candidates(installation, VALID, INVALID, ALSO_INVALID, VALID_TOO, SECOND_WEIGHTS)
    valid = installation.rows("select candidate_iin_is_valid from raw.theory_exams order by attempt_id")
    assert [row[0] for row in valid] == [True, False, False, True, True]


def test_no_iin_outside_the_vault_and_the_vault_is_unreadable(installation):
    deliver_candidates(installation, VALID, INVALID)
    installation.deliver(
        "eotinish_appeals/a.csv",
        f"appeal_id,registered_at,kind,applicant_iin,text\n1,2024-01-09 10:00,complaint,{VALID},my number is {VALID}\n",
    )
    installation.load()
    assert installation.rows("select text from raw.eotinish_appeals") == [("my number is [IIN]",)]
    for path in installation.settings.data_dir.rglob("*"):
        if path.is_file():
            assert VALID.encode() not in path.read_bytes(), path.name
            assert path.stat().st_mode & 0o077 == 0 or path.name != "secret.key"
    with pytest.raises(duckdb.Error):
        duckdb.connect(str(installation.settings.vault), read_only=True)


def test_reidentification_is_logged_with_who_and_why(installation):
    deliver_candidates(installation, VALID)
    ((token,),) = installation.rows("select candidate_iin from raw.theory_exams")
    assert reidentify(installation.settings, token, "A. Steward", "case 12/2025") == VALID
    assert reidentify(installation.settings, "0" * 32, "A. Steward", "a\nslip") is None
    log = installation.settings.access_log
    uses = [line.split("\t")[1:] for line in log.read_text().splitlines()]
    assert uses == [
        ["reidentify", "A. Steward", token, "case 12/2025"],
        ["reidentify", "A. Steward", "0" * 32, "a slip"],
    ]
    assert log.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("token", [VALID, "0" * 31, "0" * 33, "A" * 32, f"{'0' * 32}\n", ""])
def test_what_is_no_token_is_not_logged(installation, token):
    deliver_candidates(installation, VALID)
    with pytest.raises(CannotStart, match="no token"):
        reidentify(installation.settings, token, "A. Steward", "case 12/2025")
    assert not installation.settings.access_log.exists()


def test_the_log_holds_no_personal_number_in_any_spelling(tmp_path):
    # a token of digits is no personal number, though it holds twelve of them
    for subject in (f"of {VALID}", "9" * 32):
        record(
            tmp_path / "log",
            "reidentify",
            "A. Steward 900101 300126",
            subject,
            "８５０５１５４５０３３６ and 123456789012",
        )
    uses = [line.split("\t")[1:] for line in (tmp_path / "log").read_text().splitlines()]
    assert uses == [
        ["reidentify", "A. Steward [IIN]", "of [IIN]", "[IIN] and [IIN]"],
        ["reidentify", "A. Steward [IIN]", "9" * 32, "[IIN] and [IIN]"],
    ]


def test_two_secrets_are_not_mixed(installation, monkeypatch):
    deliver_candidates(installation, VALID)
    monkeypatch.setenv(SECRET_VARIABLE, "another secret of thirty-two characters")
    with pytest.raises(SecretError, match="another secret"):
        installation.load()


def test_folders_may_have_any_name(tmp_path):
    """An apostrophe in a path is no end of a text in SQL."""
    folder = tmp_path / "O'Neil's data"
    folder.mkdir()
    installation = Installation(folder)
    installation.deliver("theory_exams/a.csv", f"{EXAMS}1,{VALID},C1,2024-01-09 10:00,passed\n")
    assert installation.load().total.rows_loaded == 1
    assert installation.load().load_run is None
    assert rebuild_raw(installation.settings, load_contract()).read == 1
    assert rotate_key(
        installation.settings, b"another secret, of more than thirty-two characters", "A. Steward", "yearly"
    )


def test_a_lost_secret_is_not_replaced(installation):
    deliver_candidates(installation, VALID)
    installation.settings.secret_file.unlink()
    with pytest.raises(SecretError, match=r"bring the file back"):
        installation.load()


def test_a_secret_file_that_others_can_read_is_refused(installation):
    deliver_candidates(installation, VALID)
    installation.settings.secret_file.chmod(0o644)
    with pytest.raises(SecretError, match="chmod 600"):
        installation.load()
