"""jsonl: one JSON object a line, whose keys are the header."""

from pathlib import Path

from duckdb import DuckDBPyConnection

from orchestration.contract import Column, Source
from orchestration.ingestion.readers.incoming import (
    IIN_DIGITS,
    NO_TEXT_IS_NULL,
    Header,
    UnreadableFile,
    append_records,
    is_blank,
    match_header,
)
from orchestration.ingestion.readers.limits import LONGEST_RECORD_BYTES
from orchestration.sql_text import literal

# A character that no JSON line can hold unescaped: read_csv then takes each line whole.
NO_DELIMITER = "\x1f"
NOT_A_JSON_OBJECT = "the line is not a JSON object"
REPEATED_KEY = "a key stands twice in the record: which of its values is meant cannot be told"


def read_jsonl(connection: DuckDBPyConnection, path: Path, source: Source, delivery_id: int) -> Header:
    """Append the records of a UTF-8 text file to `incoming`. UnreadableFile when it is to be rejected."""
    connection.execute(
        f"""
        create or replace temp table json_lines as
        select row_number() over () as number, line, surplus is null and json_valid(line) as is_json
        from read_csv(
            {literal(str(path))}, columns = {{'line': 'varchar', 'surplus': 'varchar'}}, header = false,
            delim = {literal(NO_DELIMITER)}, quote = '', escape = '', auto_detect = false, null_padding = true,
            nullstr = {literal(NO_TEXT_IS_NULL)}, max_line_size = {LONGEST_RECORD_BYTES}
        )
        where line is null or not {is_blank("line")}
        """
    )
    connection.execute(
        """
        create or replace temp table json_records as
        select *, list_transform(json_keys(record), lambda key: lower(trim(key))) as names
        from (
            select number, case when is_json and json_type(line) = 'OBJECT' then line::json end as record
            from json_lines
        )
        """
    )
    keys = connection.execute("select distinct unnest(json_keys(record)) from json_records order by 1").fetchall()
    if not keys:
        raise UnreadableFile("the file holds no JSON object")
    header = match_header([key for (key,) in keys], source)
    append_records(
        connection,
        "json_records",
        delivery_id,
        {name: _json_text(source.column(name), spellings) for name, spellings in header.found.items()},
        row_number="number",
        malformed=(
            f"case when record is null then {literal(NOT_A_JSON_OBJECT)} "
            f"when len(list_distinct(names)) < len(names) then {literal(REPEATED_KEY)} end"
        ),
    )
    connection.execute("drop table json_lines; drop table json_records")
    return header


def _json_text(column: Column, keys: list[str]) -> str:
    texts: list[str] = []
    for key in keys:
        path = literal('$."' + key.replace('"', '\\"') + '"')
        text = f"json_extract_string(record, {path})"
        if column.type == "iin":
            is_number = f"json_type(record, {path}) in ('UBIGINT', 'BIGINT')"
            text = f"case when {is_number} then lpad({text}, {IIN_DIGITS}, '0') else {text} end"
        texts.append(text)
    return f"coalesce({', '.join(texts)})"
