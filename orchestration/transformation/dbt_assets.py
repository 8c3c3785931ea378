"""The dbt project as Dagster assets: seeds, staging, intermediate and marts, with their tests as asset checks."""

import json
import os
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DbtCliInvocation, DbtCliResource, DbtProject, dbt_assets

from expectations.results import CheckResult, Status
from orchestration.check_results import counts, record, report_unmet
from orchestration.deliveries import WRITER_POOL
from orchestration.file_modes import owner_only
from orchestration.ownership import owners_of
from orchestration.runs.sole_writer import SoleWriter
from orchestration.runs.transient import LOCKED, WarehouseLocked, retried_when_transient
from orchestration.settings import PROJECT_DIR, Settings
from orchestration.transformation.dbt_manifest import is_current, note_as_current

# dbt's words for the outcome of a test; a skipped test or one in error could not say.
STATUS: dict[str, Status] = {"pass": "pass", "fail": "fail", "warn": "fail"}
PROGRESS_SECONDS = 10
DBT_OF_A_RUN = Path(__file__).with_name("dbt_of_a_run.sh")
LAYERS = ("seeds", "staging", "intermediate", "marts")


def dbt_project() -> DbtProject:
    """The dbt project of this checkout, with its artefacts in the data folder of this installation."""
    settings = Settings.from_env()
    # dbt runs in a process of its own: it is found beside this Python, and finds the warehouse by these variables.
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    os.environ["TAUEKEL_DATA_DIR"] = str(settings.data_dir)
    os.environ["DBT_TARGET_PATH"] = str(settings.dbt_target)
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
            raise WarehouseLocked
        if not run_results.exists():
            context.log.error(str(invocation.get_error()))
            raise dg.Failure("dbt could not start: the run's log says why", allow_retries=False)
        results = _results(settings)
        record(settings, context.run.run_id, results)
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


def _results(settings: Settings) -> list[CheckResult]:
    """What dbt's last run says of its tests, in the words of their models' YAML."""
    manifest = json.loads((settings.dbt_target / "manifest.json").read_text(encoding="utf-8"))
    run_results = json.loads((settings.dbt_target / "run_results.json").read_text(encoding="utf-8"))
    results = []
    for result in run_results["results"]:
        node = manifest["nodes"].get(result["unique_id"], {})
        if node.get("resource_type") != "test":
            continue
        results.append(
            CheckResult(
                checker="dbt",
                check_name=node["name"],
                target=_target(manifest, node),
                severity="error" if node["config"]["severity"].lower() == "error" else "warn",
                status=STATUS.get(result["status"], "error"),
                failing_rows=result["failures"],
                meaning=_meaning(node),
                what_to_do="look at the rows; mend the delivery if it is wrong, the model if it is not",
                rows_query=f"select * from {node['relation_name']}" if node.get("relation_name") else None,
            )
        )
    return results


def _target(manifest: Mapping[str, Any], node: Mapping[str, Any]) -> str:
    attached = node.get("attached_node") or next(iter(node["depends_on"]["nodes"]), None)
    model = manifest["nodes"].get(attached) or manifest["sources"].get(attached) or {}
    table = f"{model.get('schema', '')}.{model.get('name', '')}"
    return f"{table}.{node['column_name']}" if node.get("column_name") else table


def _meaning(node: Mapping[str, Any]) -> str:
    if node.get("description"):
        return str(node["description"])
    test = node.get("test_metadata") or {}
    kwargs = {key: value for key, value in test.get("kwargs", {}).items() if key not in ("model", "column_name")}
    words = {
        "not_null": "no row may be without a value",
        "unique": "no two rows may have the same value",
        "accepted_values": f"only these values may occur: {', '.join(map(str, kwargs.get('values', [])))}",
        "relationships": f"each value must be one of {kwargs.get('to', '')}.{kwargs.get('field', '')}",
    }
    return words.get(test.get("name", ""), str(node["name"]).replace("_", " "))
