"""The contract's type words as DuckDB SQL: which texts are a value of a type, and which value they are.

Pure functions from a contract column to SQL expressions over the texts of `incoming`.
"""

from orchestration.contract import Column, Source
from orchestration.ingestion.personal_numbers import (
    ANY_TWELVE_DIGITS,
    MASK,
    has_checksum_sql,
    masked_identifier_sql,
    masked_text_sql,
)
from orchestration.ingestion.raw_schema import SQL_TYPES

# The calendar begins with the year 1. An event lies in years that can be counted month by month: a slip of the pen
# in one row must not stretch every indicator over eight thousand years.
YEAR = r"(\d{3}[1-9]|\d{2}[1-9]\d|\d[1-9]\d{2}|[1-9]\d{3})"
EVENT_YEAR = r"(199\d|20\d{2})"
EVENT_YEARS = "1990 to 2099"
TIME = r"([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,9})?)?"
# Offsets go from -12:00 to +14:00; one beyond is damage.
OFFSET = r"([Zz]|[+-](0\d|1[0-4])(:?[0-5]\d)?)"
# Space, no-break space, narrow no-break space.
THOUSANDS_MARKS = ("\u0020", "\u00a0", "\u202f")
DECIMAL = rf"[+-]?(\d+|\d{{1,3}}([{''.join(THOUSANDS_MARKS)}]\d{{3}})+)([.,]\d+)?"
PLAIN_DECIMAL = r"[+-]?\d+(\.\d+)?"
INTEGER = r"[+-]?\d+(\.0+)?"
IIN = r"\d{12}"

# Texts for people, in which any number of twelve digits is masked. Nothing is told apart or joined by them; all other
# texts are identifiers and names.
PROSE = ("title", "body", "subject")

BOOLEANS: dict[bool, tuple[str, ...]] = {
    True: ("true", "1", "yes", "иә", "да"),
    False: ("false", "0", "no", "жоқ", "нет"),
}

EXPECTED_FORM: dict[str, str] = {
    "integer": "not an integer",
    "decimal": "not a decimal number",
    "date": "not a date (YYYY-MM-DD or DD.MM.YYYY)",
    "timestamp": "not a timestamp (date and time, HH:MM at least)",
    "boolean": "not a boolean (true/false, 1/0, yes/no, иә/жоқ, да/нет)",
    "iin": "not an IIN (12 digits)",
}
# What was meant for a date, and a number too short for a person's or a telephone's.
_DATE_MEANT = r"(\d{4}-\d{1,2}-\d{1,2}|\d{1,2}\.\d{1,2}\.\d{2,4})"
_TIME_MEANT = r"[ Tt]\d{1,2}(:\d{1,2}){1,2}([.,]\d{1,9})?( ?([Zz]|[+-]\d{1,2}(:?\d{2})?))?"
_SIGNS = f"[{''.join(THOUSANDS_MARKS)}.,:/+-]*"
NOBODY = rf"{_DATE_MEANT}({_TIME_MEANT})?|{_SIGNS}(\d{_SIGNS}){{0,9}}"
REQUIRED_BUT_EMPTY = "required, but empty"

TOKEN_HEX_DIGITS = 32


def typed_columns(column: Column) -> dict[str, str]:
    """The raw columns of a contract column, each with the SQL that makes it from the text; null when it cannot be."""
    text = f'"{column.name}"'
    match column.type:
        case "date":
            return {column.name: _date(text, _year(column))}
        case "timestamp":
            is_utc = f"regexp_matches({text}, '{OFFSET}$') and not regexp_full_match({text}, '{_date_form(YEAR)}')"
            return {column.name: _timestamp(text, _year(column)), f"{column.name}_is_utc": f"coalesce({is_utc}, false)"}
        case "boolean":
            return {column.name: _boolean(text)}
        case "decimal":
            return {column.name: _decimal(text)}
        case "integer":
            return {column.name: _where_full_match(text, INTEGER, f"try_cast({text} as bigint)")}
        case "iin":
            return {
                column.name: _where_full_match(text, IIN, token(text)),
                f"{column.name}_is_valid": _where_full_match(text, IIN, has_checksum_sql(text)),
            }
        case "string" | "region" | "code" | "centre" | "employee":
            return {column.name: _masked(column, text)}


def problem(column: Column, value: str) -> str:
    """SQL that is true when a row goes to quarantine for this column; `value` is the typed value's SQL name."""
    text = f'"{column.name}"'
    if column.required:
        return f"{value} is null"
    return f"({text} is not null and {value} is null)"


def problem_reason(column: Column) -> str:
    """SQL for the reason of a quarantined value, over the texts of `incoming`."""
    text = f'"{column.name}"'
    form = EXPECTED_FORM.get(column.type, "not a " + column.type)
    untimely = ""
    if column.clock:
        value = _date(text, YEAR) if column.type == "date" else _timestamp(text, YEAR)
        untimely = f"when {value} is not null then 'an event outside the years {EVENT_YEARS}' "
    return f"case when {text} is null then '{REQUIRED_BUT_EMPTY}' {untimely}else '{form}' end"


