"""Five persons in the rows of several sources, and how to look for traces of them in every byte."""

import gzip
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path

import duckdb

# Real ones in their form: birth date, century digit, check digit.
AIGUL, BOLAT, DANA = "900101300126", "850515450336", "001107600549"
ERLAN, FARIDA = "711221400772", "640202300187"

EXAMS = "attempt_id,candidate_iin,centre_code,started_at,result\n"
# Aigul works here, and Bolat is a relative of an employee; the others are in no register.
THEORY = f"""{EXAMS}T1,{AIGUL},C1,2019-03-04 10:00,failed
T2,{AIGUL},C1,2019-03-11 10:00,passed
T3,{BOLAT},C1,2019-03-11 11:00,passed
T4,{BOLAT},C1,2020-12-31 10:00,passed
T5,{AIGUL},C1,2024-06-03 10:00,passed
T6,{DANA},C1,2024-06-03 11:00,passed
T7,{ERLAN},C1,2019-03-12 10:00,failed
T8,{ERLAN},C1,2020-12-31 11:00,passed
T9,{ERLAN},C1,2024-06-04 10:00,passed
T10,{FARIDA},C1,2019-03-12 11:00,failed
"""
PRACTICE = f"""{EXAMS}P1,{AIGUL},C1,2024-07-01 10:00,passed
P2,{DANA},C1,2024-07-01 11:00,failed
"""
AIGULS_TEXT, DANAS_TEXT, A_SUMMARY = "Marmot waited two hours", "Heron was sent home", "Bustard took money"
APPEALS = f"""appeal_id,registered_at,kind,applicant_iin,text
A1,2019-05-06 10:00,complaint,{AIGUL},{AIGULS_TEXT}
A2,2024-05-06 10:00,complaint,{DANA},{DANAS_TEXT}
"""
REPORTS = f"""report_id,received_at,topic,summary
H1,2019-05-07 10:00,exam,{A_SUMMARY}
"""
STAFF = f"""employee_id,iin,position_group
E1,{AIGUL},examiner
E2,,examiner
"""
RELATIVES = f"""employee_id,relative_iin,relation
E1,{BOLAT},spouse
E1,{AIGUL},sibling
E2,{AIGUL},parent
"""
DELIVERIES = {
    "theory_exams/log.csv": THEORY,
    "practical_exams/log.csv": PRACTICE,
    "eotinish_appeals/export.csv": APPEALS,
    "hotline_reports/export.csv": REPORTS,
    "employees/staff.csv": STAFF,
    "declared_relatives/list.csv": RELATIVES,
}


# What a personal number may be spelt with, apart from its plain digits.
SEPARATORS = (" ", "\u00a0", "\u202f", "-", "\u2011", ".", "_")
ZEROS_OF_SCRIPTS = ("\uff10", "\u0660", "\u06f0")


def files_with(folder: Path, needles: Iterable[str]) -> list[str]:
    """The files below `folder` with one of the texts in their bytes, in their gunzipped bytes, or in their name.

    A number is found however it is spelt.
    """
    encoded = [needle.encode() for needle in needles]
    numbers = [needle for needle in encoded if needle.isdigit()]
    return sorted(
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        for contents in [_contents(path)]
        if any(needle in content for needle in encoded for content in contents)
        or (numbers and any(needle in content for content in map(_plainly_spelt, contents) for needle in numbers))
    )


def values_of(path: Path) -> Iterator[tuple[str, str]]:
    """Each value of a DuckDB, Parquet or SQLite file as text, with its table's and column's name."""
    if path.name.endswith(".db"):  # Dagster has one that is called so altogether
        yield from _values_of_sqlite(path)
        return
    # A database is opened under its own name, by which its views know it.
    is_parquet = path.suffix == ".parquet"
    with duckdb.connect(":memory:" if is_parquet else str(path), read_only=not is_parquet) as connection:
        if is_parquet:
            connection.execute(f"create view contents as from read_parquet('{path}')")
        columns = connection.execute(
            "select database_name, schema_name, table_name, column_name from duckdb_columns() where not internal"
        ).fetchall()
        for database, schema, table, column in columns:
            found = connection.execute(f'select distinct "{column}"::varchar from {database}.{schema}."{table}"')
            yield from ((f"{schema}.{table}.{column}", value) for (value,) in found.fetchall() if value)


def columns_with(path: Path, needles: Iterable[str]) -> set[str]:
    """The columns of such a file in which one of the texts stands, and a number however it is spelt."""
    wanted = [needle.encode() for needle in needles]
    numbers = [needle for needle in wanted if needle.isdigit()]
    return {
        column
        for column, value in values_of(path)
        for content in [value.encode(errors="surrogateescape")]
        if any(needle in content for needle in wanted)
        or (numbers and any(needle in spelt for spelt in [_plainly_spelt(content)] for needle in numbers))
    }


def _plainly_spelt(content: bytes) -> bytes:
    for zero in ZEROS_OF_SCRIPTS:
        for value in range(10):
            content = content.replace(chr(ord(zero) + value).encode(), b"%d" % value)
    for separator in SEPARATORS:
        content = content.replace(separator.encode(), b"")
    return content


def _contents(path: Path) -> list[bytes]:
    name = path.name.encode()
    if not path.is_file():
        return [name]
    content = path.read_bytes()
    return [name, content, gzip.decompress(content)] if content.startswith(b"\x1f\x8b") else [name, content]


def _values_of_sqlite(path: Path) -> Iterator[tuple[str, str]]:
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        for (table,) in connection.execute("select name from sqlite_master where type = 'table'").fetchall():
            rows = connection.execute(f'select * from "{table}"')
            names = [column[0] for column in rows.description]
            for row in rows.fetchall():
                for name, value in zip(names, row, strict=True):
                    if value is not None:
                        yield f"{table}.{name}", value.decode("latin-1") if isinstance(value, bytes) else str(value)
