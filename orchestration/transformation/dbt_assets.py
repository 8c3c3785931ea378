"""The dbt project as Dagster assets: seeds, staging, intermediate and marts, with their tests as asset checks."""

import os
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DbtCliInvocation, DbtCliResource, DbtProject, dbt_assets

from expectations.results import CheckResult
from orchestration.check_results import counts, judge_and_record, report_unmet
from orchestration.contract import load_contract
from orchestration.deliveries import WRITER_POOL
from orchestration.file_modes import owner_only
from orchestration.ingestion.warehouse import open_warehouse
from orchestration.ownership import owners_of
from orchestration.quality.drift_results import drift_results
from orchestration.quality.lineage import sources_behind, write_lineage
from orchestration.runs.machine_faults import LOCKED
from orchestration.runs.sole_writer import SoleWriter
from orchestration.runs.transient import WarehouseLocked, retried_when_transient
from orchestration.settings import PROJECT_DIR, Settings
from orchestration.transformation.dbt_manifest import is_current, note_as_current
from orchestration.transformation.dbt_tests import read_manifest, results_of

PROGRESS_SECONDS = 10
LAYERS = ("seeds", "staging", "intermediate", "marts")


def dbt_project() -> DbtProject:
    """The dbt project of this checkout, with its artefacts in the data folder of this installation."""
    settings = Settings.from_env()
    # dbt runs in a process of its own: it is found beside this Python, and finds the warehouse by these variables.
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    os.environ["TAUEKEL_DATA_DIR"] = str(settings.data_dir)
    os.environ["DBT_TARGET_PATH"] = str(settings.dbt_target)
    os.environ["TAUEKEL_DBT_TARGET"] = "warehouse"  # whatever an analyst's shell says
    return DbtProject(
        project_dir=PROJECT_DIR,
        profiles_dir=PROJECT_DIR,
        target_path=settings.dbt_target,
        # dbt's partial parsing (1.11) does not always see that a singular test gained a description or meta.
        prepare_project_cli_args=["parse", "--quiet", "--no-partial-parse"],
    )


class LayerTranslator(DagsterDbtTranslator):
    """Groups dbt's assets by the layer that they live in, tags them with their area, and names their owners."""

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str | None:
        """The layer: the first folder below models/, or seeds."""
        return _folders(dbt_resource_props)[0]

    def get_tags(self, dbt_resource_props: Mapping[str, Any]) -> Mapping[str, str]:
        """dbt's own tags, and the area: the folder below the layer, such as exams."""
        area = _folders(dbt_resource_props)[1]
        return {**super().get_tags(dbt_resource_props), **({"area": area} if area else {})}

    def get_owners(self, dbt_resource_props: Mapping[str, Any]) -> Sequence[str]:
        """The teams that answer for the layer and area."""
        return owners_of(*_folders(dbt_resource_props))


def _folders(dbt_resource_props: Mapping[str, Any]) -> tuple[str, str | None]:
    """The layer and, of a model, the area."""
    if dbt_resource_props["resource_type"] == "seed":
        return LAYERS[0], None
    layer, area = dbt_resource_props["fqn"][1:3]
    return layer, area


# Whoever loads this code location - the job, the UI, a daemon, a launch - writes for the owner alone.
owner_only()
PROJECT = dbt_project()
if not is_current(PROJECT.manifest_path):
    PROJECT.preparer.prepare(PROJECT)
    note_as_current(PROJECT.manifest_path)


@dbt_assets(
    manifest=PROJECT.manifest_path,
    project=PROJECT,
    dagster_dbt_translator=LayerTranslator(),
    pool=WRITER_POOL,
    name="dbt_build",
)
def dbt_models(context: dg.AssetExecutionContext, dbt: DbtCliResource, sole_writer: SoleWriter) -> Iterator[Any]:
    """Build and test all layers; a failed test of severity error stops what comes after it and fails the run."""
    settings = Settings.from_env()
    context.log.info("building and testing seeds, staging, intermediate and marts")
    run_results = settings.dbt_target / "run_results.json"
    run_results.unlink(missing_ok=True)  # those of an earlier run are not this one's
    with retried_when_transient(context), open_warehouse(settings) as connection:
        write_lineage(connection, sources_behind(read_manifest(settings.dbt_target), load_contract()))
    invocation = dbt.cli(
        # Unit tests and tests of macros are about the code: `make test` runs them.
        ["build", "--exclude-resource-type", "unit_test", "--exclude", "tag:macro"],
        context=context,
        target_path=settings.dbt_target,
        raise_on_error=False,
    )
    yield from _quietly(context, invocation, settings)
    with retried_when_transient(context):
        if not invocation.is_successful() and LOCKED in str(invocation.get_error()):
            raise WarehouseLocked(str(invocation.get_error()))
        if not run_results.exists():
            context.log.error(str(invocation.get_error()))
            raise dg.Failure("dbt could not start: the run's log says why", allow_retries=False)
        results = results_of(settings.dbt_target)
        if invocation.is_successful():
            with open_warehouse(settings) as connection:
                results += drift_results(connection)
        results = judge_and_record(settings, context.run.run_id, results)
    context.log.info(counts(results))
    report_unmet(context.log, results, settings)
    if not invocation.is_successful():
        context.log.error(str(invocation.get_error()))
        raise dg.Failure(_verdict(results), allow_retries=False)


def _quietly(context: dg.AssetExecutionContext, invocation: DbtCliInvocation, settings: Settings) -> Iterator[Any]:
    """dbt's events; what it prints, two lines a node, goes to a file, and a line now and then to the run's own log."""
    reported_at = time.monotonic()
    with settings.dbt_log.open("w", encoding="utf-8") as log, redirect_stdout(log):
        for number, event in enumerate(invocation.stream(), start=1):
            yield event
            if time.monotonic() - reported_at > PROGRESS_SECONDS:
                reported_at = time.monotonic()
                context.log.info(f"{number} seeds, models and tests done")


def _verdict(results: Sequence[CheckResult]) -> str:
    """Why dbt failed, in words that quote no row: they are sent to whoever is notified."""
    failed = [result.check_name for result in results if result.blocks and result.status == "fail"]
    if failed:
        return f"{len(failed)} blocking dbt checks failed: {', '.join(failed)}"
    return "a model or a test of dbt could not run: the run's log names it and says why"


def mart_asset_keys() -> list[dg.AssetKey]:
    """The keys of all marts: what the publication waits for."""
    return sorted(key for key, group in dbt_models.group_names_by_key.items() if group == LAYERS[-1])
