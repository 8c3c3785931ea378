"""What a check says after it ran. No Great Expectations and no Dagster here: every reader of results "
"imports this."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

Severity = Literal["error", "warn"]
Checker = Literal["dbt", "great_expectations", "freshness", "volume"]
Status = Literal["pass", "fail", "accepted", "error", "skipped", "no_data"]


@dataclass(frozen=True)
class CheckResult:
    """The outcome of one check on one table, without any value of the data.

    `status` is 'fail' when rows break the rule, 'accepted' when they do and a steward accepts it (until
    `accepted_until`), 'error' when the check itself could not run, 'skipped' when something before it failed, and
    'no_data' when there was nothing to judge; `failing_rows` is None in the last three. `rows_query` lists the failing
    rows by their origin or key and never selects a personal column; it runs on the warehouse as it is. `deliveries`
    names the files that they are in, where the query tells them.
    """

    checker: Checker
    check_name: str
    target: str
    severity: Severity
    status: Status
    failing_rows: int | None
    meaning: str
    what_to_do: str
    rows_query: str | None
    deliveries: str | None = None
    accepted_until: date | None = None
    accepted_reason: str | None = None
    accepted_by: str | None = None

    @property
    def is_broken(self) -> bool:
        """Whether rows break the rule, or nobody could check it; an accepted deviation is not."""
        return self.status in ("fail", "error")

    @property
    def blocks(self) -> bool:
        """Whether the run must stop: an error-severity rule that is broken, or that nobody could check."""
        return self.severity == "error" and self.is_broken