def quarantined_value(source: Source, column: Column) -> str:
    """SQL for the value that the quarantine may keep: none of a personal column, and no personal number of any other.

    A row of a person may have anything of theirs in a wrong column: there only what can hold nobody is kept.
    """
    text = f'"{column.name}"'
    if column.pii:
        return "null"
    if source.is_personal:
        return f"case when {holds_nobody(text)} then {text} end"
    return f"regexp_replace({masked_text_sql(text)}, '{ANY_TWELVE_DIGITS}', '{MASK}', 'g')"


def holds_nobody(value: str) -> str:
    """SQL: whether a refused value is nothing but a date or a short number."""
    return f"regexp_full_match({value}, '{NOBODY}')"


def key_part(column: Column, value: str) -> str:
    """SQL for a typed value as a part of the business key (contract: codes in lower case)."""
    return f"lower({value})" if column.type == "code" else f"cast({value} as varchar)"


def token(iin: str) -> str:
    """SQL for the keyed token of an IIN: the first 128 bits of its keyed hash, in hex."""
    return f"left({keyed_hash(iin, 'token')}, {TOKEN_HEX_DIGITS})"


def erasure_mark(iin: str) -> str:
    """SQL for the mark by which the vault knows an erased person again."""
    return keyed_hash(f"'erased:' || {iin}", "mark")


def substitute(value: str) -> str:
    """SQL for what stands in the place of a severed person's token: like a token, but under a salt that nobody keeps.

    `tokens.use_substitutes` sets the salt: one person has one substitute as long as the connection lives.
    """
    return f"left({keyed_hash(value, 'substitute')}, {TOKEN_HEX_DIGITS})"


def keyed_hash(text: str, key: str) -> str:
    """SQL for the HMAC-SHA-256 (RFC 2104) of a text, in hex.

    The padded keys come from the connection's variables, which `tokens` sets: no key in a query's text.
    """
    inner = f"unhex(sha256(getvariable('{key}_inner_key') || encode({text})))"
    return f"sha256(getvariable('{key}_outer_key') || {inner})"


def _where_full_match(text: str, pattern: str, value: str) -> str:
    return f"case when regexp_full_match({text}, '{pattern}') then {value} end"


def _iso_date(text: str) -> str:
    return (
        f"case when {text}[3] = '.' then {text}[7:10] || '-' || {text}[4:5] || '-' || {text}[1:2] else {text}[1:10] end"
    )


def _decimal(text: str) -> str:
    plain = f"try_cast({text} as {SQL_TYPES['decimal']})"
    digits = f"replace({text}, ',', '.')"
    for space in THOUSANDS_MARKS:
        digits = f"replace({digits}, '{space}', '')"
    marked = f"try_cast({digits} as {SQL_TYPES['decimal']})"
    otherwise = _where_full_match(text, DECIMAL, marked)
    return f"case when regexp_full_match({text}, '{PLAIN_DECIMAL}') then {plain} else {otherwise} end"


def _year(column: Column) -> str:
    return EVENT_YEAR if column.clock else YEAR


def _date_form(year: str) -> str:
    return rf"({year}-\d{{2}}-\d{{2}}|\d{{2}}\.\d{{2}}\.{year})"


def _date(text: str, year: str) -> str:
    return _where_full_match(text, _date_form(year), f"try_cast({_iso_date(text)} as date)")


def _timestamp(text: str, year: str) -> str:
    form = rf"{_date_form(year)}[ Tt]{TIME}( ?{OFFSET})?"
    plain_form = rf"{year}-\d{{2}}-\d{{2}}[ T]{TIME}"
    clock = f"regexp_extract({text}, '^.{{10}}.({TIME})', 1)"
    civil = f"try_cast({_iso_date(text)} || ' ' || {clock} as timestamp)"
    offset = f"regexp_extract({text}, '{OFFSET}$', 1)"
    minutes = (
        f"(case when {offset}[1] in ('Z', 'z') then 0 else "
        f"(case when {offset}[1] = '-' then -1 else 1 end) * (60 * cast({offset}[2:3] as integer) "
        f"+ coalesce(try_cast(right(replace({offset}[4:], ':', ''), 2) as integer), 0)) end)"
    )
    # Nearly all deliveries are in the plain form, which DuckDB casts ten times as fast as the parts are taken apart.
    plain = f"when regexp_full_match({text}, '{plain_form}') then try_cast({text} as timestamp)"
    offset_form = f"when regexp_matches({text}, '{TIME} ?{OFFSET}$') then {civil} - to_minutes({minutes})"
    return f"case {plain} when not regexp_full_match({text}, '{form}') then null {offset_form} else {civil} end"


def _boolean(text: str) -> str:
    branches = " ".join(
        f"when lower({text}) in ({', '.join(repr(word) for word in words)}) then {str(value).lower()}"
        for value, words in BOOLEANS.items()
    )
    return f"case {branches} end"


def _masked(column: Column, text: str) -> str:
    if column.pii or column.name in PROSE:
        return masked_text_sql(text)
    return masked_identifier_sql(text, lambda value: keyed_hash(value, "mark"))
