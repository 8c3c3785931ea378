"""The memo's figures worked out from current rows by the words of metrics.csv, in plain SQL of the tests' own."""

import math
from datetime import date

import duckdb

ATTEMPTS = """
    create view attempts as
    select 'theory' as exam, * from theory_exams where lower(result) in ('passed', 'failed')
    union all
    select 'practical' as exam, * from practical_exams where lower(result) in ('passed', 'failed');

    create table reported as
    select attempts.*, coalesce(recorded_at, finished_at, started_at) as reported_at from attempts;

    create macro works(moment, weekday_opens, weekday_closes, saturday_opens, saturday_closes, kind) as
        case
            when kind in ('holiday', 'observed', 'transferred_off') then false
            when kind = 'transferred_work' or isodow(moment) <= 5
                then strftime(moment, '%H:%M:%S') >= weekday_opens || ':00'
                    and strftime(moment, '%H:%M:%S') < weekday_closes || ':00'
            when isodow(moment) = 6
                then coalesce(strftime(moment, '%H:%M:%S') >= saturday_opens || ':00'
                    and strftime(moment, '%H:%M:%S') < saturday_closes || ':00', false)
            else false
        end;

    create table hours as
    select
        reported.attempt_id, reported.exam, lower(reported.result) as result, reported.started_at, reported.region_code,
        works(
            reported_at, weekday_opens_at, weekday_closes_at, saturday_opens_at, saturday_closes_at, r.kind
        ) as reported_inside,
        works(
            started_at, weekday_opens_at, weekday_closes_at, saturday_opens_at, saturday_closes_at, s.kind
        ) as started_inside
    from reported
    join centres using (centre_code)
    left join calendar as r on r.date = reported_at::date
    left join calendar as s on s.date = started_at::date;

    create table candidate_months as
    select candidate_iin, (year(started_at) * 12 + month(started_at)) as month, count(*) as n
    from attempts where exam = 'practical' group by all;

    create table breaches as
    select m.month, m.n > 2 as over_month, m.n + coalesce(p.n, 0) > 3 as over_two_months
    from candidate_months as m left join candidate_months as p
        on p.candidate_iin = m.candidate_iin and p.month = m.month - 1;

    create view all_appeals as
    select registered_at::date as day, lower(kind) as kind, region_code, 1 as appeals from eotinish_appeals
    union all
    select month, lower(kind), region_code, appeals from smart_data_ukimet_monthly;
"""


def prepare(connection: duckdb.DuckDBPyConnection) -> None:
    """Create the views and tables that the figures need, once per database."""
    connection.execute(ATTEMPTS)


