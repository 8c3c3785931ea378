"""The suite of a raw table, derived from the contract: a new source gets its checks without a line here.

Only a broken pipeline is an error here: a raw table that is not what the contract says, or that disagrees
with the ledger. What a source system delivers wrongly, the contract lets load or sends to quarantine; the
steward gets a warning and the run goes on. Such a warning goes away with a later delivery that mends the row.
An absent source has an empty table and passes. Uniqueness belongs to dbt (it is slow here).
"""

from collections.abc import Iterator

from expectations.checks import Check, Native, columns_exist, sql_list
from expectations.seeds import seed_relation, threshold
from orchestration.contract import Column, Source
from orchestration.ingestion.raw_schema import table_columns

SCHEMA = "raw"

# A token is half an HMAC-SHA-256 in lower-case hex; anything else in its place may be a personal number.
TOKEN_PATTERN = "[0-9a-f]{32}"  # noqa: S105 (a pattern, no secret)

# A delivered region as region_spellings.csv lists it; the macro region_spelling says the same for dbt.
SPELLING = "trim(regexp_replace(replace(lower(delivered.\"{column}\"), '.', ' '), '[\\s\\x{{00A0}}]+', ' ', 'g'))"


def suite(source: Source, contract: dict[str, Source]) -> tuple[Check, ...]:
    """The checks of `raw.<source>`. `contract` holds all sources: freshness compares a source with the "
    "others."""
    checks = [_columns_follow_contract(source)]
    for column in source.columns:
        checks.extend(_column_checks(source, column))
    checks += [_rows_as_ledger(source), _quarantine_as_ledger(source), _quarantined_share(source)]
    if source.clock is not None:
        checks += [
            _last_month_volume(source, source.clock, contract),
            _freshness(source, source.clock, contract),
        ]
    return tuple(checks)


def _column_checks(source: Source, column: Column) -> Iterator[Check]:
    if column.required:
        yield _required_column_filled(source, column)
    if column.type == "iin":
        yield _token_not_number(source, column)
        yield _valid_checksum(source, column)
    if column.type == "code":
        yield _known_codes(source, column)
    if column.type == "region":
        yield _known_spellings(source, column)


def _columns_follow_contract(source: Source) -> Check:
    return columns_exist(
        _target(source),
        dict(table_columns(source)),
        meaning=f"raw.{source.name} has every column of the landing contract, with its type.",
        what_to_do="Ingestion built the table otherwise than the contract says. If a column's type was "
        "changed in the "
        "contract, drop the raw table and load its deliveries again.",
    )


def _required_column_filled(source: Source, column: Column) -> Check:
    return Check(
        name=f"{column.name}_is_filled",
        target=_target(source),
        severity="error",
        meaning=f"{column.name} is required: a row without it belongs in quarantine and never in raw.{source.name}.",
        what_to_do="Ingestion let rows pass that the contract refuses. Mend ingestion, then load these "
        "deliveries again.",
        rows_query=_rows(source, f'delivered."{column.name}" is null'),
        native=Native("ExpectColumnValuesToNotBeNull", {"column": column.name}),
    )


def _token_not_number(source: Source, column: Column) -> Check:
    return Check(
        name=f"{column.name}_is_a_token",
        target=_target(source),
        severity="error",
        meaning=f"{column.name} holds keyed tokens (32 hexadecimal digits), so no personal number is in the warehouse.",
        what_to_do="Treat the warehouse file as personal data until this is solved: a value was stored "
        "without being "
        "tokenised. Mend ingestion, delete the raw table and load its deliveries again.",
        rows_query=_rows(source, f"not regexp_full_match(delivered.\"{column.name}\", '{TOKEN_PATTERN}')"),
        native=Native("ExpectColumnValuesToMatchRegex", {"column": column.name, "regex": TOKEN_PATTERN}),
    )


def _valid_checksum(source: Source, column: Column) -> Check:
    return Check(
        name=f"{column.name}_has_valid_checksum",
        target=_target(source),
        severity="warn",
        meaning=f"{column.name} passes the checksum of personal numbers. A row that does not is loaded all the same.",
        what_to_do=f"Send the rows to the owner of the source ({source.system}): the number was mistyped there.",
        rows_query=_current_rows(source, f'delivered."{column.name}_is_valid" = false'),
    )


