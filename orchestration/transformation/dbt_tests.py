"""dbt's tests as checks: what its manifest and its run results say of them, in our words. No Dagster, no dbt."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from expectations.results import CheckResult, Severity, Status
from orchestration.quality.accepted_deviations import KnownCheck

# dbt's words for the outcome of a test; one in error could not say.
STATUS: dict[str, Status] = {"pass": "pass", "fail": "fail", "warn": "fail", "skipped": "skipped"}


def known_tests(manifest: Mapping[str, Any]) -> Iterator[KnownCheck]:
    """Each test that there is."""
    for node in manifest["nodes"].values():
        if node["resource_type"] == "test":
            yield KnownCheck(node["name"], _target(manifest, node), "dbt", _severity(node))


def results_of(target_path: Path) -> list[CheckResult]:
    """What dbt's last run says of its tests, in the words of their models' YAML."""
    manifest = read_manifest(target_path)
    run_results = json.loads((target_path / "run_results.json").read_text(encoding="utf-8"))
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
                severity=_severity(node),
                status=STATUS.get(result["status"], "error"),
                failing_rows=result["failures"],
                meaning=_meaning(node),
                what_to_do="look at the rows; mend the delivery if it is wrong, the model if it is not",
                rows_query=f"select * from {node['relation_name']}" if node.get("relation_name") else None,
            )
        )
    return results


def read_manifest(target_path: Path) -> Mapping[str, Any]:
    """dbt's manifest of this installation."""
    manifest: Mapping[str, Any] = json.loads((target_path / "manifest.json").read_text(encoding="utf-8"))
    return manifest


def _severity(node: Mapping[str, Any]) -> Severity:
    return "error" if node["config"]["severity"].lower() == "error" else "warn"


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
        "unique_together": f"no two rows may have the same {', '.join(map(str, kwargs.get('columns', [])))}",
        "accepted_values": f"only these values may occur: {', '.join(map(str, kwargs.get('values', [])))}",
        "relationships": f"each value must be one of {kwargs.get('to', '')}.{kwargs.get('field', '')}",
    }
    return words.get(test.get("name", ""), str(node["name"]).replace("_", " "))
