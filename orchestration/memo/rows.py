"""The rows that the note reads, one class a mart: the columns that are used, by the marts' own names and units."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True)
class Published:
    """The run that published the snapshot, and the day that the data reach."""

    run_id: str
    published_at: str
    as_of: str | None
    marts_sha256: str


@dataclass(frozen=True)
class Label:
    """dim_label: one text of the note."""

    label_key: str
    label_kk: str
    label_ru: str
    label_en: str


@dataclass(frozen=True)
class Metric:
    """dim_metric."""

    metric_key: str
    label_kk: str
    label_ru: str
    label_en: str
    unit: str
    unit_kk: str
    unit_ru: str
    unit_en: str
    definition: str
    sources: str
    is_built: bool


@dataclass(frozen=True)
class Region:
    """dim_region."""

    region_code: str
    name_kk: str
    name_ru: str
    name_en: str
    region_type: str


@dataclass(frozen=True)
class Code:
    """dim_code: a code of a metric's breakdown."""

    used_by: str
    column_name: str
    code: str
    label_kk: str
    label_ru: str
    label_en: str


@dataclass(frozen=True)
class Kpi:
    """kpi_values of the year."""

    metric_key: str
    region_code: str
    breakdown: str
    breakdown_value: str
    value: float | None
    interval_lower: float | None
    interval_upper: float | None
    numerator: float | None
    denominator: float | None
    prior_year_value: float | None
    share_pct: float | None
    regional_share_pct: float | None


@dataclass(frozen=True)
class Change:
    """kpi_changes."""

    metric_key: str
    region_code: str
    value: float | None
    past_value: float | None
    change_unit: str
    change: float | None
    change_lower: float | None
    change_upper: float | None
    moved: str
    largest_region_code: str | None
    value_without_largest: float | None
    past_value_without_largest: float | None
    change_without_largest: float | None
    change_lower_without_largest: float | None
    change_upper_without_largest: float | None
    moved_without_largest: str | None


@dataclass(frozen=True)
class Risk:
    """dim_risk: a risk (no factor_no) or a factor."""

    risk_no: str
    factor_no: str | None
    level: str
    label_kk: str
    label_ru: str
    label_en: str


@dataclass(frozen=True)
class RiskSummary:
    """risk_summary of the whole country."""

    risk_no: str
    factors: int
    factors_alert: int
    factors_watch: int
    factors_normal: int
    factors_no_data: int
    factors_worse: int
    factors_better: int


@dataclass(frozen=True)
class RiskStatus:
    """risk_register."""

    risk_no: str
    factor_no: str
    metric_key: str
    region_code: str
    value: float | None
    status: str
    no_data_reason: str | None
    status_since: date | None


@dataclass(frozen=True)
class Comparison:
    """risk_comparisons of the whole country."""

    metric_key: str
    kind: str
    direction: str
    region_code: str
    status: str
    estimate: float | None
    estimate_lower: float | None
    estimate_upper: float | None
    watch_limit: float | None
    alert_limit: float | None
    level: float | None
    level_unit: str
    exposure_metrics: str | None
    past_level: float | None
    median_level: float | None
    estimate_kind: str


@dataclass(frozen=True)
class Recommendation:
    """dim_recommendation."""

    recommendation: str
    label_kk: str
    label_ru: str
    label_en: str
    owner_kk: str
    owner_ru: str
    owner_en: str


@dataclass(frozen=True)
class Tracked:
    """recommendation_tracker."""

    recommendation: str
    metric_key: str
    actions_total: int
    actions_done: int
    actions_overdue: int
    first_assigned_on: date | None
    wanted: str
    method: str | None
    before_value: float | None
    after_value: float | None
    change_unit: str | None
    change: float | None
    change_lower: float | None
    change_upper: float | None
    moved: str


@dataclass(frozen=True)
class MemoFigure:
    """memo_reconciliation."""

    figure_id: str
    metric_key: str
    measure: str
    period_start: date
    period_end: date
    region_code: str
    breakdown: str
    breakdown_value: str
    unit: str
    decimals: int
    published_value: float
    computed_value: float | None
    status: str


@dataclass(frozen=True)
class Claim:
    """memo_claims."""

    claim_id: str
    section: str
    statement_kk: str
    statement_ru: str
    statement_en: str
    verdict: str


@dataclass(frozen=True)
class ClaimFigure:
    """memo_claim_figures."""

    claim_id: str
    figure_key: str
    period: str
    unit: str
    value: float
    lower_bound: float | None
    upper_bound: float | None
    events: float | None
    trials: float | None


@dataclass(frozen=True)
class Freshness:
    """source_freshness."""

    source: str
    last_delivery_at: datetime | None
    last_event_on: date | None
    days_behind: int | None
    days_allowed: int | None
    status: str


@dataclass(frozen=True)
class Checks:
    """Checks of the last run by severity and status."""

    severity: str
    status: str
    checks: int


@dataclass(frozen=True)
class Quarantined:
    """Quarantined rows by source and status."""

    source: str
    status: str
    row_count: int
