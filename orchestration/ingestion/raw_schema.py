"""The tables of schema `raw`, derived from the contract: names and SQL types, nothing else.

What a delivered text must look like to become such a value belongs in `typing`.
"""

from duckdb import DuckDBPyConnection

from orchestration.contract import Column, Source

SQL_TYPES: dict[str, str] = {
    "string": "varchar",
    "integer": "bigint",
    "decimal": "decimal(18, 6)",
    "date": "date",
    "timestamp": "timestamp",
    "boolean": "boolean",
    "iin": "varchar",
    "region": "varchar",
    "code": "varchar",
    "centre": "varchar",
    "employee": "varchar",
}

# What every raw row says of its origin. `_delivery_id` grows in the order "load run, then file name", so
# (_delivery_id, _row_number) orders the versions of a business key as the contract does.
ORIGIN_COLUMNS: dict[str, str] = {
    "_business_key": "varchar not null",
    "_delivery_id": "bigint not null",
    "_row_number": "bigint not null",
}

# SQL for what stands between the parts of a business key.
KEY_SEPARATOR = "chr(31)"

LEDGER_DDL = """
create table if not exists raw.ledger (
    delivery_id bigint primary key,
    load_run bigint not null,
    source varchar not null,
    file_name varchar not null,
    sha256 varchar,
    first_seen_at timestamp not null,
    status varchar not null check (status in ('loaded', 'loaded_with_quarantine', 'duplicate', 'rejected')),
    rows_loaded bigint not null,
    rows_quarantined bigint not null,
    reason varchar
)
"""

QUARANTINE_DDL = """
create table if not exists raw.quarantine (
    delivery_id bigint not null,
    source varchar not null,
    row_number bigint not null,
    column_name varchar,
    reason varchar not null,
    raw_value varchar,
    business_key varchar,
    business_key_region varchar
)
"""

# The stat of each landed file when it was last hashed: an unchanged stat needs no new hash.
FILE_STATE_DDL = """
create table if not exists raw.file_state (
    source varchar not null,
    file_name varchar not null,
    size bigint not null,
    mtime_ns bigint not null,
    ctime_ns bigint not null,
    inode bigint not null,
    sha256 varchar not null,
    primary key (source, file_name)
)
"""

# The newest generation of the vault when rows last came: what it means belongs in `generations`.
VAULT_GENERATION_DDL = "create table if not exists raw.vault_generation (generation varchar not null)"

CONTRACT_COLUMNS_DDL = """
create or replace table raw.contract_columns (
    source varchar, column_name varchar, position integer, type varchar,
    is_required boolean, is_pii boolean, is_clock boolean, is_key boolean
)
"""

CONTRACT_CODES_DDL = "create or replace table raw.contract_codes (source varchar, column_name varchar, code varchar)"

# What the checks of each run said; the marts show it as data_quality_results. What each status means belongs in
# `expectations.results`.
CHECK_RESULTS_DDL = """
create table if not exists raw.check_results (
    run_id varchar not null,
    run_at timestamp not null,
    checker varchar not null,
    check_name varchar not null,
    target varchar not null,
    severity varchar not null,
    status varchar not null,
    failing_rows bigint,
    deliveries varchar,
    meaning varchar,
    what_to_do varchar,
    judged_on date,
    accepted_until date,
    accepted_reason varchar,
    accepted_by varchar
)
"""

# How each run ended, written when it ends: a run that failed has no other trace in the warehouse than this.
RUNS_DDL = """
create table if not exists raw.runs (
    run_id varchar primary key,
    started_at timestamp,
    ended_at timestamp not null,
    judged_on date not null,
    outcome varchar not null check (outcome in ('published', 'failed', 'not_published')),
    failed_steps varchar
)
"""

# Which sources a model or seed is made of, by dbt's manifest: what a broken check of it touches.
LINEAGE_DDL = "create table if not exists raw.lineage (target varchar not null, source varchar not null)"

# Rows by month, and by code or emptiness of each column: what `marts.source_drift` compares. No text is in it.
SOURCE_PROFILES_DDL = """
create table if not exists raw.source_profiles (
    source varchar not null,
    month_start date not null,
    column_name varchar,
    value varchar,
    row_count bigint not null
)
"""

# The deliveries that a source's profile was made of: unchanged deliveries need no new profile.
PROFILED_SOURCES_DDL = "create table if not exists raw.profiled_sources (source varchar primary key, made_of varchar)"


