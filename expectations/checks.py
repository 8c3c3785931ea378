"""A check as it is declared: its words, its severity and the query that finds the rows that break it.

Pure and quick to import: no Great Expectations, no database. Which checks a table has belongs in
`raw_deliveries` and `marts`; how a check is run belongs in `runner`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from expectations.results import Checker, Severity


@dataclass(frozen=True)
class Native:
    """An expectation that Great Expectations has itself: its class name and its arguments.

    Great Expectations reads a table once for all native expectations on it, so they are cheap.
    """

    expectation: str
    arguments: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Check:
    """One rule on one table.

    `rows_query` selects the rows that break the rule: their origin or key, and no personal column. Where
    Great Expectations has an expectation for the rule, `native` decides and `rows_query` only shows the rows;
    otherwise the rule holds when `rows_query` is empty. `basis_query` selects what the rule can be judged on: where it
    is empty, there is no data, and nothing is said. `checker` is the name that the result goes under.
    """

    name: str
    target: str
    severity: Severity
    meaning: str
    what_to_do: str
    rows_query: str
    native: Native | None = None
    basis_query: str | None = None
    checker: Checker = "great_expectations"


def sql_list(values: Sequence[str]) -> str:
    """The values as SQL literals, for `in (...)`."""
    return ", ".join("'" + value.replace("'", "''") + "'" for value in values)


def columns_exist(target: str, columns: Mapping[str, str | None], meaning: str, what_to_do: str) -> Check:
    """An error for each of `columns` (name -> SQL type, None where any will do) that the target lacks.

    A missing table lacks all its columns.
    """
    schema, table = target.split(".")
    promised = ",\n        ".join(
        f"('{name}', {'null' if sql_type is None else _bare_type(sql_type)})" for name, sql_type in columns.items()
    )
    return Check(
        name="columns_as_promised",
        target=target,
        severity="error",
        meaning=meaning,
        what_to_do=what_to_do,
        rows_query=f"""\
select
    promised.column_name,
    promised.data_type as promised_type,
    found.data_type as found_type
from (
    values
        {promised}
) as promised (column_name, data_type)
left join information_schema.columns as found
    on
        found.table_schema = '{schema}'
        and found.table_name = '{table}'
        and found.column_name = promised.column_name
where
    found.column_name is null
    or promised.data_type <> found.data_type""",
    )


def _bare_type(sql_type: str) -> str:
    """The type as information_schema words it: no constraint, no spaces, upper case."""
    return "'" + sql_type.removesuffix("not null").replace(" ", "").upper() + "'"


def never_empty(target: str, column: str, key: str, meaning: str, what_to_do: str) -> Check:
    """An error for each row of the target whose `column` is null; the rows are shown by their `key` "
    "column."""
    return Check(
        name=f"{column}_is_filled",
        target=target,
        severity="error",
        meaning=meaning,
        what_to_do=what_to_do,
        rows_query=f"select {key} from {target} where {column} is null",
        native=Native("ExpectColumnValuesToNotBeNull", {"column": column}),
    )


def one_of(target: str, column: str, values: Sequence[str], key: str, meaning: str, what_to_do: str) -> Check:
    """An error for each row of the target whose `column` is filled with none of `values`."""
    return Check(
        name=f"{column}_is_known",
        target=target,
        severity="error",
        meaning=meaning,
        what_to_do=what_to_do,
        rows_query=f"select {key}, {column} from {target} where {column} not in ({sql_list(values)})",
        native=Native("ExpectColumnValuesToBeInSet", {"column": column, "value_set": list(values)}),
    )


def not_negative(target: str, column: str, key: str, meaning: str, what_to_do: str) -> Check:
    """An error for each row of the target whose `column` is below 0."""
    return Check(
        name=f"{column}_is_not_negative",
        target=target,
        severity="error",
        meaning=meaning,
        what_to_do=what_to_do,
        rows_query=f"select {key}, {column} from {target} where {column} < 0",
        native=Native("ExpectColumnValuesToBeBetween", {"column": column, "min_value": 0}),
    )
