"""What a check says after it ran. No Great Expectations and no Dagster here: every reader of results "
"imports this."""

from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warn"]
Status = Literal["pass", "fail", "error"]


@dataclass(frozen=True)
class CheckResult:
    """The outcome of one check on one table, without any value of the data.

    `status` is 'fail' when rows break the rule and 'error' when the check itself could not run;
    `failing_rows` is None then. `rows_query` lists the failing rows by their origin or key and never selects
    a personal column; it runs on the warehouse as it is.
    """

    checker: Literal["dbt", "great_expectations"]
    check_name: str
    target: str
    severity: Severity
    status: Status
    failing_rows: int | None
    meaning: str
    what_to_do: str
    rows_query: str | None

    @property
    def blocks(self) -> bool:
        """Whether the run must stop: an error-severity rule that is broken, or that nobody could check."""
        return self.severity == "error" and self.status != "pass"
