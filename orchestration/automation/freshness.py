"""How often each source delivers, as Dagster sees it: an asset `landing/<source>` with a freshness policy of its own.

A raw table is materialised by every run, also when its source was silent: a policy on it would show stale sources
as fresh. So the deliveries are assets of their own, which a run reports only when it loaded one. How old the
events in the deliveries are is another question: marts.source_freshness answers it.
"""

from datetime import timedelta

import dagster as dg

from expectations.seeds import threshold
from orchestration.contract import Source, load_contract
from orchestration.ingestion.load import SourceLoad
from orchestration.ownership import owners_of

GROUP = "landing"


def landing_asset_key(source: str) -> dg.AssetKey:
    """The asset of a source's deliveries."""
    return dg.AssetKey([GROUP, source])


def delivery_rhythm(source: str) -> timedelta:
    """The longest that a source may be silent, by seeds/check_thresholds.csv."""
    return timedelta(days=threshold("delivery_days_max", source))


def publication_policy() -> dg.FreshnessPolicy:
    """How old the published snapshot may get."""
    return dg.FreshnessPolicy.time_window(fail_window=timedelta(hours=threshold("publication_hours_max")))


def personal_data_tag(source: Source) -> dict[str, str]:
    """The tag of what holds columns that never leave the raw layer in clear."""
    return {"personal_data": ""} if any(column.pii for column in source.columns) else {}


landed_sources = [
    dg.AssetSpec(
        landing_asset_key(source.name),
        group_name=GROUP,
        description=f"Deliveries of: {source.system}. Materialised when a delivery was loaded, and only then.",
        freshness_policy=dg.FreshnessPolicy.time_window(fail_window=delivery_rhythm(source.name)),
        owners=owners_of(GROUP),
        tags=personal_data_tag(source),
        kinds={"file"},
    )
    for source in load_contract().values()
]


def delivery_event(load: SourceLoad) -> dg.AssetMaterialization:
    """What a run reports of a source of which it loaded a delivery."""
    return dg.AssetMaterialization(
        landing_asset_key(load.source),
        metadata={"files": load.loaded, "rows": load.rows_loaded, "rows_quarantined": load.rows_quarantined},
    )
