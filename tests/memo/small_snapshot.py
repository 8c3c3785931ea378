"""A published snapshot worked out by hand: the marts that the note reads, and no other table.

Catalogues (labels, metrics, regions, risks, recommendations) are the project's own seeds; figures are those given here.
"""

import csv
import json
from copy import deepcopy
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb

from orchestration.memo import rows
from orchestration.settings import PROJECT_DIR, Settings

SEEDS = PROJECT_DIR / "seeds"
TYPES = {
    "str": "varchar",
    "float": "double",
    "int": "bigint",
    "bool": "boolean",
    "date": "date",
    "datetime": "timestamp",
}
YEAR = date(2025, 1, 1)
UNITS = {"count": ("саны", "количество", "count"), "percent": ("%", "%", "%"), "kzt": ("теңге", "тенге", "tenge")}
# mart -> the class of its rows
MARTS = {
    "dim_label": rows.Label,
    "dim_metric": rows.Metric,
    "dim_region": rows.Region,
    "dim_code": rows.Code,
    "dim_risk": rows.Risk,
    "dim_recommendation": rows.Recommendation,
    "kpi_values": rows.Kpi,
    "kpi_changes": rows.Change,
    "risk_summary": rows.RiskSummary,
    "risk_register": rows.RiskStatus,
    "risk_comparisons": rows.Comparison,
    "recommendation_tracker": rows.Tracked,
    "memo_reconciliation": rows.MemoFigure,
    "memo_claims": rows.Claim,
    "memo_claim_figures": rows.ClaimFigure,
    "source_freshness": rows.Freshness,
}
# Columns that the queries filter by besides those of the rows.
FILTERS = {
    "dim_code": {"used_by_kind": "varchar"},
    "kpi_values": {"period_grain": "varchar", "period_start": "date"},
    "kpi_changes": {"period_start": "date"},
    "risk_summary": {"period_start": "date", "region_code": "varchar"},
    "risk_register": {"period_start": "date"},
    "risk_comparisons": {"period_start": "date"},
}
SOURCES = ("court_cases", "disciplinary_records", "eotinish_appeals", "smart_data_ukimet_monthly", "violations")


def kpi(metric: str, value: float | None, prior: float | None, region: str = "KZ", **more: Any) -> dict[str, Any]:
    row = {"metric_key": metric, "region_code": region, "breakdown": "all", "breakdown_value": "all", "value": value}
    return row | {"period_grain": "year", "period_start": YEAR, "prior_year_value": prior} | more


# Court cases 70 to 92: the interval of the ratio holds 1. Penalties 306 to 496: it does not. Violations hardly change,
# but without KZ-19 they fall. Nothing was sampled of the complaints. The hotline's source never came.
FIGURES: dict[str, list[dict[str, Any]]] = {
    "kpi_values": [
        kpi("court_cases", 92, 70, interval_lower=74.2, interval_upper=112.8),
        kpi("court_cases", 25, 6, "KZ-75", interval_lower=16.2, interval_upper=36.9, regional_share_pct=27.1739),
        kpi("court_satisfied_pct", 51.851852, 31.25, numerator=14, denominator=27),
        kpi("penalties", 496, 306, interval_lower=453.3, interval_upper=541.6),
        kpi("violations", 772, 757),
        kpi("complaints_confirmed_pct", None, 21.428571, numerator=0, denominator=0),
    ],
    "kpi_changes": [
        {"metric_key": "court_cases", "value": 92, "past_value": 70, "change_unit": "ratio", "change": 1.312}
        | {"change_lower": 0.962, "change_upper": 1.789, "moved": "not clear"},
        {"metric_key": "penalties", "value": 496, "past_value": 306, "change_unit": "ratio", "change": 1.62}
        | {"change_lower": 1.405, "change_upper": 1.868, "moved": "up"},
        {"metric_key": "violations", "value": 772, "past_value": 757, "change_unit": "ratio", "change": 1.02}
        | {"change_lower": 0.923, "change_upper": 1.127, "moved": "not clear", "largest_region_code": "KZ-19"}
        | {"value_without_largest": 270, "past_value_without_largest": 731, "change_without_largest": 0.37}
        | {"change_lower_without_largest": 0.32, "change_upper_without_largest": 0.43, "moved_without_largest": "down"},
    ],
    "risk_summary": [
        {"risk_no": "7", "region_code": "KZ", "factors": 3, "factors_alert": 1, "factors_watch": 1, "factors_normal": 1}
        | {"factors_no_data": 0, "factors_worse": 1, "factors_better": 0}
    ],
    "risk_register": [
        {"risk_no": "7", "factor_no": "7.3", "metric_key": "light_penalty_pct", "region_code": region, "value": value}
        | {"status": "alert", "status_since": since}
        for region, value, since in [("KZ", 80.5, date(2024, 1, 1)), ("KZ-79", 90.5, date(2023, 1, 1))]
    ]
    + [
        {"risk_no": "2", "factor_no": "2.1", "metric_key": "hotline_confirmed_pct", "region_code": "KZ"}
        | {"status": "no_data", "no_data_reason": "not_delivered", "status_since": YEAR}
    ],
    "risk_comparisons": [
        {"metric_key": "light_penalty_pct", "kind": "absolute", "direction": "above", "region_code": "KZ"}
        | {"status": "alert", "estimate": 80.5, "estimate_lower": 77.1, "estimate_upper": 83.6, "watch_limit": 55}
        | {"alert_limit": 75, "level": 80.5, "level_unit": "percent", "estimate_kind": "level"}
    ],
    "recommendation_tracker": [
        {
            "recommendation": "5",
            "metric_key": "court_cases",
            "actions_total": 2,
            "actions_done": 1,
            "actions_overdue": 1,
        }
        | {"wanted": "down", "before_value": 33, "after_value": 47, "change_unit": "ratio", "change": 1.42}
        | {"change_lower": 0.91, "change_upper": 2.21, "moved": "not clear", "first_assigned_on": date(2025, 2, 21)}
    ],
    "memo_reconciliation": [
        {"figure_id": "P05", "metric_key": "appeals", "measure": "share_pct", "period_start": date(2024, 1, 1)}
        | {"period_end": date(2024, 12, 31), "region_code": "KZ", "breakdown": "kind", "breakdown_value": "inquiry"}
        | {"unit": "percent", "decimals": 1, "published_value": 50.1, "computed_value": 50.7926, "status": "differs"}
    ],
    "memo_claims": [
        {"claim_id": "M6", "section": "appeals", "statement_kk": "Азайды", "statement_ru": "Меньше"}
        | {"statement_en": "Fewer", "verdict": "cannot be said"}
    ],
    "memo_claim_figures": [
        {
            "claim_id": "M6",
            "figure_key": "confirmed_of_sampled",
            "period": "period",
            "unit": "percent",
            "value": 7.142857,
        }
        | {"lower_bound": 1.272, "upper_bound": 31.469, "events": 1, "trials": 14}
    ],
    "source_freshness": [
        *({"source": source, "last_delivery_at": datetime(2026, 1, 5), "status": "fresh"} for source in SOURCES),
        {"source": "hotline_reports", "last_delivery_at": None, "status": "no_data"},
        {"source": "training_records", "last_delivery_at": datetime(2025, 9, 1), "status": "late"}
        | {"days_behind": 101, "days_allowed": 31},
    ],
    "data_quality_results": [
        {"severity": "warn", "status": "fail", "is_latest": True},
        *[{"severity": "error", "status": "pass", "is_latest": True}] * 3,
        # of an earlier run: history, not news
        {"severity": "error", "status": "fail", "is_latest": False},
    ],
    "quarantine": [{"source": "court_cases", "status": "open"}, {"source": "court_cases", "status": "resolved"}],
}


