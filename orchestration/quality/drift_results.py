"""Drift as checks: what `marts.source_drift` says of each source's newest months, in the form of every other check.

How a month is judged belongs in the models `int_drift_*`; here is only what is told of it. It warns, and never blocks.
"""

from collections.abc import Iterator

from duckdb import DuckDBPyConnection

from expectations.results import CheckResult, Status
from orchestration.contract import Source, load_contract
from orchestration.quality.accepted_deviations import KnownCheck

# Each measure of source_drift: the name of its check, and what it means.
RULES = {
    "rows": (
        "rows_like_its_past",
        "The last complete month of {source} has about as many rows as its past makes usual.",
    ),
    "codes": (
        "codes_like_its_past",
        "The codes of {source} share the rows of its last settled month much as in the twelve months before.",
    ),
    "empty_values": (
        "empty_values_like_its_past",
        "No column of {source} is much emptier or fuller in its last settled month than in the twelve months before.",
    ),
}
SHOWN = 3


def known_drift_checks(contract: dict[str, Source]) -> Iterator[KnownCheck]:
    """The checks of every source that has months."""
    for source in contract.values():
        if source.clock is not None:
            for name, _ in RULES.values():
                yield KnownCheck(name, f"raw.{source.name}", "volume", "warn")


def drift_results(connection: DuckDBPyConnection) -> list[CheckResult]:
    """A result for each source and measure, by the newest month that can be judged."""
    contract = load_contract()
    judged = connection.execute(
        "select source, measure, count(*) filter (where status not in ('usual', 'no_data')), "
        "count(*) filter (where status <> 'no_data'), "
        "string_agg(concat_ws(' ', column_name, reason), '; ' order by drift_index desc) "
        "filter (where status not in ('usual', 'no_data')) "
        "from marts.source_drift where is_latest group by 1, 2 order by 1, 2"
    ).fetchall()
    return [_result(contract[row[0]], *row[1:]) for row in judged if row[0] in contract]


def _result(source: Source, measure: str, broken: int, judged: int, shown: str | None) -> CheckResult:
    name, meaning = RULES[measure]
    status: Status = "no_data" if not judged else "fail" if broken else "pass"
    what = "; ".join((shown or "").split("; ")[:SHOWN])
    return CheckResult(
        checker="volume",
        check_name=name,
        target=f"raw.{source.name}",
        severity="warn",
        status=status,
        failing_rows=broken if judged else None,
        meaning=meaning.format(source=source.name) + (f" Now: {what}." if what else ""),
        what_to_do=f"Ask the owner of the source ({source.system}) whether the export changed or a part is missing; "
        "if the world changed, accept it until the new level is a year old.",
        rows_query="select month_start, column_name, reason from marts.source_drift where is_latest "
        f"and source = '{source.name}' and measure = '{measure}' and status not in ('usual', 'no_data')",
    )
