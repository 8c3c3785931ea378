"""The privacy commands as they are typed: what they print, their exit codes, and the marts that follow.

One installation, in the order of these tests: looked up, given a new key, erased from, retained.
"""

import subprocess
import sys
from datetime import date

import pytest

from orchestration.ingestion.tokens import SECRET_VARIABLE
from orchestration.privacy.retain import retain
from orchestration.runs.run_lock import WAIT_VARIABLE, writing
from orchestration.settings import PROJECT_DIR
from tests.installations import Product
from tests.privacy.persons import AIGUL, AIGULS_TEXT, DANA, DELIVERIES, ERLAN, FARIDA, columns_with, files_with
from tests.small_deliveries import CENTRES

pytestmark = pytest.mark.slow

WHO = ("--by", "A. Steward", "--reason", "request 7/2026")
FIGURES = "select * from kpi_values order by all"


@pytest.fixture(scope="module")
def product(tmp_path_factory):
    product = Product(tmp_path_factory.mktemp("product"))
    for name, content in (DELIVERIES | {"centres/register.csv": CENTRES}).items():
        product.deliver(name, content)
    return product


@pytest.fixture(scope="module")
def figures(product):
    """All figures as they were before any command."""
    assert product.refresh() == 0, product.output
    figures = product.marts(FIGURES)
    assert len(figures) > 1000
    return figures


def token_of(product, iin):
    return {number: token for token, number in product.vault()}[iin]


def erase(product, personal_numbers, *arguments):
    done = subprocess.run(
        [sys.executable, "-m", "orchestration.privacy.erase", *WHO, *arguments],
        cwd=PROJECT_DIR,
        env=product.environment,
        input=personal_numbers,
        capture_output=True,
        text=True,
        check=False,
    )
    product.output = done.stdout + done.stderr
    return done.returncode


def traces(product, *needles):
    """Where one of the texts stands: files by their bytes, and columns of the compressed ones."""
    databases = [product.settings.published_marts, *product.settings.published_dir.rglob("*.parquet")]
    columns = {column for path in [*databases, product.settings.warehouse] for column in columns_with(path, needles)}
    return files_with(product.settings.data_dir, needles), columns


def test_without_an_installation_they_say_so(tmp_path):
    elsewhere = Product(tmp_path)
    for name in ("rotate_key", "retain"):
        assert elsewhere.run(f"orchestration.privacy.{name}", *WHO) == 2
        assert "load deliveries first, or set TAUEKEL_DATA_DIR" in elsewhere.output
    assert not elsewhere.settings.data_dir.exists()


def test_who_is_behind_a_token(product, figures):
    assert product.run("orchestration.privacy.reidentify", token_of(product, DANA), *WHO) == 0
    assert product.output == f"{DANA}\n"
    assert product.run("orchestration.privacy.reidentify", "0" * 32, *WHO) == 1
    assert product.output == "The vault does not know this token.\n"
    assert product.run("orchestration.privacy.reidentify", DANA, *WHO) == 2
    assert product.output == "That is no token: 32 signs of 0-9 and a-f are wanted, as the marts show it.\n"
    wrong = {SECRET_VARIABLE: "a secret that never was this warehouse's own"}
    assert product.run("orchestration.privacy.reidentify", "0" * 32, *WHO, **wrong) == 2
    assert "is this its secret?" in product.output


def test_they_wait_for_no_other_writer_longer_than_they_are_told(product, figures):
    with writing(product.settings, "the test"):
        code = product.run("orchestration.privacy.retain", *WHO, **{WAIT_VARIABLE: "0"})
    assert code == 3
    assert "Nothing was touched" in product.output


def test_personal_numbers_that_are_none_change_nothing(product, figures):
    before = product.settings.warehouse.read_bytes()
    assert erase(product, f"{AIGUL}\n90010130012\n", "--iin-stdin") == 2
    assert product.output == "Line 2 is not a personal number of 12 digits (0-9): one a line is wanted.\n"
    assert erase(product, "", "--iin-stdin") == 2
    assert erase(product, "", "--iin-file", "/nowhere") == 2
    assert product.settings.warehouse.read_bytes() == before


def test_a_new_secret_must_be_named_and_long_enough(product, figures):
    rotate = ("orchestration.privacy.rotate_key", *WHO, "--new-secret-from", "NEXT_KEY")
    assert product.run(*rotate, NEXT_KEY="short") == 2
    assert "32 characters" in product.output
    present = product.settings.secret_file.read_text()
    assert product.run(*rotate, NEXT_KEY=present) == 2
    assert "present secret" in product.output
    assert product.run(*rotate[:-2], **{SECRET_VARIABLE: present}) == 2
    assert "--new-secret-from" in product.output


def test_a_key_rotation_gives_other_tokens(product, figures):
    old = [token for token, _ in product.vault()]
    assert product.run("orchestration.privacy.rotate_key", *WHO, "--without-refresh") == 0, product.output
    assert "5 persons have new tokens" in product.output
    assert not set(old) & {token for token, _ in product.vault()}


def test_an_erasure_leaves_the_figures_and_no_trace(product, figures, tmp_path):
    token = token_of(product, AIGUL)
    (tmp_path / "request.txt").write_text(f"{AIGUL}\n")
    assert erase(product, "", "--iin-file", str(tmp_path / "request.txt")) == 0, product.output
    assert "theory_exams: 3 rows severed" in product.output
    assert "published after" in product.output
    assert product.marts(FIGURES) == figures
    assert traces(product, token, AIGUL, AIGULS_TEXT) == ([], set())
    assert product.marts("select count(distinct candidate_token) from fct_exam_attempts") == [(5,)]


def test_after_retention_the_figures_are_the_same_too(product, figures):
    erlan, farida = token_of(product, ERLAN), token_of(product, FARIDA)
    # The command refuses a day to come, and today nothing of theory is past its months.
    _, rows = retain(product.settings, date(2031, 1, 1), "A. Steward", "request 7/2026")
    # T7 and T8 of Erlan, T10 of Farida; Aigul's are severed already, and Bolat stands in a register
    assert rows["theory_exams"] == 3
    assert product.refresh() == 0, product.output
    assert product.marts(FIGURES) == figures
    # of Erlan the attempt of 2024 is kept, of Farida nothing
    assert product.marts(f"select count(*) from fct_exam_attempts where candidate_token = '{erlan}'") == [(1,)]
    assert traces(product, farida, FARIDA) == ([], set())
    assert product.run("orchestration.privacy.retain", *WHO) == 0
    assert product.output == "Nothing is past its months, as of 2024-07-01.\n"


def test_the_log_has_a_line_for_each_use(product, figures):
    actions = [line.split("\t")[1] for line in product.settings.access_log.read_text().splitlines()]
    assert actions == ["reidentify"] * 3 + ["rotate_key", "erase", "retain", "retain"]
    assert product.settings.access_log.stat().st_mode & 0o777 == 0o600
