"""Which sources a table is made of, on a manifest made by hand."""

import duckdb

from orchestration.contract import load_contract
from orchestration.ingestion.raw_schema import create_raw_schema
from orchestration.quality.lineage import sources_behind, write_lineage


def model(schema, name):
    return {"resource_type": "model", "schema": schema, "name": name}


MANIFEST = {
    "nodes": {
        "model.t.stg_court_cases": model("staging", "stg_court_cases"),
        "model.t.stg_centres": model("staging", "stg_centres"),
        "model.t.ind_courts": model("intermediate", "ind_courts"),
        "model.t.kpi_values": model("marts", "kpi_values"),
        "model.t.delivery_ledger": model("marts", "delivery_ledger"),
        "test.t.not_null": {"resource_type": "test", "schema": "tests", "name": "not_null"},
    },
    "parent_map": {
        "model.t.stg_court_cases": ["source.t.raw.court_cases", "source.t.raw.centres", "seed.t.regions"],
        "model.t.stg_centres": ["source.t.raw.centres"],
        "model.t.ind_courts": ["model.t.stg_court_cases"],
        "model.t.kpi_values": ["model.t.ind_courts", "model.t.stg_centres"],
        "model.t.delivery_ledger": ["source.t.raw.ledger"],
    },
}


def test_a_table_is_made_of_the_sources_above_it_and_registers_only_resolve():
    behind = sources_behind(MANIFEST, load_contract())
    assert behind["marts.kpi_values"] == {"court_cases"}
    assert behind["staging.stg_court_cases"] == {"court_cases"}
    assert behind["staging.stg_centres"] == {"centres"}
    assert behind["marts.delivery_ledger"] == set()


def test_a_broken_register_touches_the_sources_that_it_resolves():
    behind = sources_behind(MANIFEST, load_contract())
    assert behind["raw.centres"] == {"centres", "court_cases"}
    assert behind["raw.court_cases"] == {"court_cases"}


def test_the_warehouse_knows_the_newest_lineage_only():
    with duckdb.connect() as connection:
        create_raw_schema(connection, load_contract())
        write_lineage(connection, {"marts.gone": {"violations"}})
        write_lineage(connection, {"marts.kpi_values": {"violations", "court_cases"}, "marts.empty": set()})
        assert connection.execute("from raw.lineage").fetchall() == [
            ("marts.kpi_values", "court_cases"),
            ("marts.kpi_values", "violations"),
        ]
