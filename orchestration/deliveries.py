"""The delivery sources as Dagster assets: one asset a source of the contract, loaded together by one writer.

How files become raw tables belongs in `orchestration.ingestion`.
"""

import time
from collections.abc import Iterator
from dataclasses import asdict

import dagster as dg

from orchestration.automation.freshness import delivery_event, landing_asset_key, personal_data_tag
from orchestration.contract import load_contract
from orchestration.ingestion.load import load_deliveries
from orchestration.ingestion.profiles import profile_sources
from orchestration.ingestion.replay import NothingInPeriod, ReplayError, period_of, reload_source
from orchestration.ingestion.warehouse import open_warehouse
from orchestration.ownership import owners_of
from orchestration.runs.sole_writer import SoleWriter
from orchestration.runs.transient import retried_when_transient
from orchestration.settings import Settings

GROUP = "raw"
WRITER_POOL = "duckdb_writer"
# Besides the sources' own tables, what ingestion writes for dbt to read.
BOOKKEEPING = {
    "ledger": "One row per file seen, in the order of loading.",
    "quarantine": "One row per refused value.",
    "row_versions": "One row per version of a row of any source, with its business key only.",
    "contract_columns": "One row per column of the landing contract.",
    "contract_codes": "One row per code of the landing contract.",
    "source_profiles": "One row per source, month, column and value, with the number of current rows.",
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


class LoadConfig(dg.Config):
    """What a load does besides taking in new files. Which sources it looks at is the run's asset selection."""

    reload_period: str | None = None
    """Read the deliveries again that have rows in this month (2024-03) or year, of the selected sources."""


@dg.multi_asset(specs=_specs(), pool=WRITER_POOL, name="load_deliveries", can_subset=True)
def delivered_sources(
    context: dg.AssetExecutionContext, config: LoadConfig, sole_writer: SoleWriter
) -> Iterator[dg.MaterializeResult[None]]:
    """Load what is new in the landing folder; a source without new files keeps its rows."""
    settings, contract = Settings.from_env(), load_contract()
    started = time.monotonic()
    selected = {source for source in contract if raw_asset_key(source) in context.selected_asset_keys}
    # Files of unknown folders belong to no source: a run over all sources reports those.
    sources = None if selected == set(contract) else selected
    with retried_when_transient(context):
        if config.reload_period is not None:
            _reload(context, settings, selected, config.reload_period)
        context.log.info(f"looking for new deliveries in {settings.landing_dir}")
        run = load_deliveries(settings, contract, context.log.info, sources)
        with open_warehouse(settings) as connection:
            profile_sources(connection, contract)
    if run.load_run is None:
        context.log.info(f"nothing new among {run.files_seen} files")
    for name in run.postponed:
        context.log.warning(
            f"{name} changed while it was read: left for the next run", extra={"event": "postponed", "target": name}
        )
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
    for key in sorted(context.selected_asset_keys):
        yield dg.MaterializeResult(asset_key=key, metadata=metadata.get(key, {}))


def _reload(context: dg.AssetExecutionContext, settings: Settings, sources: set[str], period: str) -> None:
    contract = load_contract()
    nothing: list[str] = []
    for name in sorted(sources):
        try:
            replay = reload_source(settings, contract, contract[name], period_of(period))
        except NothingInPeriod as error:
            context.log.warning(str(error))
            nothing.append(str(error))
            continue
        except (ReplayError, ValueError) as error:
            raise dg.Failure(str(error), allow_retries=False) from error
        context.log.info(f"{name}: {replay.read} deliveries of {period} read again")
    if len(nothing) == len(sources):
        raise dg.Failure(
            f"nothing was read again: {'; '.join(nothing) or 'no source is selected'}", allow_retries=False
        )
