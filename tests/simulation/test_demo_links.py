"""The links between the demo's sources: licences and exams, registrations and fees, employees and relatives."""

import json
from pathlib import Path
from typing import Any

import duckdb
import pytest


def rows(connection: duckdb.DuckDBPyConnection, sql: str) -> list[tuple[Any, ...]]:
    return connection.execute(sql).fetchall()


def one(connection: duckdb.DuckDBPyConnection, sql: str) -> float:
    return float(rows(connection, sql)[0][0])


@pytest.fixture(scope="session")
def schemes(demo: Path) -> dict[str, Any]:
    truth: dict[str, Any] = json.loads((demo / "truth" / "schemes.json").read_text())["schemes"]
    return truth


@pytest.fixture(scope="session")
def linked(current: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    """Current rows, and each registration with the reason why its receipt does not cover the fee, if one applies."""
    current.execute("""
        create table fees as
        with users as (
            select *, row_number() over (partition by fee_receipt order by registered_at, registration_id) as use
            from vehicle_registrations
        )
        select
            users.*,
            case
                when fee_due_kzt = 0 then 'nothing due'
                when fee_receipt is null then 'missing'
                when receipt_number is null then 'unknown'
                when use > 1 then 'reused'
                when amount_kzt < fee_due_kzt then 'underpaid'
                else 'covered'
            end as reason
        from users left join treasury_receipts on receipt_number = fee_receipt
    """)
    return current


def test_volume_of_the_services(linked: duckdb.DuckDBPyConnection) -> None:
    by_year = rows(linked, "select year(opened_at), count(*) from service_applications group by 1 order by 1")
    assert [year for year, _ in by_year] == [2024, 2025]
    assert all(280_000 < n < 340_000 for _, n in by_year)
    by_year = rows(linked, "select year(registered_at), count(*) from vehicle_registrations group by 1 order by 1")
    assert [year for year, _ in by_year] == [2024, 2025]
    assert all(180_000 < n < 220_000 for _, n in by_year)


def test_every_licence_rests_on_a_passed_practical_attempt_of_its_applicant(linked: duckdb.DuckDBPyConnection) -> None:
    resting = """
        select count(*) from service_applications as asked
        join practical_exams as sat
            on sat.attempt_id = asked.licence_attempt_id and sat.candidate_iin = asked.applicant_iin
        where lower(sat.result) = 'passed' and sat.started_at < asked.opened_at
    """
    licences = one(linked, "select count(*) from service_applications where service = 'driving_licence'")
    assert licences == one(linked, "select count(licence_attempt_id) from service_applications") == one(linked, resting)
    assert licences > 120_000


def test_every_registration_ends_a_completed_application(linked: duckdb.DuckDBPyConnection) -> None:
    ending = """
        select count(*) from vehicle_registrations as entered
        join service_applications as asked using (application_id, centre_code)
        where asked.status = 'completed' and asked.closed_at = entered.registered_at
            and asked.service in ('vehicle_registration', 'plate_issue')
            and asked.employee_id is not distinct from entered.employee_id
    """
    pointing = one(linked, "select count(application_id) from vehicle_registrations")
    assert pointing == one(linked, ending)
    assert pointing == one(linked, "select count(distinct application_id) from vehicle_registrations")


def test_uncovered_fees_are_those_planted(linked: duckdb.DuckDBPyConnection, schemes: dict[str, Any]) -> None:
    found = dict(rows(linked, "select reason, count(*) from fees group by 1"))
    assert {reason: found[reason] for reason in schemes["fees_not_covered"]} == schemes["fees_not_covered"]
    assert found["covered"] > 0.95 * sum(found.values()) - found["nothing due"]
    late = "select count(*) from fees join treasury_receipts on receipt_number = fee_receipt"
    assert one(linked, f"{late} where paid_on > registered_at::date") == 0


def test_fee_evasion_stands_out(linked: duckdb.DuckDBPyConnection, schemes: dict[str, Any]) -> None:
    evaders = tuple(schemes["fee_evasion"]["employees"])
    uncovered = f"""select count(*) from fees where employee_id in {evaders} and year(registered_at) = 2024
        and reason in ('unknown', 'reused', 'underpaid')"""
    assert one(linked, uncovered) >= schemes["fee_evasion"]["registrations"]


def test_services_to_oneself_and_to_relatives_are_those_planted(
    linked: duckdb.DuckDBPyConnection, schemes: dict[str, Any]
) -> None:
    found = rows(
        linked,
        """
        select asked.employee_id,
            count(*) filter (where asked.applicant_iin = employees.iin),
            count(*) filter (where relatives.relative_iin is not null)
        from service_applications as asked
        join employees using (employee_id)
        left join declared_relatives as relatives
            on relatives.employee_id = asked.employee_id and relatives.relative_iin = asked.applicant_iin
        where asked.applicant_iin = employees.iin or relatives.relative_iin is not null
        group by 1
        """,
    )
    planted = {(s["employee_id"], s["self"], s["relatives"]) for s in schemes["self_and_relative_services"]}
    assert set(found) == planted


def test_relatives_are_applicants_and_some_work_for_the_declarant(linked: duckdb.DuckDBPyConnection) -> None:
    applicants = "select count(distinct relative_iin) from declared_relatives join service_applications"
    assert one(linked, f"{applicants} on applicant_iin = relative_iin") > 1_000
    reporting = "declared_relatives as d join employees as e on e.iin = d.relative_iin"
    assert one(linked, f"select count(*) from {reporting}") == 22
    assert one(linked, f"select count(*) from {reporting} where e.supervisor_id is distinct from d.employee_id") == 0
    declaring = "select count(*) from conflict_of_interest_declarations where relative_reports_to_declarant"
    assert 0 < one(linked, declaring) <= 44


@pytest.mark.parametrize("kind", ["medical", "training"])
def test_certificates_of_several_applicants_are_those_planted(
    linked: duckdb.DuckDBPyConnection, schemes: dict[str, Any], kind: str
) -> None:
    several = f"""
        select {kind}_certificate as number, count(*) as applications from service_applications
        where applicant_iin is not null and {kind}_certificate is not null
        group by 1 having count(distinct applicant_iin) > 1
    """
    planted = schemes[f"{kind}_certificates_of_several"]
    found = rows(linked, f"select count(*), sum(applications) from ({several})")
    assert found == [(planted["certificates"], planted["applications"])]


def test_applications_are_served_by_staff_of_the_centre_while_employed(linked: duckdb.DuckDBPyConnection) -> None:
    served = "select count(*) from service_applications as a join employees as e using (employee_id)"
    assert one(linked, served) == one(linked, "select count(employee_id) from service_applications")
    assert one(linked, f"{served} where a.centre_code <> e.centre_code or a.opened_at::date > e.left_on") == 0


def test_applications_hang_in_nation_wide_outages(linked: duckdb.DuckDBPyConnection) -> None:
    assert (
        one(linked, "select count(*) from service_applications where closed_at < coalesce(resumed_at, opened_at)") == 0
    )
    inside = """
        select avg((suspended_at is not null)::int) from service_applications
        join system_incidents as outage
            on outage.centre_code is null and opened_at >= outage.started_at and opened_at < outage.ended_at
    """
    assert one(linked, inside) > 0.2
    assert one(linked, "select avg((suspended_at is not null)::int) from service_applications") < 0.02
    late = """
        select count(*) from service_applications join centres using (centre_code)
        where resumed_by = 'developer' and strftime(resumed_at, '%H:%M') >= weekday_closes_at
    """
    assert one(linked, late) > 200


def test_planted_employees_and_centres_stand_out(linked: duckdb.DuckDBPyConnection, schemes: dict[str, Any]) -> None:
    overrider = schemes["manual_overrides"]["employee_id"]
    overrides = "select avg(manual_override::int) from service_applications where employee_id"
    assert one(linked, f"{overrides} = '{overrider}'") > 10 * one(linked, f"{overrides} <> '{overrider}'")
    altered = "select avg((declared_year <> customs_year)::int) from vehicle_registrations where centre_code"
    centre = schemes["altered_years"]["centre_code"]
    assert one(linked, f"{altered} = '{centre}'") > 8 * one(linked, f"{altered} <> '{centre}'")
    plates = "select avg(attractive_plate::int) from vehicle_registrations where employee_id"
    giver = schemes["attractive_plates"]["employee_id"]
    assert one(linked, f"{plates} = '{giver}'") > 8 * one(linked, f"{plates} <> '{giver}'")


def test_most_regions_are_checked_in_most_months(linked: duckdb.DuckDBPyConnection) -> None:
    checked = rows(
        linked,
        """select count(distinct region_code) filter (where region_code <> 'unknown') from control_checks
        group by date_trunc('month', checked_on)""",
    )
    assert len(checked) == 24
    assert all(12 <= regions < 20 for (regions,) in checked)


def test_staff_sources_have_their_gaps(linked: duckdb.DuckDBPyConnection) -> None:
    assert 0.75 < one(linked, "select avg((completed_on is not null)::int) from training_records") < 0.9
    staff = one(linked, "select count(*) from employees where left_on is null")
    declaring = """select count(distinct employee_id) from conflict_of_interest_declarations
        join employees using (employee_id) where left_on is null and year(declared_on) = {}"""
    assert all(0.85 * staff < one(linked, declaring.format(year)) < 0.99 * staff for year in (2024, 2025))


def test_recommendations_have_actions_some_of_them_overdue(linked: duckdb.DuckDBPyConnection) -> None:
    recommendations = {
        number for (number,) in rows(linked, "select distinct recommendation from recommendation_actions")
    }
    assert recommendations == {*(str(n) for n in range(1, 15)), "2.1"}
    overdue = """select avg((due_on < date '2025-12-31' and coalesce(closed_on, date '9999-12-31') > due_on)::int)
        from recommendation_actions where status <> 'cancelled' and due_on is not null"""
    assert 0.1 < one(linked, overdue) < 0.6
