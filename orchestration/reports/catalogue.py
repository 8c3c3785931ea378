"""The names that every page needs at once: texts, regions, metrics, codes, risks, and the periods there are figures of.

They go into one JSON file beside the page's components, so that a page has its words before its data.
"""

import json
from pathlib import Path
from typing import Any

import duckdb

LANGUAGES = ("kk", "ru", "en")
NAMES = "label_kk as kk, label_ru as ru, label_en as en"
QUERIES = {
    "labels": f"select label_key as key, {NAMES} from dim_label",
    "regions": """
        select region_code as key, name_kk as kk, name_ru as ru, name_en as en, region_type as type
        from dim_region order by region_type not in ('country', 'region', 'city'), region_code""",
    "metrics": f"""
        select metric_key as key, {NAMES}, section, unit, unit_kk, unit_ru, unit_en, definition, sources, breakdowns,
            grains, is_regional, is_built
        from dim_metric""",
    "codes": f"""
        select concat_ws('|', used_by, column_name, code) as key, {NAMES}
        from dim_code where used_by_kind = 'metric'""",
    "centres": """
        select centre_code as key, name_kk as kk, name_ru as ru, name_ru as en, region_code
        from dim_centre order by centre_code""",
    "risks": f"""
        select coalesce(factor_no, risk_no) as key, risk_no, level, {NAMES}
        from dim_risk order by cast(risk_no as integer), level desc, length(factor_no), factor_no""",
    "recommendations": f"select recommendation as key, {NAMES} from dim_recommendation",
}
SOURCES = "select distinct source from delivery_ledger order by 1"
PERIODS = """
    select period_grain, strftime(period_start, '%Y-%m') from kpi_values
    where region_code = 'KZ' and breakdown = 'all' group by 1, 2 order by 1, 2
"""


def write_catalogue(marts: Path, manifest: Path, target: Path) -> None:
    """Write the names in the published marts, and what the manifest says of the snapshot, to `target`.

    duckdb.Error when the snapshot is older than what is read here; OSError when a file cannot be read or written.
    """
    with duckdb.connect(str(marts), read_only=True) as connection:
        connection.execute("use marts.marts")
        names = {name: _records(connection, query) for name, query in QUERIES.items()}
        sources = [source for (source,) in connection.execute(SOURCES).fetchall()]
        periods = connection.execute(PERIODS).fetchall()
    snapshot = json.loads(manifest.read_text(encoding="utf-8"))
    catalogue: dict[str, Any] = {
        "snapshot": {key: snapshot[key] for key in ("run_id", "published_at", "as_of")},
        "years": [start[:4] for grain, start in periods if grain == "year"],
        "months": [start for grain, start in periods if grain == "month"],
        "sources": sources,
        **names,
    }
    target.write_text(json.dumps(catalogue, ensure_ascii=False, indent=0), encoding="utf-8")


def _records(connection: duckdb.DuckDBPyConnection, query: str) -> list[dict[str, Any]]:
    result = connection.execute(query)
    columns = [column[0] for column in result.description or []]
    return [dict(zip(columns, row, strict=True)) for row in result.fetchall()]