def seed(name: str) -> list[dict[str, Any]]:
    with (SEEDS / f"{name}.csv").open(encoding="utf-8") as file:
        return [{key: value or None for key, value in row.items()} for row in csv.DictReader(file)]


def catalogues() -> dict[str, list[dict[str, Any]]]:
    metrics = [
        row | {"is_built": row["built"] == "yes"} | _unit(row["unit"], UNITS.get(row["unit"], (row["unit"],) * 3))
        for row in seed("metrics")
    ]
    regions = [row | {"region_type": row["type"]} for row in seed("regions")]
    labels = [
        *seed("labels_of_note"),
        *(row for row in seed("labels_of_pages") if row["label_key"].startswith("status.")),
    ]
    return {
        "dim_label": labels,
        "dim_metric": metrics,
        "dim_region": regions,
        "dim_risk": seed("risks"),
        "dim_recommendation": seed("recommendations"),
    }


def _unit(unit: str, names: tuple[str, str, str]) -> dict[str, str]:
    return {"unit": unit} | dict(zip(("unit_kk", "unit_ru", "unit_en"), names, strict=True))


def figures() -> dict[str, list[dict[str, Any]]]:
    """A copy of the figures, for a test to change."""
    return deepcopy(FIGURES)


def publish(folder: Path, tables: dict[str, list[dict[str, Any]]], as_of: str = "2025-12-31") -> Settings:
    """Write the snapshot and its manifest; the installation's settings."""
    settings = Settings(landing_dir=folder / "landing", data_dir=folder / "data")
    settings.published_dir.mkdir(parents=True)
    tables = catalogues() | tables
    with duckdb.connect(str(settings.published_marts)) as connection:
        connection.execute("begin")
        connection.execute("create schema marts.marts")
        for mart, kind in MARTS.items():
            types = {name: TYPES[_name(field.type)] for name, field in kind.__dataclass_fields__.items()}
            _write(connection, mart, types | FILTERS.get(mart, {}), tables.get(mart, []))
        results = {"severity": "varchar", "status": "varchar", "is_latest": "boolean"}
        _write(connection, "data_quality_results", results, tables["data_quality_results"])
        _write(connection, "quarantine", {"source": "varchar", "status": "varchar"}, tables["quarantine"])
        connection.execute("commit")
    manifest = {
        "run_id": "run-1",
        "published_at": "2026-01-05T03:00:00+00:00",
        "as_of": as_of,
        "marts_sha256": "ab" * 32,
    }
    settings.published_manifest.write_text(json.dumps(manifest), encoding="utf-8")
    return settings


def _name(annotation: Any) -> str:
    """str for str, and for str | None."""
    return str(getattr(annotation, "__args__", (annotation,))[0].__name__)


def _write(
    connection: duckdb.DuckDBPyConnection, mart: str, types: dict[str, str], given: list[dict[str, Any]]
) -> None:
    columns = ", ".join(f"{name} {kind}" for name, kind in types.items())
    connection.execute(f"create table marts.marts.{mart} ({columns})")
    defaults = {"period_start": YEAR, "region_code": "KZ", "used_by_kind": "metric"}
    for row in given:
        whole = defaults | row
        values = [whole.get(name) for name in types]
        connection.execute(f"insert into marts.marts.{mart} values ({', '.join('?' * len(values))})", values)
