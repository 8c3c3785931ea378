"""Each check is broken once: it alone fails, counts the right rows, and its query lists exactly those."""

from pathlib import Path

import pytest

from expectations.runner import declared_checks, validate

UNKNOWN_REGION = "'Atlantis'"

RAW = [
    (
        "raw.court_cases",
        "alter table raw.court_cases alter decided_on type varchar",
        "columns_as_promised",
        "error",
        [("decided_on", "DATE", "VARCHAR")],
    ),
    (
        "raw.court_cases",
        "update raw.court_cases set filed_on = null where case_number in ('1', '2')",
        "filed_on_is_filled",
        "error",
        [(1, "courts.csv", 1), (1, "courts.csv", 2)],
    ),
    (
        "raw.court_cases",
        "update raw.court_cases set filed_on = null",  # no value at all is left
        "filed_on_is_filled",
        "error",
        [(1, "courts.csv", 1), (1, "courts.csv", 2), (1, "courts.csv", 3)],
    ),
    (
        "raw.eotinish_appeals",
        "update raw.eotinish_appeals set applicant_iin = '990101300123' where appeal_id = 'A1'",
        "applicant_iin_is_a_token",
        "error",
        [(2, "appeals.xlsx", 1)],
    ),
    (
        "raw.eotinish_appeals",
        "update raw.eotinish_appeals set applicant_iin_is_valid = false where appeal_id = 'A1'",
        "applicant_iin_has_valid_checksum",
        "warn",
        [(2, "appeals.xlsx", 1)],
    ),
    (
        "raw.court_cases",
        "update raw.court_cases set outcome = 'lost' where case_number = '3'",
        "outcome_has_known_codes",
        "warn",
        [(1, "courts.csv", 3, "lost")],
    ),
    (
        "raw.court_cases",
        f"update raw.court_cases set region = {UNKNOWN_REGION} where case_number = '1'",
        "region_has_known_spelling",
        "warn",
        [(1, "courts.csv", 1, "Atlantis")],
    ),
    (
        "raw.court_cases",
        "delete from raw.court_cases where case_number = '1'",
        "rows_as_ledger",
        "error",
        [(1, "courts.csv", 3, 2)],
    ),
    (
        "raw.court_cases",
        "update raw.court_cases set _delivery_id = 9",
        "rows_as_ledger",
        "error",
        [(1, "courts.csv", 3, 0), (9, None, 0, 3)],
    ),
    (
        "raw.eotinish_appeals",
        "delete from raw.quarantine",
        "quarantine_as_ledger",
        "error",
        [(2, "appeals.xlsx", 1, 0)],
    ),
    (
        # 6 of 114 rows are 5.3 %; with 115 loaded rows it would be 4.96 %
        "raw.court_cases",
        """
        insert into raw.ledger values
            (7, 2, 'court_cases', 'bad.csv', 'x', timestamp '2026-01-11', 'loaded_with_quarantine', 108, 6,
                null),
            (8, 2, 'court_cases', 'fair.csv', 'y', timestamp '2026-01-11', 'loaded_with_quarantine', 115,
                6, null);
        insert into raw.quarantine
        select delivery, 'court_cases', number, 'filed_on', 'no date', 'x', null, null
        from range(7, 9) as deliveries (delivery) cross join range(6) as numbers (number);
        insert into raw.court_cases
            (case_number, filed_on, proceeding, outcome, _business_key, _delivery_id, _row_number)
        select 'n' || number, date '2025-02-01', 'civil', 'pending', 'n' || number, if(number < 108, 7, 8),
            number
        from range(223) as numbers (number)
        """,
        "few_rows_quarantined",
        "warn",
        [(7, "bad.csv", 108, 6)],
    ),
    (
        # the newest event is of 2025-02-28, so February is complete; 39 of usually 100 rows
        "raw.court_cases",
        """
        insert into raw.ledger values
            (7, 2, 'court_cases', 'many.csv', 'x', timestamp '2026-01-11', 'loaded', 1239, 0, null);
        insert into raw.court_cases
            (case_number, filed_on, proceeding, outcome, _business_key, _delivery_id, _row_number)
        select 'n' || number, date '2024-02-28' + to_months(number // 100), 'civil', 'pending',
            'n' || number, 7, number
        from range(1239) as numbers (number);
        delete from raw.court_cases where case_number in ('1', '2', '3');
        delete from raw.ledger where delivery_id = 1
        """,
        "last_month_has_usual_volume",
        "warn",
        [("2025-02-01", 39, 100.0)],
    ),
    (
        # appeals may be 31 days old: the newest is of 2025-02-03
        "raw.eotinish_appeals",
        "update raw.court_cases set filed_on = date '2025-03-07' where case_number = '3'",
        "is_as_fresh_as_the_others",
        "warn",
        [("2025-02-03", "2025-03-07")],
    ),
]

