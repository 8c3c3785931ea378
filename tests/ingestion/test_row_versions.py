"""raw.row_versions: one line for each row of any source, keyed as the contract keys it."""

import duckdb

from orchestration.contract import load_contract
from orchestration.ingestion.raw_schema import create_raw_schema


def test_row_versions_lists_every_source_with_the_region_of_its_key() -> None:
    connection = duckdb.connect()
    contract = load_contract()
    create_raw_schema(connection, contract)
    connection.execute(
        "insert into raw.court_cases (case_number, region, _business_key, _delivery_id, _row_number) "
        "values ('A', 'Шымкент', 'A', 1, 2)"
    )
    connection.execute(
        "insert into raw.smart_data_ukimet_monthly (region, _business_key, _delivery_id, _row_number) "
        "values ('Шымкент', '2024-01-01|complaint', 3, 4)"
    )
    for source in contract:
        if source not in ("court_cases", "smart_data_ukimet_monthly"):
            connection.execute(
                f"insert into raw.\"{source}\" (_business_key, _delivery_id, _row_number) values ('k', 9, 9)"
            )

    rows = connection.execute(
        "select source, business_key, key_region, is_keyed_by_region, delivery_id, row_number "
        "from raw.row_versions order by delivery_id"
    ).fetchall()

    # A region that is no part of the key does not tell two rows of one key apart.
    assert rows[:2] == [
        ("court_cases", "A", None, False, 1, 2),
        ("smart_data_ukimet_monthly", "2024-01-01|complaint", "Шымкент", True, 3, 4),
    ]
    assert sorted(row[0] for row in rows) == sorted(contract)
