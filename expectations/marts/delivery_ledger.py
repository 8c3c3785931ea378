"""Plausibility of marts.delivery_ledger: every file seen, and the rows that are there."""

from expectations.checks import Check, columns_exist, not_negative, one_of
from expectations.marts.facts import MEND_THE_MODEL
from orchestration.contract import load_contract

TARGET = "marts.delivery_ledger"
COLUMNS = (
    "source",
    "file_name",
    "sha256",
    "first_seen_at",
    "status",
    "rows_loaded",
    "rows_quarantined",
    "reason",
)
STATUSES = ("loaded", "loaded_with_quarantine", "duplicate", "rejected")


def suite() -> tuple[Check, ...]:
    """The checks of delivery_ledger."""
    row_key = "source, file_name"
    raw_rows = "\n    union all\n    ".join(
        f"select '{source}' as source, count(*) as raw_rows from raw.\"{source}\"" for source in load_contract()
    )
    return (
        columns_exist(
            TARGET,
            dict.fromkeys(COLUMNS),
            meaning="delivery_ledger has the columns that were promised to its readers.",
            what_to_do=MEND_THE_MODEL,
        ),
        one_of(
            TARGET,
            "status",
            STATUSES,
            row_key,
            meaning="The status says loaded, loaded_with_quarantine, duplicate or rejected.",
            what_to_do=MEND_THE_MODEL,
        ),
        *(
            not_negative(TARGET, column, row_key, meaning=f"{column} is a number of rows.", what_to_do=MEND_THE_MODEL)
            for column in ("rows_loaded", "rows_quarantined")
        ),
        Check(
            name="only_loaded_files_have_rows",
            target=TARGET,
            severity="error",
            meaning="Duplicate and rejected files have no rows, and only loaded_with_quarantine has refused ones.",
            what_to_do=MEND_THE_MODEL,
            rows_query=f"""\
select {row_key}, status, rows_loaded, rows_quarantined
from {TARGET}
where
    (status in ('duplicate', 'rejected') and rows_loaded + rows_quarantined > 0)
    or (status = 'loaded_with_quarantine') <> (rows_quarantined > 0)""",
        ),
        Check(
            name="every_file_once",
            target=TARGET,
            severity="error",
            meaning="The published ledger has as many rows of each source as the raw one: no file seen goes "
            "unmentioned.",
            what_to_do=MEND_THE_MODEL,
            rows_query=f"""\
select
    coalesce(seen.source, published.source) as source,
    coalesce(seen.files, 0) as files_seen,
    coalesce(published.files, 0) as files_published
from (
    select source, count(*) as files
    from raw.ledger
    group by 1
) as seen
full join (
    select source, count(*) as files
    from {TARGET}
    group by 1
) as published
    on seen.source = published.source
where coalesce(seen.files, 0) <> coalesce(published.files, 0)""",
        ),
        Check(
            name="rows_loaded_as_in_raw",
            target=TARGET,
            severity="error",
            meaning="The rows loaded of each source are the rows of its raw table.",
            what_to_do="The ledger and the raw tables disagree: see the check rows_as_ledger of the raw "
            "table. " + MEND_THE_MODEL,
            rows_query=f"""\
select
    delivered.source,
    delivered.raw_rows,
    coalesce(published.rows_loaded, 0) as rows_loaded
from (
    {raw_rows}
) as delivered
left join (
    select source, sum(rows_loaded) as rows_loaded
    from {TARGET}
    group by 1
) as published
    on delivered.source = published.source
where delivered.raw_rows <> coalesce(published.rows_loaded, 0)""",
        ),
    )
