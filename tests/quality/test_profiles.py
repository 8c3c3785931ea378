"""What is counted of each source, on rows written by hand."""

import duckdb
import pytest

from orchestration.contract import load_contract
from orchestration.ingestion.profiles import profile_sources
from orchestration.ingestion.raw_schema import create_raw_schema

CASES = """
insert into raw.ledger values (1, 1, 'court_cases', 'a.csv', 'x', timestamp '2026-01-10', 'loaded', 4, 0, null);
insert into raw.court_cases
    (case_number, filed_on, proceeding, outcome, _business_key, _delivery_id, _row_number)
values
    ('1', date '2025-01-10', 'civil', 'Satisfied', '1', 1, 1),
    ('2', date '2025-01-20', 'CIVIL', 'Ахметов А.', '2', 1, 2),
    ('3', date '2025-02-01', 'administrative', null, '3', 1, 3),
    ('1', date '2025-02-28', 'civil', 'dismissed', '1', 1, 4)
"""


@pytest.fixture
def connection():
    with duckdb.connect() as opened:
        create_raw_schema(opened, load_contract())
        profile_sources(opened, load_contract())
        opened.execute(CASES)
        yield opened


def counted(connection, column):
    return connection.execute(
        "select month_start::varchar, value, row_count from raw.source_profiles "
        "where source = 'court_cases' and column_name is not distinct from ? order by all",
        [column],
    ).fetchall()


def test_current_rows_are_counted_by_month_and_code_and_no_text_is_kept(connection):
    assert profile_sources(connection, load_contract()) == ["court_cases"]
    # case 1 was delivered again, for February
    assert counted(connection, None) == [("2025-01-01", None, 1), ("2025-02-01", None, 2)]
    assert counted(connection, "proceeding") == [
        ("2025-01-01", "civil", 1),
        ("2025-02-01", "administrative", 1),
        ("2025-02-01", "civil", 1),
    ]
    assert counted(connection, "outcome") == [
        ("2025-01-01", "unknown", 1),
        ("2025-02-01", "dismissed", 1),
        ("2025-02-01", "empty", 1),
    ]
    assert counted(connection, "region") == [("2025-01-01", "empty", 1), ("2025-02-01", "empty", 2)]


def test_unchanged_deliveries_are_not_counted_again(connection):
    profile_sources(connection, load_contract())
    assert profile_sources(connection, load_contract()) == []


def test_a_withdrawn_delivery_is_no_longer_counted(connection):
    profile_sources(connection, load_contract())
    connection.execute("delete from raw.court_cases; update raw.ledger set status = 'rejected', rows_loaded = 0")
    assert profile_sources(connection, load_contract()) == ["court_cases"]
    assert counted(connection, None) == []


def test_a_table_that_is_not_as_the_contract_says_is_left_to_the_checks(connection):
    connection.execute("alter table raw.court_cases drop outcome")
    assert profile_sources(connection, load_contract()) == []
    assert counted(connection, None) == []