MARTS = [
    (
        "marts.kpi_values",
        "alter table marts.kpi_values drop share_pct",
        "columns_as_promised",
        "error",
        [("share_pct", None, None)],
    ),
    (
        "marts.kpi_values",
        "update marts.kpi_values set value = -1 where unit = 'percent'",
        "counted_values_are_not_negative",
        "error",
        [("court_satisfied_pct", "year", "2025-01-01", "KZ", "all", "all", -1.0)],
    ),
    (
        "marts.kpi_values",
        "update marts.kpi_values set unit = 'days', value = -1 where unit = 'percent'",
        "delivered_quantities_are_not_negative",
        "warn",
        [("court_satisfied_pct", "year", "2025-01-01", "KZ", "all", "all", -1.0)],
    ),
    (
        "marts.kpi_values",
        "update marts.kpi_values set value = 100.5 where unit = 'percent'",
        "percents_are_up_to_100",
        "error",
        [("court_satisfied_pct", "year", "2025-01-01", "KZ", "all", "all", 100.5)],
    ),
    (
        "marts.kpi_values",
        "update marts.kpi_values set unit = 'persons', value = null where unit = 'percent'",
        "counts_and_sums_are_filled",
        "error",
        [("court_satisfied_pct", "year", "2025-01-01", "KZ", "all", "all")],
    ),
    (
        # all rows of the region are made to agree with each other, so that only the country is wrong
        "marts.kpi_values",
        "update marts.kpi_values set region_code = 'HQ' where metric_key = 'theory_attempts' and region_code = 'KZ'",
        "country_is_sum_of_regions",
        "error",
        [
            ("theory_attempts", grain, "2025-01-01", breakdown, breakdown_value, None, 2.0)
            for grain in ("month", "year")
            for breakdown, breakdown_value in (("all", "all"), ("result", "passed"))
        ],
    ),
    (
        "marts.kpi_values",
        "update marts.kpi_values set value = 7 where metric_key = 'theory_attempts' and period_grain = 'year'",
        "year_is_sum_of_months",
        "error",
        [
            ("theory_attempts", "2025-01-01", region, breakdown, breakdown_value, 7.0, 1.0)
            for region in ("KZ", "KZ-10")
            for breakdown, breakdown_value in (("all", "all"), ("result", "passed"))
        ],
    ),
    (
        "marts.kpi_values",
        "update marts.kpi_values set value = 3 where metric_key = 'theory_attempts' and breakdown = 'result'",
        "parts_add_up_to_all",
        "error",
        [
            ("theory_attempts", grain, "2025-01-01", region, "result", 3.0, 1.0)
            for grain in ("month", "year")
            for region in ("KZ", "KZ-10")
        ],
    ),
    (
        # two full years, 120 and 252 events: 110 % more
        "marts.kpi_values",
        """
        insert into marts.kpi_values by name
        select 'audited_regions' as metric_key, 'month' as period_grain,
            cast(date '2023-01-01' + to_months(cast(number as integer)) as date) as period_start,
            'KZ' as region_code, 'all' as breakdown, 'all' as breakdown_value,
            if(number < 12, 10, 21) as value, 'count' as unit
        from range(24) as numbers (number);
        insert into marts.kpi_values by name
        select 'audited_regions' as metric_key, 'year' as period_grain, date '2023-01-01' as period_start,
            'KZ' as region_code, 'all' as breakdown, 'all' as breakdown_value, 120 as value, 'count' as unit
        union all by name
        select 'audited_regions' as metric_key, 'year' as period_grain, date '2024-01-01' as period_start,
            'KZ' as region_code, 'all' as breakdown, 'all' as breakdown_value, 252 as value, 'count' as unit,
            120 as prior_year_value, 110 as change_pct
        """,
        "last_full_year_is_like_the_year_before",
        "warn",
        [("audited_regions", "2024-01-01", 252.0, 120.0, 110.0)],
    ),
    (
        "marts.memo_reconciliation",
        "update marts.memo_reconciliation set status = 'ok' where figure_id = 'C01'",
        "status_is_known",
        "error",
        [("C01", "ok")],
    ),
    (
        "marts.memo_reconciliation",
        "delete from marts.memo_reconciliation where figure_id = 'C01'",
        "every_memo_figure_once",
        "error",
        [("C01", 0)],
    ),
    (
        "marts.memo_reconciliation",
        "insert into marts.memo_reconciliation select * from marts.memo_reconciliation where figure_id = 'C02'",
        "every_memo_figure_once",
        "error",
        [("C02", 2)],
    ),
    (
        "marts.memo_reconciliation",
        "update marts.memo_reconciliation set computed_value = null where figure_id = 'C01'",
        "no_answer_without_data",
        "error",
        [("C01", "match")],
    ),
    (
        "marts.memo_reconciliation",
        "update marts.memo_reconciliation set status = 'differs' where figure_id = 'C01'",
        "figures_agree_as_expected",
        "warn",
        [("C01", "court_cases", 162.0, 162.0, "match", "differs")],
    ),
    (
        "marts.fct_court_cases",
        "update marts.fct_court_cases set case_number = null where case_number = '3'",
        "case_number_is_filled",
        "error",
        [(None,)],
    ),
    (
        "marts.fct_exam_attempts",
        "update marts.fct_exam_attempts set candidate_token = '990101300123' where attempt_id = 'T2'",
        "candidate_token_is_a_token",
        "error",
        [("theory", "T2")],
    ),
    (
        "marts.fct_exam_attempts",
        "update marts.fct_exam_attempts set result = 'No show' where result = 'no_show'",
        "result_is_known",
        "error",
        [("theory", "T2", "No show")],
    ),
    (
        "marts.fct_exam_attempts",
        "update marts.fct_exam_attempts set exam = 'oral' where result = 'no_show'",
        "exam_is_known",
        "error",
        [("oral", "T2", "oral")],
    ),
    (
        "marts.fct_exam_attempts",
        "update marts.fct_exam_attempts set region_code = 'KZ' where result = 'no_show'",
        "region_code_is_known",
        "error",
        [("theory", "T2", "KZ")],
    ),
    (
        # a no-show starts to count
        "marts.fct_exam_attempts",
        "update marts.fct_exam_attempts set result = 'failed' where result = 'no_show'",
        "theory_attempts_as_in_kpi_values",
        "error",
        [("2025-01-01", "KZ-10", 2, 1.0)],
    ),
    (
        "marts.fct_court_cases",
        "update marts.fct_court_cases set region_code = 'KZ-10' where case_number = '3'",
        "court_cases_as_in_kpi_values",
        "error",
        [("2025-02-01", "HQ", 0, 1.0), ("2025-02-01", "KZ-10", 1, 0.0)],
    ),
    (
        "marts.fct_appeals",
        "delete from marts.fct_appeals where appeal_id = 'A2'",
        "appeals_as_in_kpi_values",
        "error",
        [("2025-02-01", "KZ-10", 0, 1.0)],
    ),
    (
        "marts.fct_violations",
        "insert into marts.fct_violations values ('V1', date '2025-01-10', date '2025-01-01', 'HQ')",
        "violations_as_in_kpi_values",
        "error",
        [("2025-01-01", "HQ", 1, 0.0)],
    ),
    (
        "marts.fct_penalties",
        "insert into marts.fct_penalties values ('P1', date '2025-01-10', date '2025-01-01', 'HQ')",
        "penalties_as_in_kpi_values",
        "error",
        [("2025-01-01", "HQ", 1, 0.0)],
    ),
    (
        # an irrelevant mention is no media mention
        "marts.fct_media_mentions",
        """
        insert into marts.fct_media_mentions values
            ('M1', timestamp '2025-01-10 10:00:00', date '2025-01-01', 'HQ', true),
            ('M2', timestamp '2025-01-10 10:00:00', date '2025-01-01', 'HQ', false)
        """,
        "media_mentions_as_in_kpi_values",
        "error",
        [("2025-01-01", "HQ", 1, 0.0)],
    ),
    (
        "marts.delivery_ledger",
        "update marts.delivery_ledger set status = 'seen' where source = 'court_cases'",
        "status_is_known",
        "error",
        [("court_cases", "courts.csv", "seen")],
    ),
    (
        "marts.delivery_ledger",
        "update marts.delivery_ledger set rows_quarantined = -1 where source = 'court_cases'",
        "rows_quarantined_is_not_negative",
        "error",
        [("court_cases", "courts.csv", -1)],
    ),
    (
        "marts.delivery_ledger",
        "update marts.delivery_ledger set rows_quarantined = 1 where status = 'duplicate'",
        "only_loaded_files_have_rows",
        "error",
        [("eotinish_appeals", "appeals (1).xlsx", "duplicate", 0, 1)],
    ),
    (
        "marts.delivery_ledger",
        "delete from marts.delivery_ledger where status = 'duplicate'",
        "every_file_once",
        "error",
        [("eotinish_appeals", 2, 1)],
    ),
    (
        "marts.delivery_ledger",
        "update marts.delivery_ledger set rows_loaded = 4 where source = 'court_cases'",
        "rows_loaded_as_in_raw",
        "error",
        [("court_cases", 3, 4)],
    ),
    (
        "marts.quarantine",
        "update marts.quarantine set status = 'closed' where column_name = 'kind'",
        "status_is_known",
        "error",
        [("eotinish_appeals", "appeals.xlsx", 3, "closed")],
    ),
    (
        "marts.quarantine",
        "alter table marts.quarantine add column raw_value varchar",
        "raw_values_stay_in_raw",
        "error",
        [("raw_value",)],
    ),
    (
        "marts.quarantine",
        "delete from marts.quarantine where column_name = 'kind'",
        "every_refused_value_once",
        "error",
        [("eotinish_appeals", 2, 1)],
    ),
    (
        "marts.risk_register",
        "alter table marts.risk_register drop reason",
        "columns_as_promised",
        "error",
        [("reason", None, None)],
    ),
    (
        "marts.risk_register",
        "update marts.risk_register set value = 4 where factor_no = '6.1'",
        "values_as_in_kpi_values",
        "error",
        [("6.1", "court_cases", "2025-01-01", "KZ", 4, 3)],
    ),
    (
        "marts.risk_register",
        "update marts.risk_register set status = 'normal'",
        "no_status_without_a_value",
        "error",
        [("6.2", "criminal_cases", "2025-01-01", "KZ", "normal")],
    ),
    (
        "marts.quality_problems",
        "update marts.quality_problems set status = 'open' where kind = 'drift'",
        "every_broken_check_is_a_problem",
        "warn",
        [("volume", "rows_like_its_past", "raw.x", "accepted", "open")],
    ),
    (
        "marts.quality_problems",
        "update marts.quality_problems set status = 'resolved' where check_name = 'kind_is_filled'",
        "every_broken_check_is_a_problem",
        "warn",
        [("great_expectations", "kind_is_filled", "raw.x", "fail", None)],
    ),
    (
        "marts.quality_problems",
        "delete from marts.quality_problems where kind = 'open_quarantine'",
        "every_refused_value_is_in_a_problem",
        "warn",
        [("eotinish_appeals", 2, 0)],
    ),
]


