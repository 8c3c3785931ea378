"""What all readers share: the table `incoming`, the header's match with the contract, and why a file is rejected.

How a format is read belongs in the module named after it.
"""

import unicodedata
from dataclasses import dataclass

from duckdb import DuckDBPyConnection

from orchestration.contract import Source
from orchestration.ingestion.landing import shown_name
from orchestration.ingestion.personal_numbers import masked_words

# A text that no delivery holds: with it DuckDB tells an empty field ('') from a missing one (null).
NO_TEXT_IS_NULL = "\x01\x02\x01"
# What is trimmed from both ends of values and names: spaces of any width, controls of lines, and characters that show
# nothing (zero-width, direction and byte order marks). As an RE2 class, and as general categories of Unicode.
BLANKS = r"[\s\v\x{85}\p{Z}\p{Cf}]"
BLANK_CONTROLS = "\t\n\v\f\r\x85"
BLANK_CATEGORIES = ("Zs", "Zl", "Zp", "Cf")
# An IIN that a spreadsheet kept as a number may have lost its leading zeros, three at most: a birth date of January to
# September 2000 begins with 000.
IIN_DIGITS = 12
MOST_NAMES_SHOWN = 20
LONGEST_NAME_SHOWN = 60


class UnreadableFile(Exception):
    """The whole file is to be rejected; the message says why, and holds nothing of the file's content."""


@dataclass(frozen=True)
class Header:
    """Where each contract column stands in a file (contract name -> the file's own names), and what else it has."""

    found: dict[str, list[str]]
    extra: list[str]

    @property
    def remark(self) -> str | None:
        """What the ledger says of columns that the contract does not know."""
        if not self.extra:
            return None
        names = [_shown(name) for name in self.extra[:MOST_NAMES_SHOWN]]
        if len(self.extra) > MOST_NAMES_SHOWN:
            names.append(f"and {len(self.extra) - MOST_NAMES_SHOWN:,} more")
        return f"columns not in the contract, not loaded: {', '.join(names)}"


def _shown(name: str) -> str:
    """A column's name for the ledger: short, on one line, and with no personal number if it was a value."""
    # Masked first: what is left of a number that was cut is a number still.
    whole = masked_words(shown_name(name))
    return whole if len(whole) <= LONGEST_NAME_SHOWN else f"{whole[:LONGEST_NAME_SHOWN]}…"


def match_header(names: list[str], source: Source) -> Header:
    """Match a file's column names to the contract: without regard to case, surrounding space and order.

    UnreadableFile when a required column is missing.
    """
    found: dict[str, list[str]] = {}
    extra: list[str] = []
    known = {column.name for column in source.columns}
    for name in names:
        plain = trimmed(name).lower()
        if plain in known:
            found.setdefault(plain, []).append(name)
        elif plain:
            extra.append(trimmed(name))
    missing = [column.name for column in source.columns if column.required and column.name not in found]
    if missing:
        raise UnreadableFile(f"required column missing: {', '.join(missing)}")
    return Header(found, extra)


def single_positions(names: list[str], header: Header) -> dict[str, int]:
    """Contract name -> position in the file. UnreadableFile when a column stands there twice."""
    repeated = [name for name, spellings in header.found.items() if len(spellings) > 1]
    if repeated:
        raise UnreadableFile(f"column stands twice in the header: {', '.join(repeated)}")
    return {name: names.index(spellings[0]) for name, spellings in header.found.items()}


def create_incoming(connection: DuckDBPyConnection, source: Source) -> None:
    """Create the temporary table that the readers fill: a row a record, in texts; `_malformed` says why it has none."""
    texts = ", ".join(f'"{column.name}" varchar' for column in source.columns)
    connection.execute(
        f"create or replace temp table incoming (_delivery_id bigint, _row_number bigint, _malformed varchar, {texts})"
    )


def append_records(
    connection: DuckDBPyConnection,
    relation: str,
    delivery_id: int,
    expressions: dict[str, str],
    row_number: str,
    malformed: str = "null",
) -> int:
    """Insert the trimmed texts of `relation` into `incoming`; return how many. A column without expression stays null.

    `expressions` are the SQL texts by contract name; `row_number` and `malformed` are SQL over `relation` too.
    """
    names = ", ".join(f'"{name}"' for name in expressions)
    texts = ", ".join(_trimmed(expression) for expression in expressions.values())
    inserted = connection.execute(
        f"insert into incoming (_delivery_id, _row_number, _malformed, {names}) "
        f"select {delivery_id}, {row_number}, {malformed}, {texts} from {relation}"
    ).fetchone()
    assert inserted is not None  # noqa: S101 - an insert always counts
    return int(inserted[0])


def trimmed(text: str) -> str:
    """`text` without blanks at its ends, as values are trimmed in SQL."""
    kept = [at for at, character in enumerate(text) if not _is_blank(character)]
    return text[kept[0] : kept[-1] + 1] if kept else ""


def _is_blank(character: str) -> bool:
    return character in BLANK_CONTROLS or unicodedata.category(character) in BLANK_CATEGORIES


def is_blank(expression: str) -> str:
    """SQL that is true for a text of blanks only."""
    return f"regexp_full_match({expression}, '{BLANKS}*')"


def _trimmed(expression: str) -> str:
    # Trimming blanks of all kinds from every value costs more than looking first.
    return (
        f"nullif(case when regexp_matches({expression}, '^{BLANKS}|{BLANKS}$') "
        f"then regexp_replace({expression}, '^{BLANKS}+|{BLANKS}+$', '', 'g') else {expression} end, '')"
    )
