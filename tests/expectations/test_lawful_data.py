"""What the contract lets load, and what marts may hold without being wrong: no check may object."""

import pytest

from expectations.runner import validate


def test_a_mended_row_is_reported_no_more(execute, not_passed):
    execute("update raw.court_cases set outcome = 'lost' where case_number = '1'")
    assert set(not_passed("raw.court_cases")) == {"outcome_has_known_codes"}
    execute("""
        insert into raw.ledger values (5, 2, 'court_cases', 'fix.csv', 'd', timestamp '2026-01-11',
            'loaded', 1, 0, null);
        insert into raw.court_cases
            (case_number, filed_on, region, proceeding, outcome, _business_key, _delivery_id, _row_number)
        values ('1', date '2025-01-10', 'KZ-10', 'civil', 'dismissed', '1', 5, 1)
    """)
    assert not_passed("raw.court_cases") == {}


def test_a_later_row_of_another_region_mends_nothing(execute, not_passed):
    # the region is part of the key of smart_data_ukimet_monthly, though not of _business_key
    execute("update raw.smart_data_ukimet_monthly set kind = 'rumour' where _row_number = 1")
    assert not_passed("raw.smart_data_ukimet_monthly")["kind_has_known_codes"].failing_rows == 1


def test_absent_sources_break_nothing_and_are_not_called_fresh(execute, not_passed, warehouse):
    execute("delete from raw.court_cases; delete from raw.ledger where source = 'court_cases'")
    assert not_passed("raw.court_cases") == {}
    without_data = {r.check_name for r in validate(warehouse, "raw", ["court_cases"]) if r.status == "no_data"}
    assert without_data == {"is_as_fresh_as_the_others", "last_month_has_usual_volume"}
    execute("delete from marts.kpi_values; delete from marts.fct_court_cases")
    assert not_passed("marts.kpi_values") == {}
    assert not_passed("marts.fct_court_cases") == {}


@pytest.mark.parametrize(
    "change",
    [
        # with the lawful retakes more than a practical attempt per theory pass
        "update marts.kpi_values set metric_key = 'practical_per_theory_pass_pct', value = 160 where unit = 'percent'",
        # nothing to divide by
        "update marts.kpi_values set value = null where unit = 'percent'",
        # a mention with two themes
        """
        insert into marts.kpi_values by name
        select 'media_mentions' as metric_key, 'month' as period_grain, date '2025-01-01' as period_start,
            region_code,
            breakdown, breakdown_value, 1.0 as value, 'count' as unit
        from (values ('KZ'), ('HQ')) as regions (region_code)
        cross join (
            values ('all', 'all'), ('theme', 'exam_bribery'), ('theme', 'intermediaries')
        ) as parts (breakdown, breakdown_value);
        insert into marts.kpi_values by name
        select * replace ('year' as period_grain) from marts.kpi_values where metric_key = 'media_mentions'
        """,
    ],
)
def test_lawful_figures_pass(change, execute, not_passed):
    execute(change)
    assert not_passed("marts.kpi_values") == {}


def test_figures_without_data_need_not_agree(execute, not_passed):
    execute("update marts.memo_reconciliation set computed_value = null, difference = null, status = 'no_data'")
    assert not_passed("marts.memo_reconciliation") == {}
