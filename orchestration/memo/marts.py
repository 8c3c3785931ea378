"""What the note reads: rows of the published snapshot, as they are. The only module here that opens the marts."""

import json
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import duckdb

from orchestration.memo import rows as r
from orchestration.settings import Settings

Row = TypeVar("Row")


class NothingPublished(Exception):
    """There is no snapshot to write from, or it lacks what the note needs; the message says what to do."""


@dataclass(frozen=True)
class Facts:
    """All that the note of one year is made of."""

    year: int
    published: r.Published
    labels: dict[str, r.Label]
    metrics: dict[str, r.Metric]
    regions: dict[str, r.Region]
    codes: dict[tuple[str, str, str], r.Code]
    kpis: dict[tuple[str, str, str, str], r.Kpi]
    months: dict[tuple[str, date], float | None]
    changes: dict[tuple[str, str], r.Change]
    risks: list[r.Risk]
    summaries: list[r.RiskSummary]
    register: list[r.RiskStatus]
    comparisons: list[r.Comparison]
    recommendations: list[r.Recommendation]
    tracker: list[r.Tracked]
    figures: list[r.MemoFigure]
    claims: list[r.Claim]
    claim_figures: list[r.ClaimFigure]
    sources: dict[str, r.Freshness]
    checks: list[r.Checks]
    quarantine: list[r.Quarantined]


def published(settings: Settings) -> r.Published:
    """The run that published the snapshot. NothingPublished when there is none."""
    try:
        manifest = json.loads(settings.published_manifest.read_text(encoding="utf-8"))
    except OSError as error:
        message = f"No snapshot is published in {settings.published_dir}: run `make run` first."
        raise NothingPublished(message) from error
    return r.Published(manifest["run_id"], manifest["published_at"], manifest["as_of"], manifest["marts_sha256"])


def last_whole_year(as_of: str | None) -> int:
    """The last year that the data cover to its end. NothingPublished when they have no date."""
    if as_of is None:
        raise NothingPublished("The snapshot holds no dated row: there is no year to write about.")
    day = date.fromisoformat(as_of)
    return day.year if (day.month, day.day) == (12, 31) else day.year - 1


def read(settings: Settings, year: int) -> Facts:
    """The facts of a year. NothingPublished when the snapshot is of an older version of the project."""
    run = published(settings)
    try:
        with duckdb.connect(str(settings.published_marts), read_only=True) as connection:
            connection.execute("use marts.marts")
            return _read(connection, run, year)
    except (duckdb.CatalogException, duckdb.BinderException) as error:
        first_line = str(error).splitlines()[0]
        message = f"The snapshot lacks what the note needs ({first_line}): run `make refresh`, then again."
        raise NothingPublished(message) from error
    except duckdb.IOException as error:
        raise NothingPublished(f"The snapshot cannot be read: {error}") from error


def _read(connection: duckdb.DuckDBPyConnection, run: r.Published, year: int) -> Facts:
    def rows(kind: type[Row], mart: str, rest: str = "", *values: Any) -> list[Row]:
        columns = ", ".join(field.name for field in fields(kind))  # type: ignore[arg-type]
        return [kind(*row) for row in connection.execute(f"select {columns} from {mart} {rest}", values).fetchall()]

    first_day = date(year, 1, 1)
    of_year = "where period_start = ?"
    kpis = rows(r.Kpi, "kpi_values", f"{of_year} and period_grain = 'year'", first_day)
    months = connection.execute(
        "select metric_key, period_start, value from kpi_values where period_grain = 'month' and region_code = 'KZ' "
        "and breakdown = 'all' and year(period_start) in (?, ?)",
        [year, year - 1],
    ).fetchall()
    return Facts(
        year=year,
        published=run,
        labels={row.label_key: row for row in rows(r.Label, "dim_label")},
        metrics={row.metric_key: row for row in rows(r.Metric, "dim_metric")},
        regions={row.region_code: row for row in rows(r.Region, "dim_region", "order by region_code")},
        codes={
            (row.used_by, row.column_name, row.code): row
            for row in rows(r.Code, "dim_code", "where used_by_kind = 'metric'")
        },
        kpis={(row.metric_key, row.region_code, row.breakdown, row.breakdown_value): row for row in kpis},
        months={(metric, month): value for metric, month, value in months},
        changes={(row.metric_key, row.region_code): row for row in rows(r.Change, "kpi_changes", of_year, first_day)},
        risks=rows(r.Risk, "dim_risk"),
        summaries=rows(r.RiskSummary, "risk_summary", f"{of_year} and region_code = 'KZ' order by risk_no", first_day),
        register=rows(r.RiskStatus, "risk_register", of_year, first_day),
        comparisons=rows(
            r.Comparison, "risk_comparisons", f"{of_year} and region_code = 'KZ' order by kind", first_day
        ),
        recommendations=rows(r.Recommendation, "dim_recommendation"),
        tracker=rows(r.Tracked, "recommendation_tracker", "order by metric_key"),
        figures=rows(r.MemoFigure, "memo_reconciliation", "order by figure_id"),
        claims=rows(r.Claim, "memo_claims"),
        claim_figures=rows(r.ClaimFigure, "memo_claim_figures", "order by figure_key, period"),
        sources={row.source: row for row in rows(r.Freshness, "source_freshness", "order by source")},
        checks=rows(
            r.Checks,
            "(select severity, status, count(*) as checks from data_quality_results where is_latest group by 1, 2)",
        ),
        quarantine=rows(
            r.Quarantined,
            "(select source, status, count(*) as row_count from quarantine group by 1, 2)",
            "order by source",
        ),
    )


def default_out(settings: Settings) -> Path:
    """Where notes are written when nobody says otherwise."""
    return settings.data_dir / "memo"