@pytest.mark.parametrize(
    ("target", "damage", "check_name", "severity", "rows"),
    RAW + MARTS,
    ids=[f"{target}-{check_name}" for target, _, check_name, _, _ in RAW + MARTS],
)
def test_the_right_check_fails_and_lists_the_right_rows(
    target, damage, check_name, severity, rows, execute, not_passed
):
    execute(damage)
    failed = not_passed(target)
    assert set(failed) == {check_name}
    result = failed[check_name]
    assert (result.severity, result.status, result.failing_rows) == (severity, "fail", len(rows))
    assert result.blocks == (severity == "error")
    listed = [tuple(_plain(value) for value in row) for row in execute(result.rows_query)]
    assert sorted(listed, key=repr) == sorted(rows, key=repr)


def _plain(value: object) -> object:
    """Dates as text; numbers as they are."""
    return value if value is None or isinstance(value, int | float | str) else str(value)


@pytest.mark.parametrize("layer", ["raw", "marts"])
def test_the_sound_warehouse_passes_every_check(layer, sound_warehouse: Path):
    results = validate(sound_warehouse, layer)
    assert [result for result in results if result.is_broken] == []
    # what has nothing to judge by is told apart from what is sound
    assert {(result.status, result.failing_rows) for result in results} <= {("pass", 0), ("no_data", None)}
    declared = [(check.target, check.name) for checks in declared_checks(layer).values() for check in checks]
    assert [(result.target, result.check_name) for result in results] == declared