def _known_codes(source: Source, column: Column) -> Check:
    return Check(
        name=f"{column.name}_has_known_codes",
        target=_target(source),
        severity="warn",
        meaning=f"{column.name} is one of the contract's codes, in any case. Another one loads and shows as unknown.",
        what_to_do=f"Ask the owner of the source ({source.system}) what the code means: a typing error is "
        "corrected by a "
        "new delivery of the row, a new code is agreed in the landing contract.",
        rows_query=_current_rows(
            source,
            f'lower(delivered."{column.name}") not in ({sql_list(column.codes)})',
            shown_columns=(column,),
        ),
    )


def _known_spellings(source: Source, column: Column) -> Check:
    spellings = f"select spellings.spelling from {seed_relation('region_spellings')} as spellings"
    return Check(
        name=f"{column.name}_has_known_spelling",
        target=_target(source),
        severity="warn",
        meaning=f"{column.name} is spelt as listed in region_spellings.csv. Otherwise the row counts for "
        "region unknown.",
        what_to_do="Add the spelling to seeds/region_spellings.csv and run again.",
        rows_query=_current_rows(
            source,
            f'delivered."{column.name}" is not null\n    '
            f"and {SPELLING.format(column=column.name)} not in ({spellings})",
            shown_columns=(column,),
        ),
    )


def _rows_as_ledger(source: Source) -> Check:
    return Check(
        name="rows_as_ledger",
        target=_target(source),
        severity="error",
        meaning=f"raw.{source.name} holds as many rows of each delivery as the ledger says were loaded.",
        what_to_do="A load was cut off or a raw table was changed by hand. Restore the warehouse from its "
        "backup, or delete "
        "it and run again: the landing folder still has every delivery.",
        rows_query=f"""\
select
    coalesce(ledger.delivery_id, loaded.delivery_id) as _delivery_id,
    ledger.file_name,
    coalesce(ledger.rows_loaded, 0) as rows_in_ledger,
    coalesce(loaded.loaded_rows, 0) as rows_in_table
from (
    select * from raw.ledger where source = '{source.name}'
) as ledger
full join (
    select _delivery_id as delivery_id, count(*) as loaded_rows
    from raw."{source.name}"
    group by 1
) as loaded
    on ledger.delivery_id = loaded.delivery_id
where coalesce(ledger.rows_loaded, 0) <> coalesce(loaded.loaded_rows, 0)""",
    )


def _quarantine_as_ledger(source: Source) -> Check:
    return Check(
        name="quarantine_as_ledger",
        target=_target(source),
        severity="error",
        meaning=f"The quarantine holds as many refused rows of each {source.name} delivery as the ledger says.",
        what_to_do="A load was cut off or the quarantine was changed by hand. Restore the warehouse from "
        "its backup, or "
        "delete it and run again: the landing folder still has every delivery.",
        rows_query=f"""\
select
    coalesce(ledger.delivery_id, refused.delivery_id) as _delivery_id,
    ledger.file_name,
    coalesce(ledger.rows_quarantined, 0) as rows_in_ledger,
    coalesce(refused.refused_rows, 0) as rows_in_quarantine
from (
    select * from raw.ledger where source = '{source.name}'
) as ledger
full join (
    select delivery_id, count(distinct row_number) as refused_rows
    from raw.quarantine
    where source = '{source.name}'
    group by 1
) as refused
    on ledger.delivery_id = refused.delivery_id
where coalesce(ledger.rows_quarantined, 0) <> coalesce(refused.refused_rows, 0)""",
    )


def _quarantined_share(source: Source) -> Check:
    max_pct = threshold("quarantined_rows_pct_max", source.name)
    ignored_rows = threshold("quarantined_rows_ignored", source.name)
    return Check(
        name="few_rows_quarantined",
        target=_target(source),
        severity="warn",
        meaning=f"Of each delivery in the newest load of {source.name}, at most {max_pct:g} % of the rows "
        "were refused.",
        what_to_do="See in marts.quarantine which columns were refused and why, and ask the owner of the "
        "source "
        f"({source.system}) for a corrected delivery.",
        rows_query=f"""\
select
    ledger.delivery_id as _delivery_id,
    ledger.file_name,
    ledger.rows_loaded,
    ledger.rows_quarantined
from raw.ledger as ledger
where
    ledger.source = '{source.name}'
    and ledger.load_run = (select max(load_run) from raw.ledger where source = '{source.name}')
    and ledger.rows_quarantined > {ignored_rows:g}
    and 100.0 * ledger.rows_quarantined > {max_pct:g} * (ledger.rows_loaded + ledger.rows_quarantined)""",
    )


