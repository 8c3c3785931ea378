"""Nobody whom the deliveries name, and no text of theirs, stands in any byte of the built pages."""

import re
from collections.abc import Iterator

import duckdb
import pytest

from orchestration.ingestion.tokens import attach_vault, load_secret
from tests.privacy.persons import files_with, values_of
from tests.reports.conftest import Site

pytestmark = [pytest.mark.slow, pytest.mark.timeout(3000)]

# Longer ones are found by it too; the pages' own texts do not begin like this by chance.
TEXT_LENGTH = 25
# Not the digits after a decimal point: among so many shares some agree with somebody's number by chance.
DIGITS = re.compile(rb"(?<!\d\.)(?<!\d)\d{12,}")


def twelve_digits(content: bytes) -> Iterator[bytes]:
    """Every twelve digits that stand side by side, within longer rows of digits too."""
    for found in DIGITS.findall(content):
        yield from (found[at : at + 12] for at in range(len(found) - 11))


@pytest.fixture(scope="module")
def delivered(site: Site) -> tuple[set[bytes], set[str]]:
    """The personal numbers of the vault, and the beginnings of all personal texts of raw."""
    with duckdb.connect(str(site.settings.warehouse), read_only=True) as connection:
        attach_vault(connection, site.settings, load_secret(site.settings), read_only=True)
        numbers = connection.execute("select iin from vault.iin_tokens").fetchall()
        texts = connection.execute(
            f"select distinct left(text, {TEXT_LENGTH}) from raw.eotinish_appeals where length(text) >= {TEXT_LENGTH} "
            f"union select left(summary, {TEXT_LENGTH}) from raw.hotline_reports where length(summary) >= {TEXT_LENGTH}"
        ).fetchall()
    return {number.encode() for (number,) in numbers}, {text for (text,) in texts}


def test_there_is_something_to_be_found(delivered: tuple[set[bytes], set[str]]):
    numbers, texts = delivered
    assert len(numbers) > 100_000
    assert len(texts) > 10


def test_no_personal_number_is_in_the_site(site: Site, delivered: tuple[set[bytes], set[str]]):
    numbers, _ = delivered
    for path in site.settings.reports_dir.rglob("*"):
        if path.suffix == ".parquet":
            found = {number for _, value in values_of(path) for number in twelve_digits(value.encode())}
            assert not found & numbers, path
        if path.is_file():
            assert not set(twelve_digits(path.read_bytes())) & numbers, path


def test_no_personal_text_is_in_the_site(site: Site, delivered: tuple[set[bytes], set[str]]):
    _, texts = delivered
    assert files_with(site.settings.reports_dir, texts) == []
    for path in site.settings.reports_dir.rglob("*.parquet"):
        assert not {column for column, value in values_of(path) if any(text in value for text in texts)}, path