def ratio(
    connection: duckdb.DuckDBPyConnection,
    metric: str,
    start: date,
    end: date,
    region: str,
    breakdown: str = "all",
    codes: tuple[str, ...] = ("all",),
) -> tuple[float, float | None]:
    """Numerator and denominator; counts have no denominator."""
    within = f"between date '{start}' and date '{end}'"
    here = "true" if region == "KZ" else f"region_code = '{region}'"
    coded = "true" if breakdown == "all" else f"lower({breakdown}) in ({', '.join(repr(c) for c in codes)})"

    def one(sql: str) -> float:
        row = connection.execute(sql).fetchone()
        assert row is not None
        return float(row[0] or 0)

    started = f"started_at::date {within}"

    def exams(which: str, condition: str) -> float:
        return one(f"select count(*) from attempts where exam = '{which}' and {condition} and {here} and {started}")

    breached = f"between {start.year * 12 + start.month} and {end.year * 12 + end.month}"
    sampled = f"""from eotinish_appeals where in_sample_check and kind = 'complaint'
        and {here} and registered_at::date {within}"""
    repeaters = f"""
        select count(distinct employee_id) from (
            select employee_id from disciplinary_records where {here} and imposed_on {within}
            group by employee_id, year(imposed_on) having count(*) >= 2)"""
    wanderers = """
        select count(distinct candidate_iin) from (
            select candidate_iin from attempts where exam = '{}' and started_at::date {}
            group by candidate_iin, year(started_at) having count(distinct centre_code) >= 2)"""
    fuel = f"from audit_findings where process = 'fuel' and {here} and found_on {within}"
    counts = {
        "court_cases": f"select count(*) from court_cases where {coded} and {here} and filed_on {within}",
        "penalties": f"select count(*) from disciplinary_records where {coded} and {here} and imposed_on {within}",
        "repeat_offenders": repeaters,
        "appeals": f"select sum(appeals) from all_appeals where {coded} and {here} and day {within}",
        "theory_under_5_min": f"""select count(*) from attempts where exam = 'theory' and {here}
            and epoch(finished_at) - epoch(started_at) < 300 and {started}""",
        "out_of_hours_exams": f"""select count(*) from hours
            where not reported_inside and {coded} and {here} and {started}""",
        "audit_findings": f"select count(*) from audit_findings where {coded} and {here} and found_on {within}",
        "audited_regions": f"""select count(distinct region_code) from audit_findings
            where region_code <> 'unknown' and found_on {within}""",
        "audit_fuel_kzt": f"select sum(amount_kzt) {fuel}",
        "audit_fuel_litres": f"select sum(fuel_litres) {fuel}",
        "hotline_reports": f"select count(*) from hotline_reports where {here} and received_at::date {within}",
        "violations": f"select count(*) from violations where {coded} and {here} and detected_on {within}",
        "criminal_damage_kzt": f"select sum(damage_kzt) from criminal_cases where {here} and opened_on {within}",
        "practical_over_month_limit": f"select count(*) from breaches where over_month and month {breached}",
        "practical_over_two_month_limit": f"select count(*) from breaches where over_two_months and month {breached}",
        "multi_centre_candidates_theory": wanderers.format("theory", within),
        "multi_centre_candidates_practical": wanderers.format("practical", within),
    }
    if metric in counts:
        return one(counts[metric]), None
    if metric == "complaints_confirmed_pct":
        confirmed = "and outcome in ('confirmed', 'partially_confirmed')"
        return one(f"select count(*) {sampled} {confirmed}"), one(f"select count(*) {sampled}")
    if metric == "hotline_confirmed_pct":
        reports = f"from hotline_reports where {here} and received_at::date {within}"
        return one(f"select count(*) {reports} and corruption_confirmed"), one(f"select count(*) {reports}")
    if metric == "practical_per_theory_pass_pct":
        return exams("practical", "true"), exams("theory", "lower(result) = 'passed'")
    exam = metric.partition("_")[0]
    return exams(exam, "lower(result) = 'passed'"), exams(exam, "true")


def computed(connection: duckdb.DuckDBPyConnection, figure: dict[str, str]) -> float:
    """The figure's own column over its own period."""
    start, end = date.fromisoformat(figure["period_start"]), date.fromisoformat(figure["period_end"])
    of = (figure["metric_key"], start, end, figure["region_code"])
    numerator, denominator = ratio(connection, *of, figure["breakdown"], tuple(figure["breakdown_value"].split("+")))
    value = numerator if denominator is None else 100 * numerator / denominator
    column = figure["column"]
    if column == "numerator":
        return numerator
    if column == "denominator":
        assert denominator is not None
        return denominator
    if column == "share_pct":
        return 100 * value / ratio(connection, *of)[0]
    if column == "regional_share_pct":
        return 100 * value / ratio(connection, *of[:3], "KZ")[0]
    if column in ("change_pct", "growth_ratio"):
        first, last = (int(year) for year in figure["compared_with"].split(".."))
        before = (figure["metric_key"], date(first, 1, 1), date(last, 12, 31), figure["region_code"])
        prior = ratio(connection, *before, figure["breakdown"], tuple(figure["breakdown_value"].split("+")))[0]
        return value / prior if column == "growth_ratio" else 100 * (value / prior - 1)
    return value


def status(figure: dict[str, str], value: float) -> str:
    """How the printed figure relates to the value: match (rounded, or above a lower bound), truncated, or differs."""
    scale = 10 ** int(figure["decimals"])
    printed = float(figure["published_value"])
    if figure["bound"] == "at_least":
        return "match" if value >= printed else "differs"
    if math.isclose(math.floor(value * scale + 0.5) / scale, printed):
        return "match"
    return "truncated" if math.isclose(math.floor(value * scale) / scale, printed) else "differs"
