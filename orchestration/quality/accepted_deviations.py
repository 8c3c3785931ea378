"""Known deviations that a steward accepts until a date: seeds/accepted_deviations.csv, judged on the run's civil day.

An accepted failure shows as `accepted` and stops nothing; from the day after `accepted_until` it fails again. Never
accepted are what every figure stands on: dbt's tests of severity error (keys, relations, sums between models), and the
Great Expectations checks of severity error on raw (the contract, tokens in the place of personal numbers, ledger and
quarantine); of those on the marts, promised columns and what keeps personal values in. Pure, but for reading seeds.
What was refused by ingestion is accepted in `models/intermediate/quality/int_problems.sql`, by the same lines.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from expectations.results import Checker, CheckResult, Severity
from expectations.seeds import seed_rows, threshold
from orchestration.contract import Source

SEED = "accepted_deviations"
KIND_OF_CHECKER: dict[Checker, str] = {
    "dbt": "failed_check",
    "great_expectations": "failed_check",
    "freshness": "stale_source",
    "volume": "drift",
}
OF_CHECKS = frozenset(KIND_OF_CHECKER.values())
OF_DELIVERIES = {"rejected_delivery": "landing", "open_quarantine": "raw"}
ROLES = ("quality_steward", "data_engineer")
# Of the marts' checks: readers' columns, and values that may be personal.
NEVER_ON_MARTS = ("columns_as_promised", "_is_a_token", "raw_values_stay_in_raw")


class DeviationError(Exception):
    """The seed is not in order; the message names each line, what is wrong with it and what to do."""


@dataclass(frozen=True)
class Deviation:
    """One line of the seed: what is accepted, on which civil days (both included), why and by which role."""

    line: int
    kind: str
    check_name: str
    target: str
    column_name: str
    file_name: str
    accepted_from: date
    accepted_until: date
    reason: str
    accepted_by: str

    def holds_on(self, day: date) -> bool:
        """Whether it is accepted on this day."""
        return self.accepted_from <= day <= self.accepted_until


@dataclass(frozen=True)
class KnownCheck:
    """A check that there is: its name, its target, who makes it, and its severity."""

    check_name: str
    target: str
    checker: Checker
    severity: Severity

    @property
    def may_be_accepted(self) -> bool:
        """Whether its failure may be accepted until a date."""
        if self.severity == "warn":
            return True
        if self.checker == "dbt" or not self.target.startswith("marts."):
            return False
        return not self.check_name.endswith(NEVER_ON_MARTS)


def accept(results: Sequence[CheckResult], deviations: Iterable[Deviation], day: date) -> list[CheckResult]:
    """The results, with those failures as accepted that a deviation covers on this day.

    A check that could not run is never accepted: nobody knows what it would have said.
    """
    in_force = {(d.kind, d.check_name, d.target): d for d in deviations if d.holds_on(day)}
    return [_accepted(result, in_force) for result in results]


def _accepted(result: CheckResult, in_force: Mapping[tuple[str, str, str], Deviation]) -> CheckResult:
    deviation = in_force.get((KIND_OF_CHECKER[result.checker], result.check_name, result.target))
    check = KnownCheck(result.check_name, result.target, result.checker, result.severity)
    if result.status != "fail" or deviation is None or not check.may_be_accepted:
        return result
    return replace(
        result,
        status="accepted",
        accepted_until=deviation.accepted_until,
        accepted_reason=deviation.reason,
        accepted_by=deviation.accepted_by,
    )


def load_deviations(known: Iterable[KnownCheck], contract: Mapping[str, Source], day: date) -> list[Deviation]:
    """The lines of the seed. DeviationError when one is not in order: then nothing may be accepted by any."""
    return parse(seed_rows(SEED), known, contract, int(threshold("accepted_days_max")), day)


def parse(
    rows: Sequence[Mapping[str, str]],
    known: Iterable[KnownCheck],
    contract: Mapping[str, Source],
    days_max: int,
    day: date,
) -> list[Deviation]:
    """The rows of the seed as deviations of at most `days_max` days.

    A line that is over on `day` may name a check that is no more. DeviationError names each line that is not in order.
    """
    checks = {(KIND_OF_CHECKER[check.checker], check.check_name, check.target): check for check in known}
    deviations: list[Deviation] = []
    faults: list[str] = []
    for line, row in enumerate(rows, start=2):
        try:
            deviation = _of_row(line, row)
        except ValueError as error:
            faults.append(f"line {line}: {error}")
            continue
        problem = _fault(deviation, days_max) or (
            _unknown(deviation, checks, contract) if deviation.accepted_until >= day else None
        )
        faults += [f"line {line}: {problem}"] if problem else []
        deviations.append(deviation)
    if faults:
        raise DeviationError(
            f"seeds/{SEED}.csv is not in order, so nothing is accepted by it: mend it and run again "
            "(docs/operations/steward.md says how a line is written)\n    " + "\n    ".join(faults)
        )
    return deviations


def _of_row(line: int, row: Mapping[str, str]) -> Deviation:
    texts = {name: (value or "").strip() for name, value in row.items()}
    return Deviation(
        line=line,
        kind=texts["kind"],
        check_name=texts["check_name"],
        target=texts["target"],
        column_name=texts["column_name"],
        file_name=texts["file_name"],
        accepted_from=_day(texts, "accepted_from"),
        accepted_until=_day(texts, "accepted_until"),
        reason=texts["reason"],
        accepted_by=texts["accepted_by"],
    )


def _day(texts: Mapping[str, str], name: str) -> date:
    try:
        return date.fromisoformat(texts[name])
    except ValueError:
        raise ValueError(f"{name} is no date: write it as 2026-12-31") from None


def _fault(deviation: Deviation, days_max: int) -> str | None:
    length = (deviation.accepted_until - deviation.accepted_from).days + 1
    if deviation.kind not in OF_CHECKS | OF_DELIVERIES.keys():
        return (
            f"there is no kind {deviation.kind!r}: it is one of {', '.join(sorted(OF_CHECKS | OF_DELIVERIES.keys()))}"
        )
    if deviation.accepted_by not in ROLES:
        return f"accepted_by is a role ({', '.join(ROLES)}), never a person's name"
    if not deviation.reason:
        return "there is no reason: say why it may be"
    if length < 1:
        return f"accepted_until ({deviation.accepted_until}) comes before accepted_from ({deviation.accepted_from})"
    if length > days_max:
        return (
            f"{length} days are too long, {days_max} are the most (accepted_days_max): "
            "what is to stay is no deviation, change the rule instead"
        )
    return None


def _unknown(
    deviation: Deviation, checks: Mapping[tuple[str, str, str], KnownCheck], contract: Mapping[str, Source]
) -> str | None:
    """Why it is about nothing that there is, or about what is never accepted; None when it is in order."""
    if deviation.kind in OF_CHECKS:
        check = checks.get((deviation.kind, deviation.check_name, deviation.target))
        if check is None:
            return (
                f"there is no check {deviation.check_name!r} of kind {deviation.kind} on {deviation.target!r}: "
                "copy kind, check_name and target from quality_problems"
            )
        if not check.may_be_accepted:
            return f"{check.check_name} on {check.target} is never accepted: every figure stands on it"
        return None
    schema, _, source = deviation.target.partition(".")
    if schema != OF_DELIVERIES[deviation.kind] or not source:
        return f"the target of {deviation.kind} is {OF_DELIVERIES[deviation.kind]}.<source>, not {deviation.target!r}"
    if deviation.kind == "rejected_delivery":
        return None
    if source not in contract:
        return f"the landing contract has no source {source!r}"
    if deviation.column_name and deviation.column_name not in {column.name for column in contract[source].columns}:
        return f"the source {source} has no column {deviation.column_name!r}"
    return None
