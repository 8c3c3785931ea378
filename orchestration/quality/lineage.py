"""What a table is made of: the sources behind each target of checks, by dbt's manifest. Pure, but for the writing.

A broken check of a table touches the figures made of these sources; `marts.quality_problem_metrics` joins them.
"""

from collections.abc import Collection, Mapping
from typing import Any

from duckdb import DuckDBPyConnection

from orchestration.contract import Source


def sources_behind(manifest: Mapping[str, Any], contract: Mapping[str, Source]) -> dict[str, set[str]]:
    """The sources of the contract behind each table of dbt (schema.name), and what a problem of a source touches.

    A register (a source without a clock: centres, employees) only resolves the rows of others, so a table has it among
    its sources only when it has no other. The target raw.<source> has the source itself, and of a register also
    the sources whose staging model reads it.
    """
    registers = {name for name, source in contract.items() if source.clock is None}
    behind: dict[str, set[str]] = {f"raw.{name}": {name} for name in contract}
    for node_id, node in manifest["nodes"].items():
        if node["resource_type"] != "model":
            continue
        found = _sources(manifest, node_id, contract.keys(), {})
        behind[f"{node['schema']}.{node['name']}"] = (found - registers) or found
        staged = node["name"].removeprefix("stg_")
        if node["schema"] == "staging" and staged in contract:
            for register in (found & registers) - {staged}:
                behind[f"raw.{register}"].add(staged)
    return behind


def _sources(manifest: Mapping[str, Any], node_id: str, known: Collection[str], seen: dict[str, set[str]]) -> set[str]:
    if node_id not in seen:
        seen[node_id] = set()
        for parent in manifest["parent_map"].get(node_id, []):
            name = parent.split(".")[-1]
            own = {name} if parent.startswith("source.") and name in known else set()
            seen[node_id] |= own | _sources(manifest, parent, known, seen)
    return seen[node_id]


def write_lineage(connection: DuckDBPyConnection, behind: Mapping[str, Collection[str]]) -> None:
    """Replace what the warehouse knows of it."""
    rows = [[target, source] for target, sources in sorted(behind.items()) for source in sorted(sources)]
    connection.begin()
    connection.execute("delete from raw.lineage")
    connection.executemany("insert into raw.lineage values (?, ?)", rows)
    connection.commit()
