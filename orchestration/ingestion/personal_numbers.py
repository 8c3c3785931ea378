"""Personal numbers where none belong: how they are told from other numbers, and what takes their place.

In a text for people, twelve digits that stand alone are masked. An identifier or a name (of a school, of a file) may
hold twelve digits in its own right, with or without words around them, so there only those are masked that are an IIN:
a birth date, a digit for century and sex, and the right check digit. What was masked stays distinct, by a keyed hash:
two identifiers never become one.
What a personal number in its own column becomes belongs in `typing`.
"""

import hmac
import re
from collections.abc import Callable

MASK = "[IIN]"
ALONE_IN_TEXT = r"\b\d{12}\b"
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
    """SQL for a text for people without the twelve-digit numbers in it."""
    return f"regexp_replace({text}, '{ALONE_IN_TEXT}', '{MASK}', 'g')"


def masked_identifier_sql(text: str, keyed_hash: Callable[[str], str]) -> str:
    """SQL for an identifier without the IIN in it: masked, and followed by its keyed hash when one was there."""
    numbers = f"regexp_extract_all({text}, '{LONG_NUMBER}')"
    is_iin = f"regexp_full_match(number, '{IIN}') and {has_checksum_sql('number')}"
    mask = f"regexp_replace({text}, '{LONG_NUMBER}', '{MASK}', 'g')"
    distinct = f"left({keyed_hash(text)}, {DISTINCT_HEX_DIGITS})"
    return (
        f"case when length({text}) < 12 or not regexp_matches({text}, '{IIN}') then {text} "
        f"when len(list_filter({numbers}, lambda number: {is_iin})) = 0 then {text} "
        f"else {mask} || '-' || {distinct} end"
    )


def masked_name(name: str, key: bytes) -> str:
    """The name of a file or folder with each IIN in it replaced by the mask and a keyed hash, its ending kept."""

    def distinct(number: str) -> str:
        return f"{MASK}-{hmac.digest(key, number.encode(), 'sha256').hex()[:DISTINCT_HEX_DIGITS]}"

    return _with_each_iin_as(distinct, name)


def masked_message(message: str) -> str:
    """A message for people or a log, without any IIN that a file's name or a header brought into it."""
    return _with_each_iin_as(lambda number: MASK, message)


def _with_each_iin_as(replacement: Callable[[str], str], text: str) -> str:
    def replaced(found: re.Match[str]) -> str:
        number = found.group()
        return replacement(number) if re.fullmatch(IIN, number) and has_checksum(number) else number

    return re.sub(LONG_NUMBER, replaced, text)


def _weighted_sum_sql(iin: str, weights: tuple[int, ...]) -> str:
    terms = (f"try_cast({iin} as bigint) // {10 ** (11 - at)} % 10 * {weight}" for at, weight in enumerate(weights))
    return f"({' + '.join(terms)})"
