"""Plausibility of marts.quarantine: every refused value is listed, and none is shown."""

from expectations.checks import Check, columns_exist, one_of, sql_list
from expectations.marts.facts import MEND_THE_MODEL

TARGET = "marts.quarantine"
COLUMNS = ("source", "file_name", "row_number", "column_name", "reason", "status")
STATUSES = ("open", "resolved")
# Columns of raw.quarantine that may hold a personal value as it was delivered.
RAW_ONLY_COLUMNS = ("raw_value", "business_key", "business_key_region")


def suite() -> tuple[Check, ...]:
    """The checks of quarantine."""

    return (
        columns_exist(
            TARGET,
            dict.fromkeys(COLUMNS),
            meaning="quarantine has the columns that were promised to its readers.",
            what_to_do=MEND_THE_MODEL,
        ),
        one_of(
            TARGET,
            "status",
            STATUSES,
            "source, file_name, row_number",
            meaning="The status says open or resolved.",
            what_to_do=MEND_THE_MODEL,
        ),
        Check(
            name="raw_values_stay_in_raw",
            target=TARGET,
            severity="error",
            meaning="A refused value may be a personal one: the published quarantine has no column for it.",
            what_to_do="Do not publish. " + MEND_THE_MODEL,
            rows_query=f"""\
select column_name
from information_schema.columns
where
    table_schema = 'marts'
    and table_name = 'quarantine'
    and column_name in ({sql_list(RAW_ONLY_COLUMNS)})""",
        ),
        Check(
            name="every_refused_value_once",
            target=TARGET,
            severity="error",
            meaning="The published quarantine has as many entries of each source as the raw one: nothing "
            "refused is silent.",
            what_to_do=MEND_THE_MODEL,
            rows_query=f"""\
select
    coalesce(refused.source, published.source) as source,
    coalesce(refused.entries, 0) as entries_in_raw,
    coalesce(published.entries, 0) as entries_published
from (
    select source, count(*) as entries
    from raw.quarantine
    group by 1
) as refused
full join (
    select source, count(*) as entries
    from {TARGET}
    group by 1
) as published
    on refused.source = published.source
where coalesce(refused.entries, 0) <> coalesce(published.entries, 0)""",
        ),
    )
