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
    SPELT,
    SPELT_ALONE,
    plain_digits_sql,
)

MASK = "[IIN]"
ANY_TWELVE_DIGITS = r"\d{12}"
LONG_NUMBER = r"\d{12,}"
# Year, month and day of birth, then 1-6 for century and sex.
IIN = r"\d{2}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])[1-6]\d{5}"
DISTINCT_HEX_DIGITS = 12

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
    is_one = f"strlen(_found.digits) = 12 and (_found.spelt = _found.digits or {_is_iin_sql('_found')})"
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

    `may_hold` is the pattern without which a text is none of that: nearly all texts go no further. `is_one` is SQL
    over `_found`, a struct of the number as it is spelt and its digits.
    """
    # Numbers without separators are looked for apart: none of them may hide in a longer spelling that is no IIN.
    spelt = f"list_concat(regexp_extract_all(_plain, '{LONG_NUMBER}'), regexp_extract_all(_plain, '{SPELT_ALONE}', 1))"
    found = r"{'spelt': _spelt, 'digits': regexp_replace(_spelt, '\D', '', 'g')}"
    numbers = f"list_filter(list_transform({spelt}, lambda _spelt: {found}), lambda _found: {is_one})"
    masked = f"list_reduce(_numbers, lambda _text, _spelt: replace(_text, _spelt, '{MASK}'), _plain)"
    # A list of one binds a name to what would be worked out at each place that needs it.
    return (
        f"case when strlen({text}) >= 12 and regexp_matches({text}, '{may_hold}|{OTHER_DIGIT}') then "
        f"list_transform([{plain_digits_sql(text)}], lambda _plain: "
        f"list_transform([list_transform({numbers}, lambda _found: _found.spelt)], lambda _numbers: "
        f"case when len(_numbers) = 0 then {text} else {masked}{ending} end)[1])[1] else {text} end"
    )


def _is_iin_sql(found: str) -> str:
    return (
        f"(regexp_full_match({found}.digits, '{IIN}') and {has_checksum_sql(f'{found}.digits')} "
        f"and not regexp_matches({found}.spelt, '{DATE}'))"
    )


def _with_each_iin_as(replacement: Callable[[str], str], text: str) -> str:
    masked, end = "", 0
    for start, stop in sorted(_iins(text.translate(AS_PLAIN_DIGITS))):
        if start >= end:
            masked += text[end:start] + replacement(text[start:stop])
            end = stop
    return masked + text[end:]


def _iins(plain: str) -> Iterator[tuple[int, int]]:
    """Where in a text of plain digits each IIN begins and ends."""
    for pattern in (f"({LONG_NUMBER})", SPELT_ALONE):
        for found in re.finditer(pattern, plain, re.ASCII):
            digits = re.sub(r"\D", "", found[1], flags=re.ASCII)
            is_iin = re.fullmatch(IIN, digits, re.ASCII) and has_checksum(digits)
            if is_iin and not re.search(DATE, found[1], re.ASCII):
                yield found.span(1)


def _weighted_sum_sql(iin: str, weights: tuple[int, ...]) -> str:
    terms = (f"try_cast({iin} as bigint) // {10 ** (11 - at)} % 10 * {weight}" for at, weight in enumerate(weights))
    return f"({' + '.join(terms)})"
