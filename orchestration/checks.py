"""Great Expectations as Dagster asset checks: one blocking check a table of raw, and of the marts.

Raw is checked before dbt builds on it, the marts before they are published. What is checked belongs in
`expectations/`.
"""

from collections.abc import Iterator, Sequence

import dagster as dg

from expectations.results import CheckResult
from expectations.runner import Layer, declared_checks, validate
from orchestration.check_results import counts, judge_and_record, report_unmet
from orchestration.deliveries import GROUP, WRITER_POOL, raw_asset_key
from orchestration.ownership import owners_of
from orchestration.runs.sole_writer import SoleWriter
from orchestration.runs.transient import retried_when_transient
from orchestration.settings import Settings

CHECK_NAME = "great_expectations"

# What a run writes of itself: of every step that checks, and of its end, so no step's own assets.
OF_RUNS = {
    "check_results": "One row per check of a run, whoever made it.",
    "runs": "One row per run that has ended.",
    "lineage": "One row per target of checks and source that it is made of.",
}
recorded_results = [
    dg.AssetSpec(
        raw_asset_key(name), group_name=GROUP, description=description, owners=owners_of(GROUP), kinds={"duckdb"}
    )
    for name, description in OF_RUNS.items()
]


def _check_specs(layer: Layer) -> list[dg.AssetCheckSpec]:
    return [
        dg.AssetCheckSpec(
            CHECK_NAME,
            asset=dg.AssetKey([layer, table]),
            blocking=True,
            description="\n".join(f"- {check.meaning}" for check in checks),
        )
        for table, checks in declared_checks(layer).items()
    ]


def _evaluate(context: dg.AssetCheckExecutionContext, layer: Layer) -> Iterator[dg.AssetCheckResult]:
    settings = Settings.from_env()
    tables = sorted(key.asset_key.path[-1] for key in context.selected_asset_check_keys)
    context.log.info(f"checking {len(tables)} tables of {layer} with Great Expectations")
    with retried_when_transient(context):
        results = validate(settings.warehouse, layer, tables, keep_in=settings.validations_dir)
        results = judge_and_record(settings, context.run.run_id, results)
    context.log.info(counts(results))
    report_unmet(context.log, results, settings)
    for table in tables:
        yield _asset_check_result(layer, table, [r for r in results if r.target == f"{layer}.{table}"])


def _asset_check_result(layer: Layer, table: str, results: Sequence[CheckResult]) -> dg.AssetCheckResult:
    unmet = [result for result in results if result.is_broken]
    blocks = any(result.blocks for result in unmet)
    return dg.AssetCheckResult(
        asset_key=dg.AssetKey([layer, table]),
        check_name=CHECK_NAME,
        passed=not unmet,
        severity=dg.AssetCheckSeverity.ERROR if blocks else dg.AssetCheckSeverity.WARN,
        metadata={result.check_name: f"{result.status}: {result.meaning}" for result in results},
    )


@dg.multi_asset_check(specs=_check_specs("raw"), pool=WRITER_POOL, name="check_raw", can_subset=True)
def raw_checks(context: dg.AssetCheckExecutionContext, sole_writer: SoleWriter) -> Iterator[dg.AssetCheckResult]:
    """The deliveries follow the contract."""
    yield from _evaluate(context, "raw")


@dg.multi_asset_check(specs=_check_specs("marts"), pool=WRITER_POOL, name="check_marts", can_subset=True)
def marts_checks(context: dg.AssetCheckExecutionContext, sole_writer: SoleWriter) -> Iterator[dg.AssetCheckResult]:
    """The marts are plausible."""
    yield from _evaluate(context, "marts")
