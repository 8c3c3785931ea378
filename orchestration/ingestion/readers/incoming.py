"""What all readers share: the table `incoming`, the header's match with the contract, and why a file is rejected.

How a format is read belongs in the module named after it.
"""

from dataclasses import dataclass

from duckdb import DuckDBPyConnection

from orchestration.contract import Source

# A text that no delivery holds: with it DuckDB tells an empty field ('') from a missing one (null).
NO_TEXT_IS_NULL = "\x01"
# An IIN that a spreadsheet kept as a number may have lost its leading zeros, three at most: a birth date of January to
# September 2000 begins with 000.
IIN_DIGITS = 12


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
        return f"columns not in the contract, not loaded: {', '.join(self.extra)}" if self.extra else None


def match_header(names: list[str], source: Source) -> Header:
    """Match a file's column names to the contract: without regard to case, surrounding space and order.

    UnreadableFile when a required column is missing.
    """
    found: dict[str, list[str]] = {}
    extra: list[str] = []
    known = {column.name for column in source.columns}
    for name in names:
        plain = name.strip().lower()
        if plain in known:
            found.setdefault(plain, []).append(name)
        elif plain:
            extra.append(name.strip())
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
) -> None:
    """Insert the trimmed texts of `relation` into `incoming`; a contract column without an expression stays null.

    `expressions` are the SQL texts by contract name; `row_number` and `malformed` are SQL over `relation` too.
    """
    names = ", ".join(f'"{name}"' for name in expressions)
    texts = ", ".join(_trimmed(expression) for expression in expressions.values())
    connection.execute(
        f"insert into incoming (_delivery_id, _row_number, _malformed, {names}) "
        f"select {delivery_id}, {row_number}, {malformed}, {texts} from {relation}"
    )


def _trimmed(expression: str) -> str:
    # A plain trim() knows no tabs and no-break spaces; trimming them from every value costs more than looking first.
    blanks = r"[\s\x{A0}\x{202F}\x{FEFF}]"
    return (
        f"nullif(case when regexp_matches({expression}, '^{blanks}|{blanks}$') "
        f"then regexp_replace({expression}, '^{blanks}+|{blanks}+$', '', 'g') else {expression} end, '')"
    )


def literal(text: str) -> str:
    """A text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"
