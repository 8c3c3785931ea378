"""A tiny sound warehouse, made by hand: every check passes on it, and each test breaks one thing."""

from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from expectations.results import CheckResult
from expectations.runner import validate
from expectations.seeds import seed_relation
from orchestration.contract import load_contract
from orchestration.ingestion.raw_schema import create_raw_schema

RAW_ROWS = """
insert into raw.ledger values
    (1, 1, 'court_cases', 'courts.csv', 'a', timestamp '2026-01-10', 'loaded', 3, 0, null),
    (2, 1, 'eotinish_appeals', 'appeals.xlsx', 'b', timestamp '2026-01-10', 'loaded_with_quarantine', 2, 1,
        null),
    (3, 1, 'smart_data_ukimet_monthly', 'counts.csv', 'c', timestamp '2026-01-10', 'loaded', 2, 0, null),
    (4, 1, 'eotinish_appeals', 'appeals (1).xlsx', 'b', timestamp '2026-01-10', 'duplicate', 0, 0, null);
insert into raw.court_cases
    (case_number, filed_on, region, proceeding, outcome, _business_key, _delivery_id, _row_number)
values
    ('1', date '2025-01-10', 'KZ-10', 'civil', 'Satisfied', '1', 1, 1),
    ('2', date '2025-01-20', ' Қарағанды   обл. ', 'CIVIL', 'dismissed', '2', 1, 2),
    ('3', date '2025-02-01', null, 'administrative', 'pending', '3', 1, 3);
insert into raw.eotinish_appeals
    (appeal_id, registered_at, registered_at_is_utc, kind, region, applicant_iin, applicant_iin_is_valid,
    text, _business_key, _delivery_id, _row_number)
values
    ('A1', timestamp '2025-01-15 10:00:00', false, 'complaint', 'KZ-10', md5('1'), true, 'Ахметов А.',
        'A1', 2, 1),
    ('A2', timestamp '2025-02-03 10:00:00', false, 'inquiry', 'KZ-10', null, null, 'Серікова С.', 'A2', 2, 2);
insert into raw.quarantine values
    (2, 'eotinish_appeals', 3, 'kind', 'empty', '', 'A3', null),
    (2, 'eotinish_appeals', 3, 'applicant_iin', 'no 12 digits', '99010130', 'A3', null);
insert into raw.smart_data_ukimet_monthly values
    (date '2025-01-01', 'KZ-10', 'complaint', 4, '2025-01-01|complaint', 3, 1),
    (date '2025-01-01', 'KZ-35', 'complaint', 6, '2025-01-01|complaint', 3, 2);
"""

