"""The delivery sources as Dagster assets: one asset a source of the contract, loaded together by one writer.

How files become raw tables belongs in `orchestration.ingestion`.
"""

import time
from collections.abc import Iterator
from dataclasses import asdict

import dagster as dg

from orchestration.contract import load_contract
from orchestration.freshness import delivery_event, landing_asset_key, personal_data_tag
from orchestration.ingestion.load import load_deliveries
from orchestration.ownership import owners_of
from orchestration.settings import Settings
from orchestration.transient import retried_when_transient

GROUP = "raw"
WRITER_POOL = "duckdb_writer"
# Besides the sources' own tables, what ingestion writes for dbt to read.
BOOKKEEPING = {
    "ledger": "One row per file seen, in the order of loading.",
    "quarantine": "One row per refused value.",
    "row_versions": "One row per version of a row of any source, with its business key only.",
    "contract_columns": "One row per column of the landing contract.",
    "contract_codes": "One row per code of the landing contract.",
}


def raw_asset_key(table: str) -> dg.AssetKey:
    """The asset of a raw table; dagster-dbt gives dbt's source of that name the same key."""
    return dg.AssetKey([GROUP, table])


LEDGER = raw_asset_key("ledger")


def _specs() -> list[dg.AssetSpec]:
    specs = [
        dg.AssetSpec(
            raw_asset_key(source.name),
            deps=[landing_asset_key(source.name)],
            group_name=GROUP,
            description=f"Deliveries of: {source.system}. Every version of every row, typed by the landing contract.",
            owners=owners_of(GROUP),
            tags=personal_data_tag(source),
            kinds={"duckdb"},
        )
        for source in load_contract().values()
    ]
    return specs + [
        dg.AssetSpec(
            raw_asset_key(name), group_name=GROUP, description=description, owners=owners_of(GROUP), kinds={"duckdb"}
        )
        for name, description in BOOKKEEPING.items()
    ]


@dg.multi_asset(specs=_specs(), pool=WRITER_POOL, name="load_deliveries")
def delivered_sources(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult[None]]:
    """Load what is new in the landing folder; a source without new files keeps its rows."""
    settings = Settings.from_env()
    started = time.monotonic()
    context.log.info(f"looking for new deliveries in {settings.landing_dir}")
    with retried_when_transient(context):
        run = load_deliveries(settings, load_contract(), report=context.log.info)
    if run.load_run is None:
        context.log.info(f"nothing new among {run.files_seen} files")
    for name in run.postponed:
        context.log.warning(f"{name} changed while it was read: left for the next run")
    for load in run.sources:
        if load.loaded:
            context.log_event(delivery_event(load))
    metadata = {raw_asset_key(load.source): asdict(load) for load in run.sources}
    # The ledger has the sum, files of unknown folders included.
    metadata[LEDGER] = asdict(run.total) | {
        "files_seen": run.files_seen,
        "postponed": len(run.postponed),
        "seconds": round(time.monotonic() - started, 1),
    }
    for spec in _specs():
        yield dg.MaterializeResult(asset_key=spec.key, metadata=metadata.get(spec.key, {}))
