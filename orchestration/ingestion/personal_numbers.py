"""Personal numbers where none belong: how they are told from other numbers, and what takes their place.

In a text for people, twelve digits that stand alone are masked. An identifier or a name (of a school, of a file) may
hold twelve digits in its own right, with or without words around them, so there only those are masked that are an IIN:
a birth date, a digit for century and sex, and the right check digit. Such a one is masked in every spelling, in texts
for people too. What was masked in an identifier stays distinct, by a keyed hash: two identifiers never become one.
What a personal number in its own column becomes belongs in `typing`.
"""

import hmac
import re
from collections.abc import Callable, Iterator

from orchestration.ingestion.iin_spellings import (
    AS_PLAIN_DIGITS,
    DATE,
    OTHER_DIGIT,
    PIECE,
    SPELT,
    STRETCH,
    plain_digits_sql,
)

MASK = "[IIN]"
ANY_TWELVE_DIGITS = r"\d{12}"
# Year, month and day of birth, then 1-6 for century and sex.
IIN = r"\d{2}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])[1-6]\d{5}"
DISTINCT_HEX_DIGITS = 12
# A digit is one piece of a text at least.
MOST_PIECES = 12
# DuckDB copies the list of pieces for each of them.
MOST_PIECES_TRIED = 500

FIRST_WEIGHTS = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)
SECOND_WEIGHTS = (3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2)


def has_checksum_sql(iin: str) -> str:
    """SQL for the check digit of twelve digits (weights 1..11 mod 11; at 10 again with 3..11,1,2; at 10 none)."""
    first, second = (_weighted_sum_sql(iin, weights) for weights in (FIRST_WEIGHTS, SECOND_WEIGHTS))
    control = f"case when {first} % 11 < 10 then {first} % 11 else {second} % 11 end"
    return f"({control}) = try_cast({iin} as bigint) % 10"


def has_checksum(iin: str) -> bool:
    """The same of one number, as a text of twelve digits."""
    digits = [int(digit) for digit in iin]
    for weights in (FIRST_WEIGHTS, SECOND_WEIGHTS):
        control = sum(digit * weight for digit, weight in zip(digits, weights, strict=False)) % 11
        if control < 10:
            return control == digits[-1]
    return False


def masked_text_sql(text: str) -> str:
    """SQL for a text for people without the twelve-digit numbers and the IIN in it."""
    is_one = f"(_found.spelt = _found.digits or {_is_iin_sql('_found')})"
    return _masked_sql(text, f"{ANY_TWELVE_DIGITS}|{SPELT}", is_one)


def masked_identifier_sql(text: str, keyed_hash: Callable[[str], str]) -> str:
    """SQL for an identifier without the IIN in it: masked, and followed by its keyed hash when one was there."""
    distinct = f"left({keyed_hash(text)}, {DISTINCT_HEX_DIGITS})"
    return _masked_sql(text, SPELT, _is_iin_sql("_found"), f" || '-' || {distinct}")


def masked_name(name: str, key: bytes) -> str:
    """The name of a file or folder with each IIN in it replaced by the mask and a keyed hash, its ending kept."""

    def distinct(number: str) -> str:
        return f"{MASK}-{hmac.digest(key, number.encode(), 'sha256').hex()[:DISTINCT_HEX_DIGITS]}"

    return _with_each_iin_as(distinct, name)


def masked_message(message: str) -> str:
    """A message for people or a log, without any IIN that a file's name or a header brought into it."""
    return _with_each_iin_as(lambda number: MASK, message)


def masked_words(words: str) -> str:
    """What somebody typed, without any IIN and any twelve digits in it."""
    plain = masked_message(words).translate(AS_PLAIN_DIGITS)
    return re.sub(ANY_TWELVE_DIGITS, MASK, plain, flags=re.ASCII)