# Two court cases in January (one of KZ-10, one of KZ-35) and one of HQ in February; one appeal a month.
MART_ROWS = f"""
create schema marts;
create table marts.fct_court_cases as
from (values
    ('1', date '2025-01-10', date '2025-01-01', 'KZ-10', 'satisfied'),
    ('2', date '2025-01-20', date '2025-01-01', 'KZ-35', 'dismissed'),
    ('3', date '2025-02-01', date '2025-02-01', 'HQ', 'pending')
) as cases (case_number, filed_on, month_start, region_code, outcome);
create table marts.fct_appeals as
from (values
    ('A1', timestamp '2025-01-15 10:00:00', date '2025-01-01', 'KZ-10', md5('1')),
    ('A2', timestamp '2025-02-03 10:00:00', date '2025-02-01', 'KZ-10', null)
) as appeals (appeal_id, registered_at, month_start, region_code, applicant_token);
create table marts.fct_penalties (record_id varchar, imposed_on date, month_start date, region_code varchar);
create table marts.fct_media_mentions
    (mention_id varchar, published_at timestamp, month_start date, region_code varchar, is_relevant boolean);
create table marts.fct_audit_findings (finding_id varchar, found_on date, month_start date, region_code varchar);
create table marts.fct_hotline_reports
    (report_id varchar, received_at timestamp, month_start date, region_code varchar);
create table marts.fct_violations (violation_id varchar, detected_on date, month_start date, region_code varchar);
create table marts.fct_criminal_cases (case_id varchar, opened_on date, month_start date, region_code varchar);
create table marts.fct_control_checks (check_id varchar, checked_on date, month_start date, region_code varchar);
create table marts.fct_service_applications
    (application_id varchar, opened_at timestamp, month_start date, region_code varchar, applicant_token varchar);
create table marts.fct_vehicle_registrations
    (registration_id varchar, registered_at timestamp, month_start date, region_code varchar, owner_token varchar);
create table marts.fct_exam_attempts as
from (values
    ('theory', 'T1', md5('1'), 'C1', 'KZ-10', timestamp '2025-01-06 09:00:00', date '2025-01-01', 'passed'),
    ('theory', 'T2', md5('2'), 'C1', 'KZ-10', timestamp '2025-01-06 09:00:00', date '2025-01-01', 'no_show'),
    ('practical', 'T1', md5('1'), 'C1', 'KZ-10', timestamp '2025-01-07 09:00:00', date '2025-01-01', 'failed')
) as attempts (exam, attempt_id, candidate_token, centre_code, region_code, started_at, month_start, result);

create table marts.kpi_values as
with events (metric_key, month_start, region_code, breakdown, breakdown_value, value) as (values
    ('court_cases', date '2025-01-01', 'KZ-10', 'outcome', 'satisfied', 1.0),
    ('court_cases', date '2025-01-01', 'KZ-35', 'outcome', 'dismissed', 1.0),
    ('court_cases', date '2025-02-01', 'HQ', 'outcome', 'pending', 1.0),
    ('appeals', date '2025-01-01', 'KZ-10', 'channel', 'eotinish', 1.0),
    ('appeals', date '2025-02-01', 'KZ-10', 'channel', 'eotinish', 1.0),
    ('appeals', date '2025-01-01', 'KZ-10', 'channel', 'smart_data_ukimet', 4.0),
    ('appeals', date '2025-01-01', 'KZ-35', 'channel', 'smart_data_ukimet', 6.0),
    ('theory_attempts', date '2025-01-01', 'KZ-10', 'result', 'passed', 1.0),
    ('practical_attempts', date '2025-01-01', 'KZ-10', 'result', 'failed', 1.0)
),
months as (
    select * from events
    union all
    select metric_key, month_start, region_code, 'all', 'all', sum(value) from events group by all
),
regions as (
    select * from months
    union all
    select metric_key, month_start, 'KZ', breakdown, breakdown_value, sum(value) from months group by all
),
periods as (
    select metric_key, 'month' as period_grain, month_start as period_start, region_code, breakdown,
        breakdown_value,
        cast(value as double) as value
    from regions
    union all
    select metric_key, 'year', cast(date_trunc('year', month_start) as date), region_code, breakdown,
        breakdown_value,
        sum(value)
    from regions group by all
)
select
    *, cast(null as double) as numerator, cast(null as double) as denominator, 'count' as unit,
    cast(null as double) as prior_year_value, cast(null as double) as change_pct,
    cast(null as double) as share_pct, cast(null as double) as regional_share_pct
from periods;
insert into marts.kpi_values by name
select 'court_satisfied_pct' as metric_key, 'year' as period_grain, date '2025-01-01' as period_start,
    'KZ' as region_code, 'all' as breakdown, 'all' as breakdown_value, 50.0 as value, 1.0 as numerator,
    2.0 as denominator, 'percent' as unit;

create table marts.memo_reconciliation as
select figure_id, metric_key, period_start, period_end, region_code,
    cast(published_value as double) as published_value,
    cast(published_value as double) as computed_value, 0.0 as difference, expected as status
from {seed_relation("memo_figures")};
create table marts.delivery_ledger as
select source, file_name, sha256, first_seen_at, status, rows_loaded, rows_quarantined,
    reason from raw.ledger;
create table marts.quarantine as
select source, 'appeals.xlsx' as file_name, row_number, column_name, reason,
    'open' as status from raw.quarantine;
create table marts.risk_register as
from (values
    (6, '6.1', 'court_cases', date '2025-01-01', 'KZ', cast(3 as double), 'normal', 'absolute: 3'),
    (6, '6.2', 'criminal_cases', date '2025-01-01', 'KZ', null, 'no_data', 'not delivered')
) as register (risk_no, factor_no, metric_key, period_start, region_code, value, status, reason);
create table marts.data_quality_results as
from (values
    ('dbt', 'unique_x', 'staging.x', 'pass', true),
    ('great_expectations', 'kind_is_filled', 'raw.x', 'fail', true),
    ('great_expectations', 'kind_is_filled', 'raw.x', 'pass', false),
    ('volume', 'rows_like_its_past', 'raw.x', 'accepted', true)
) as results (checker, check_name, target, status, is_latest);
create table marts.quality_problems as
from (values
    ('failed_check', 'great_expectations', 'kind_is_filled', 'raw.x', 'x', 'open', 1),
    ('drift', 'volume', 'rows_like_its_past', 'raw.x', 'x', 'accepted', 1),
    ('open_quarantine', 'delivery', 'values_follow_contract', 'raw.eotinish_appeals', 'eotinish_appeals', 'open', 2),
    ('failed_check', 'dbt', 'unique_x', 'staging.x', null, 'resolved', 4)
) as problems (kind, checker, check_name, target, source, status, rows_open);
"""


@pytest.fixture(scope="session")
def sound_warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sound warehouse, to be copied and never changed."""
    path = tmp_path_factory.mktemp("sound") / "warehouse.duckdb"
    with duckdb.connect(str(path)) as connection:
        create_raw_schema(connection, load_contract())
        connection.execute(RAW_ROWS)
        connection.execute(MART_ROWS)
    return path


@pytest.fixture
def warehouse(sound_warehouse: Path, tmp_path: Path) -> Path:
    """A copy of the sound warehouse, to be broken."""
    path = tmp_path / "warehouse.duckdb"
    path.write_bytes(sound_warehouse.read_bytes())
    return path


@pytest.fixture
def execute(warehouse: Path) -> Callable[[str], list[tuple]]:
    """Runs SQL as a writer in this process and gives what it selects."""

    def run(sql: str) -> list[tuple]:
        with duckdb.connect(str(warehouse)) as connection:
            return connection.execute(sql).fetchall()

    return run


@pytest.fixture
def not_passed(warehouse: Path) -> Callable[[str], dict[str, CheckResult]]:
    """The results of what is broken, by check name, of a target such as 'raw.court_cases'."""

    def run(target: str) -> dict[str, CheckResult]:
        layer, table = target.split(".")
        results = validate(warehouse, layer, [table])
        return {result.check_name: result for result in results if result.is_broken}

    return run
