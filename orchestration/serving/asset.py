"""The serving copy as a Dagster asset, after the published snapshot; passed over where no serving database is named."""

from collections.abc import Iterator

import dagster as dg

from orchestration.ownership import owners_of
from orchestration.publication import published_snapshot
from orchestration.serving.address import DSN_VARIABLE, ServingAddress, ServingError
from orchestration.serving.publish import serve
from orchestration.settings import Settings


@dg.asset(
    name="postgresql_marts",
    key_prefix="serving",
    group_name="serving",
    deps=[published_snapshot],
    owners=owners_of("serving"),
    kinds={"postgresql"},
    pool="serving_writer",
    output_required=False,
)
def postgresql_marts(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult[None]]:
    """The published marts in PostgreSQL for BI tools, with row-level security by region."""
    try:
        address = ServingAddress.from_env()
        if address is None:
            message = f"{DSN_VARIABLE} is not set: no serving copy is made"
            context.log.info(message)
            context.log_event(dg.AssetObservation(context.asset_key, metadata={"not_served": message}))
            return
        served = serve(Settings.from_env(), address, context.log.info)
    except ServingError as error:
        raise dg.Failure(str(error), allow_retries=False) from None
    yield dg.MaterializeResult(
        metadata={"run_of_snapshot": served.run_id, "rows": served.rows, "seconds": served.seconds}
    )
