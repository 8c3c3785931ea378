"""What may be accepted, until when, and which lines of the seed are refused. No clock: every day is given."""

from dataclasses import replace
from datetime import date

import pytest

from expectations.results import CheckResult
from expectations.runner import declared_checks
from expectations.seeds import seed_rows, threshold
from orchestration.contract import load_contract
from orchestration.quality.accepted_deviations import SEED, DeviationError, KnownCheck, accept, parse
from orchestration.quality.drift_results import known_drift_checks

LAST_DAY = date(2026, 12, 31)
NEXT_DAY = date(2027, 1, 1)
KNOWN = [
    KnownCheck("region_has_known_spelling", "raw.court_cases", "great_expectations", "warn"),
    KnownCheck("rows_like_its_past", "raw.court_cases", "volume", "warn"),
    KnownCheck("parts_add_up_to_all", "marts.kpi_values", "great_expectations", "error"),
    KnownCheck("columns_as_promised", "marts.kpi_values", "great_expectations", "error"),
    KnownCheck("candidate_token_is_a_token", "marts.fct_exam_attempts", "great_expectations", "error"),
    KnownCheck("rows_as_ledger", "raw.court_cases", "great_expectations", "error"),
    KnownCheck("unique_kpi_values", "marts.kpi_values", "dbt", "error"),
]
LINE = {
    "kind": "failed_check",
    "check_name": "region_has_known_spelling",
    "target": "raw.court_cases",
    "column_name": "",
    "file_name": "",
    "accepted_from": "2026-12-01",
    "accepted_until": "2026-12-31",
    "reason": "the court moved",
    "accepted_by": "quality_steward",
}
REFUSED = {"kind": "open_quarantine", "check_name": "", "target": "raw.court_cases", "column_name": "filed_on"}


def parsed(*lines, day=LAST_DAY):
    return parse([LINE | line for line in lines], KNOWN, load_contract(), days_max=184, day=day)


def failed(check: KnownCheck) -> CheckResult:
    return CheckResult(
        checker=check.checker,
        check_name=check.check_name,
        target=check.target,
        severity=check.severity,
        status="fail",
        failing_rows=3,
        meaning="a rule",
        what_to_do="mend it",
        rows_query=None,
    )


def test_it_is_accepted_from_the_first_day_to_the_last_and_fails_the_day_after():
    statuses = {
        day: accept([failed(KNOWN[0])], parsed({}), day)[0].status
        for day in (date(2026, 11, 30), date(2026, 12, 1), LAST_DAY, NEXT_DAY)
    }
    assert list(statuses.values()) == ["fail", "accepted", "accepted", "fail"]


def test_an_accepted_error_of_a_mart_stops_nothing_until_its_day():
    check = KNOWN[2]
    line = {"check_name": check.check_name, "target": check.target}
    assert failed(check).blocks
    (accepted,) = accept([failed(check)], parsed(line), LAST_DAY)
    assert (accepted.blocks, accepted.accepted_until, accepted.accepted_reason) == (False, LAST_DAY, "the court moved")
    (again,) = accept([failed(check)], parsed(line), NEXT_DAY)
    assert again.blocks


def test_only_the_check_that_is_named_is_accepted():
    others = [failed(check) for check in KNOWN[1:]]
    assert accept(others, parsed({}), LAST_DAY) == others


def test_a_check_that_could_not_run_or_passes_stays_what_it_is():
    for status in ("error", "pass", "skipped", "no_data"):
        result = replace(failed(KNOWN[0]), status=status)
        assert accept([result], parsed({}), LAST_DAY) == [result]


@pytest.mark.parametrize("check", KNOWN[3:], ids=lambda check: check.check_name)
def test_what_every_figure_stands_on_is_never_accepted(check):
    with pytest.raises(DeviationError, match=f"line 2: {check.check_name} on {check.target} is never accepted"):
        parsed({"check_name": check.check_name, "target": check.target})


def test_contract_tokens_and_ledger_are_never_accepted_of_the_checks_that_there_are():
    checks = [
        KnownCheck(check.name, check.target, check.checker, check.severity)
        for layer in ("raw", "marts")
        for checks in declared_checks(layer).values()
        for check in checks
    ]
    may = {check.check_name for check in checks if check.severity == "error" and check.may_be_accepted}
    assert {"parts_add_up_to_all", "country_is_sum_of_regions"} <= may
    assert not {name for name in may if "token" in name or name in ("columns_as_promised", "rows_as_ledger")}
    assert not {check.target for check in checks if check.severity == "error" and check.target.startswith("raw.")} & {
        check.target for check in checks if check.severity == "error" and check.may_be_accepted
    }


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ({"check_name": "no_such"}, "there is no check 'no_such' of kind failed_check on 'raw.court_cases'"),
        ({"kind": "drift"}, "there is no check 'region_has_known_spelling' of kind drift"),
        ({"kind": "oddity"}, "there is no kind 'oddity'"),
        ({"accepted_from": "2027-01-01"}, r"accepted_until \(2026-12-31\) comes before accepted_from \(2027-01-01\)"),
        ({"accepted_from": "2026-06-30"}, "185 days are too long, 184 are the most"),
        ({"accepted_until": "31.12.2026"}, "accepted_until is no date"),
        ({"reason": " "}, "there is no reason"),
        ({"accepted_by": "A. Serikova"}, "accepted_by is a role"),
        (REFUSED | {"target": "landing.court_cases"}, "the target of open_quarantine is raw.<source>"),
        (REFUSED | {"target": "raw.courts"}, "the landing contract has no source 'courts'"),
        (REFUSED | {"column_name": "filed"}, "the source court_cases has no column 'filed'"),
    ],
)
def test_a_line_that_is_not_in_order_is_named_with_what_is_wrong(line, said):
    with pytest.raises(DeviationError, match=f"line 3: {said}"):
        parsed({}, line)


def test_184_days_are_not_too_long():
    assert len(parsed({"accepted_from": "2026-07-01"})) == 1


def test_a_line_that_is_over_may_name_a_check_that_is_no_more():
    assert len(parsed({"check_name": "of_long_ago"}, day=NEXT_DAY)) == 1


def test_deliveries_and_drift_are_accepted_by_their_own_kinds():
    lines = parsed(
        REFUSED,
        {"kind": "rejected_delivery", "check_name": "", "target": "landing.fuel_cards", "file_name": "f.csv"},
        {"kind": "drift", "check_name": "rows_like_its_past"},
    )
    assert [line.kind for line in lines] == ["open_quarantine", "rejected_delivery", "drift"]
    assert accept([failed(KNOWN[1])], lines, LAST_DAY)[0].status == "accepted"


def test_the_projects_own_seed_is_in_order():
    known = [
        KnownCheck(check.name, check.target, check.checker, check.severity)
        for layer in ("raw", "marts")
        for checks in declared_checks(layer).values()
        for check in checks
    ]
    # no day is given: a line that is over has to go, too, when its check goes
    parse(
        seed_rows(SEED),
        [*known, *known_drift_checks(load_contract())],
        load_contract(),
        int(threshold("accepted_days_max")),
        date.min,
    )
