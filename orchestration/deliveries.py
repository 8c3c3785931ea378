"""The delivery sources as Dagster assets: one asset a source of the contract, loaded together by one writer.

How files become raw tables belongs in `orchestration.ingestion`.
"""

from collections.abc import Iterator
from dataclasses import asdict

import dagster as dg

from orchestration.contract import load_contract
from orchestration.ingestion.load import load_deliveries
from orchestration.settings import Settings

GROUP = "raw"
WRITER_POOL = "duckdb_writer"
# Besides the sources' own tables, what ingestion writes for dbt to read.
BOOKKEEPING = {
    "ledger": "One row per file seen, in the order of loading.",
    "quarantine": "One row per refused value.",
    "contract_columns": "One row per column of the landing contract.",
    "contract_codes": "One row per code of the landing contract.",
}


def raw_asset_key(table: str) -> dg.AssetKey:
    """The asset of a raw table; dagster-dbt gives dbt's source of that name the same key."""
    return dg.AssetKey([GROUP, table])


def _specs() -> list[dg.AssetSpec]:
    specs = [
        dg.AssetSpec(
            raw_asset_key(source.name),
            group_name=GROUP,
            description=f"Deliveries of: {source.system}. Every version of every row, typed by the landing contract.",
            kinds={"duckdb", "file"},
        )
        for source in load_contract().values()
    ]
    return specs + [
        dg.AssetSpec(raw_asset_key(name), group_name=GROUP, description=description, kinds={"duckdb"})
        for name, description in BOOKKEEPING.items()
    ]


@dg.multi_asset(specs=_specs(), pool=WRITER_POOL, name="load_deliveries")
def delivered_sources(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult[None]]:
    """Load what is new in the landing folder; a source without new files keeps its rows."""
    settings = Settings.from_env()
    context.log.info(f"looking for new deliveries in {settings.landing_dir}")
    run = load_deliveries(settings, load_contract(), report=context.log.info)
    if run.load_run is None:
        context.log.info(f"nothing new among {run.files_seen} files")
    for name in run.postponed:
        context.log.warning(
            f"{name} changed while it was read: left for the next run", extra={"event": "postponed", "target": name}
        )
    loads = {raw_asset_key(load.source): load for load in run.sources}
    # The ledger has the sum, files of unknown folders included.
    loads[raw_asset_key("ledger")] = run.total
    for spec in _specs():
        load = loads.get(spec.key)
        yield dg.MaterializeResult(asset_key=spec.key, metadata=asdict(load) if load else {})