def raw_columns(column: Column) -> dict[str, str]:
    """The raw columns that one contract column becomes, name -> SQL type.

    A timestamp has a companion `<name>_is_utc`: true when it was delivered with an offset, and `<name>` is then
    UTC; otherwise it is the centre's civil time. An IIN is a token, with `<name>_is_valid` for its checksum.
    """
    columns = {column.name: SQL_TYPES[column.type]}
    if column.type == "timestamp":
        columns[f"{column.name}_is_utc"] = "boolean"
    if column.type == "iin":
        columns[f"{column.name}_is_valid"] = "boolean"
    return columns


def table_columns(source: Source) -> dict[str, str]:
    """All columns of `raw.<source>`, name -> SQL type, in their order."""
    columns: dict[str, str] = {}
    for column in source.columns:
        columns |= raw_columns(column)
    return columns | ORIGIN_COLUMNS


def row_versions_view(contract: dict[str, Source]) -> str:
    """The DDL of view raw.row_versions: each row of every source with its business key and its origin only.

    It tells whether a good row came after a bad one of the same key. Where a region is part of the key, the
    region stands apart, as delivered: spellings are resolved in staging.
    """
    branches = []
    for source in contract.values():
        region = next((name for name in source.key if source.column(name).type == "region"), None)
        key_region = f"{region} as key_region, true" if region else "null::varchar as key_region, false"
        branches.append(
            f"select '{source.name}' as source, _business_key as business_key, "
            f"{key_region} as is_keyed_by_region, "
            f'_delivery_id as delivery_id, _row_number as row_number from raw."{source.name}"'
        )
    return "create or replace view raw.row_versions as " + " union all ".join(branches)


def create_raw_schema(connection: DuckDBPyConnection, contract: dict[str, Source]) -> None:
    """Create what is missing of schema `raw`, and write the contract's columns and codes for dbt to join.

    A column that the contract gained since the last run is added, empty, to the existing table.
    """
    connection.begin()
    connection.execute("create schema if not exists raw")
    for ddl in (
        LEDGER_DDL,
        QUARANTINE_DDL,
        FILE_STATE_DDL,
        VAULT_GENERATION_DDL,
        CONTRACT_COLUMNS_DDL,
        CONTRACT_CODES_DDL,
        CHECK_RESULTS_DDL,
        RUNS_DDL,
        LINEAGE_DDL,
        SOURCE_PROFILES_DDL,
        PROFILED_SOURCES_DDL,
    ):
        connection.execute(ddl)
    _renew_check_results(connection)
    existing = set(
        connection.execute("select table_name, column_name from duckdb_columns() where schema_name = 'raw'").fetchall()
    )
    for source in contract.values():
        columns = table_columns(source)
        if not any(table == source.name for table, _ in existing):
            definition = ", ".join(f'"{name}" {sql_type}' for name, sql_type in columns.items())
            connection.execute(f'create table raw."{source.name}" ({definition})')
            continue
        for name in columns.keys() - {column for table, column in existing if table == source.name}:
            connection.execute(f'alter table raw."{source.name}" add column "{name}" {columns[name]}')
    connection.execute(row_versions_view(contract))
    rows = ", ".join(
        f"('{s.name}', '{c.name}', {position}, '{c.type}', {c.required}, {c.pii}, {c.clock}, {c.name in s.key})"
        for s in contract.values()
        for position, c in enumerate(s.columns, start=1)
    )
    connection.execute(f"insert into raw.contract_columns values {rows}")
    codes = ", ".join(
        f"('{s.name}', '{c.name}', '{code}')" for s in contract.values() for c in s.columns for code in c.codes
    )
    connection.execute(f"insert into raw.contract_codes values {codes}")
    connection.commit()


def _renew_check_results(connection: DuckDBPyConnection) -> None:
    """Give results of earlier versions the columns of today; the table forbade what is a checker now."""
    known = connection.execute(
        "select column_name from duckdb_columns() where schema_name = 'raw' and table_name = 'check_results'"
    ).fetchall()
    if ("judged_on",) in known:
        return
    connection.execute("alter table raw.check_results rename to check_results_before")
    connection.execute(CHECK_RESULTS_DDL)
    connection.execute("insert into raw.check_results by name from raw.check_results_before")
    connection.execute("drop table raw.check_results_before")