def _last_month_volume(source: Source, clock: Column, contract: dict[str, Source]) -> Check:
    months = threshold("usual_month_months", source.name)
    min_rows = threshold("usual_month_rows_min", source.name)
    min_pct = threshold("month_rows_pct_min", source.name)
    usual = f"""\
with

deliveries as (
    select {_latest_clock(contract)} as latest_on
),

last_month as (
    select date_trunc('month', latest_on + interval '1' day) - interval '1' month as month_start
    from deliveries
),

months as (
    select date_trunc('month', "{clock.name}") as month_start, count(*) as month_rows
    from raw."{source.name}"
    group by 1
),

usual as (
    select
        last_month.month_start,
        median(months.month_rows) as usual_rows
    from last_month
    inner join months
        on
            months.month_start < last_month.month_start
            and months.month_start >= last_month.month_start - interval '{months:g}' month
    group by 1
    having count(*) = {months:g}
)"""
    return Check(
        name="last_month_has_usual_volume",
        checker="volume",
        basis_query=f"{usual}\n\nselect 1 from usual where usual_rows >= {min_rows:g}",
        target=_target(source),
        severity="warn",
        meaning=f"The last complete month of {source.name} has at least {min_pct:g} % of the rows of its "
        "median month "
        f"in the {months:g} months before. Sources with fewer than {min_rows:g} rows a month are not judged.",
        what_to_do=f"Ask the owner of the source ({source.system}) whether a part of the month's deliveries "
        "is missing.",
        rows_query=f"""\
{usual}

select
    cast(usual.month_start as date) as month_start,
    coalesce(months.month_rows, 0) as month_rows,
    usual.usual_rows
from usual
left join months
    on usual.month_start = months.month_start
where
    usual.usual_rows >= {min_rows:g}
    and 100.0 * coalesce(months.month_rows, 0) < {min_pct:g} * usual.usual_rows""",
    )


def _freshness(source: Source, clock: Column, contract: dict[str, Source]) -> Check:
    max_days = threshold("freshness_days_max", source.name)
    return Check(
        name="is_as_fresh_as_the_others",
        checker="freshness",
        basis_query=f'select 1 from raw."{source.name}" limit 1',
        target=_target(source),
        severity="warn",
        meaning=f"The newest {clock.name} of {source.name} is at most {max_days:g} days older than the "
        "newest event of "
        "all sources.",
        what_to_do=f"Ask the owner of the source ({source.system}) why nothing new was delivered. If the "
        "newest event is "
        "in the future, correct that row.",
        rows_query=f"""\
select
    own.latest_on,
    deliveries.latest_on as latest_on_of_all_sources
from (
    select max(cast("{clock.name}" as date)) as latest_on
    from raw."{source.name}"
) as own
cross join (
    select {_latest_clock(contract)} as latest_on
) as deliveries
where own.latest_on < deliveries.latest_on - {max_days:g}""",
    )


def _latest_clock(contract: dict[str, Source]) -> str:
    """The latest clock date over all sources, as an expression: the checks never look at the wall clock."""
    latest = ",\n        ".join(
        f'(select max(cast("{source.clock.name}" as date)) from raw."{source.name}")'
        for source in contract.values()
        if source.clock is not None
    )
    return f"greatest(\n        {latest}\n    )"


def _rows(source: Source, condition: str, shown_columns: tuple[Column, ...] = ()) -> str:
    """The delivered rows that meet `condition`, by their origin and the columns that help to mend them."""
    shown = "".join(f',\n    delivered."{column.name}"' for column in shown_columns if not column.pii)
    return f"""\
select
    delivered._delivery_id,
    ledger.file_name,
    delivered._row_number{shown}
from raw."{source.name}" as delivered
left join raw.ledger as ledger
    on delivered._delivery_id = ledger.delivery_id
where
    {condition}"""


def _current_rows(source: Source, condition: str, shown_columns: tuple[Column, ...] = ()) -> str:
    """As `_rows`, without the rows that a later one with the same business key has replaced."""
    same_region = "".join(
        # A region that is part of the key is not part of _business_key.
        f'\n            and later."{name}" is not distinct from delivered."{name}"'
        for name in source.key
        if source.column(name).type == "region"
    )
    return f"""{_rows(source, condition, shown_columns)}
    and not exists (
        select 1
        from raw."{source.name}" as later
        where
            later._business_key = delivered._business_key{same_region}
            and (
                later._delivery_id > delivered._delivery_id
                or (
                    later._delivery_id = delivered._delivery_id
                    and later._row_number > delivered._row_number
                )
            )
    )"""


def _target(source: Source) -> str:
    return f"{SCHEMA}.{source.name}"