def _masked_sql(text: str, may_hold: str, is_one: str, ending: str = "") -> str:
    """SQL for `text` with the mask for each number that is one, and then `ending`; without such a number, `text`.

    `may_hold` is the pattern of what may be one; nearly all texts hold none and go no further. `is_one` is SQL over
    `_found`, a struct of the number as it is spelt and its digits.

    Numbers may overlap: a date and the first digits of an IIN have the form of one too. So each piece of the text is
    taken for a number's beginning, and what is masked are pieces: `_ends` has for each the piece behind the number
    that begins there (0 for none), `_reach` the furthest of those that began there or before. In a text of more than
    MOST_PIECES_TRIED pieces, which no identifier is, all stretches of digits that may hold one are masked.
    """
    window = f"array_to_string(_pieces[_at : _at + {MOST_PIECES - 1}], '')"
    # RE2 does not look ahead: what stands behind the number is matched, but not in the group.
    spelt = rf"list_transform(_pieces, lambda _piece, _at: regexp_extract({window}, '^({may_hold})(?:\D|$)', 1))"
    found = (
        rf"list_transform({spelt}, lambda _spelt: {{'spelt': _spelt, 'digits': regexp_replace(_spelt, '\D', '', 'g')}})"
    )
    behind = r"_at + len(regexp_extract_all(_found.spelt, '\d+'))"
    is_none = "_found.spelt = ''"
    end = f"case when {is_none} then 0 when {is_one} then {behind} else 0 end"
    ends = f"list_transform({found}, lambda _found, _at: {end})"
    reach = f"list_transform(_ends, lambda _end, _at: list_max(_ends[greatest(_at - {MOST_PIECES - 1}, 1) : _at]))"
    mask = f"case when _at > 1 and _reach[_at - 1] > _at then '' else '{MASK}' end"
    separator = r"case when _reach[_at] > _at + 1 then '' else regexp_replace(_piece, '^\d+', '') end"
    piece = f"case when _reach[_at] > _at then {mask} || {separator} else _piece end"
    masked = f"array_to_string(list_transform(_pieces, lambda _piece, _at: {piece}), '')"
    with_masks = f"case when list_max(_ends) = 0 then {text} else {_bound('_reach', reach, masked)}{ending} end"
    all_masked = f"regexp_replace(array_to_string(_pieces, ''), '{STRETCH}', '{MASK}', 'g'){ending}"
    with_masks = (
        f"case when len(_pieces) > {MOST_PIECES_TRIED} then {all_masked} else {_bound('_ends', ends, with_masks)} end"
    )
    pieces = f"regexp_extract_all({plain_digits_sql(text)}, '{PIECE}')"
    return (
        f"case when strlen({text}) >= 12 and regexp_matches({text}, '{may_hold}|{OTHER_DIGIT}') then "
        f"{_bound('_pieces', pieces, with_masks)} else {text} end"
    )


def _bound(name: str, value: str, expression: str) -> str:
    """SQL for an expression over `name`, which a list of one binds to what each place of it would work out."""
    return f"list_transform([{value}], lambda {name}: {expression})[1]"


def _is_iin_sql(found: str) -> str:
    return (
        f"(regexp_full_match({found}.digits, '{IIN}') and {has_checksum_sql(f'{found}.digits')} "
        f"and not regexp_matches({found}.spelt, '{DATE}'))"
    )


def _with_each_iin_as(replacement: Callable[[str], str], text: str) -> str:
    masked, end = "", 0
    for start, stop in _stretches(text.translate(AS_PLAIN_DIGITS)):
        masked += text[end:start] + replacement(text[start:stop])
        end = stop
    return masked + text[end:]


def _stretches(plain: str) -> Iterator[tuple[int, int]]:
    """Where in a text of plain digits each IIN begins and ends; those that overlap are one stretch."""
    start = end = 0
    for at, stop in _iins(plain):
        if at >= end:
            if end:
                yield start, end
            start = at
        end = stop
    if end:
        yield start, end


def _iins(plain: str) -> Iterator[tuple[int, int]]:
    # Looked for ahead of each place: what is none must not take the first digits of one with it.
    for found in re.finditer(rf"(?<!\d)(?=({SPELT})(?!\d))", plain, re.ASCII):
        digits = re.sub(r"\D", "", found[1], flags=re.ASCII)
        is_iin = re.fullmatch(IIN, digits, re.ASCII) and has_checksum(digits)
        if is_iin and not re.search(DATE, found[1], re.ASCII):
            yield found.span(1)


def _weighted_sum_sql(iin: str, weights: tuple[int, ...]) -> str:
    terms = (f"try_cast({iin} as bigint) // {10 ** (11 - at)} % 10 * {weight}" for at, weight in enumerate(weights))
    return f"({' + '.join(terms)})"
