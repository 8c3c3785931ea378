"""How a personal number may be spelt: in digits of any script, and with one separator between the digits.

Patterns for DuckDB and for Python (there with re.ASCII), over texts whose digits of other scripts are made plain ones.
Which of the numbers so spelt are to be masked belongs in `personal_numbers`.
"""

# Where the ten digits of each other script begin (Unicode's category Nd).
ZEROS = (
    *(0x660, 0x6F0, 0x7C0, 0x966, 0x9E6, 0xA66, 0xAE6, 0xB66, 0xBE6, 0xC66, 0xCE6, 0xD66, 0xDE6, 0xE50, 0xED0, 0xF20),
    *(0x1040, 0x1090, 0x17E0, 0x1810, 0x1946, 0x19D0, 0x1A80, 0x1A90, 0x1B50, 0x1BB0, 0x1C40, 0x1C50, 0xA620, 0xA8D0),
    *(0xA900, 0xA9D0, 0xA9F0, 0xAA50, 0xABF0, 0xFF10, 0x104A0, 0x10D30, 0x11066, 0x110F0, 0x11136, 0x111D0, 0x112F0),
    *(0x11450, 0x114D0, 0x11650, 0x116C0, 0x11730, 0x118E0, 0x11950, 0x11C50, 0x11D50, 0x11DA0, 0x16A60, 0x16AC0),
    *(0x16B50, 0x1D7CE, 0x1D7D8, 0x1D7E2, 0x1D7EC, 0x1D7F6, 0x1E140, 0x1E2F0, 0x1E950, 0x1FBF0),
)
OTHER_DIGITS = "".join(chr(zero + value) for zero in ZEROS for value in range(10))
AS_PLAIN_DIGITS = str.maketrans(OTHER_DIGITS, "0123456789" * len(ZEROS))
OTHER_DIGIT = f"[{''.join(f'{chr(zero)}-{chr(zero + 9)}' for zero in ZEROS)}]"

# One of these may stand between two digits: a tab, a break of the line, a space of any width, what shows nothing (NUL,
# zero-width, direction and byte order marks), a dot, an underscore, and hyphens and dashes. NUL is an escape:
# none can stand in a query's text.
_WIDE_OR_UNSEEN = "\x85\u00a0\u00ad\u1680\u180e\u2000-\u2015\u2028-\u202f\u205f-\u206f\u2212\u3000\ufeff"
SEPARATORS = r"\x00" + f"\t-\r ._{_WIDE_OR_UNSEEN}-"
SEPARATOR = rf"(?:\r\n|[{SEPARATORS}])"
_OR_NONE = f"{SEPARATOR}?"
_MONTH = f"(?:0{_OR_NONE}[1-9]|1{_OR_NONE}[0-2])"
_DAY = rf"(?:0{_OR_NONE}[1-9]|[12]{_OR_NONE}\d|3{_OR_NONE}[01])"
# Year, month and day of birth, then 1-6 for century and sex.
SPELT = rf"\d{_OR_NONE}\d{_OR_NONE}{_MONTH}{_OR_NONE}{_DAY}{_OR_NONE}[1-6](?:{_OR_NONE}\d){{5}}"
# The pieces of a text: the digits that stand together, with one separator behind them, and what is between. A number
# begins and ends with a piece, whatever stands beside it.
PIECE = rf"\d+{_OR_NONE}|\D+"
# Twelve digits and more with at most one separator between them: no number so spelt lies outside of one.
STRETCH = rf"\d(?:{_OR_NONE}\d){{11,}}"
# A date with a time behind it has twelve digits too, and its day stands where a month of birth may.
_YEAR = r"(?:19|20)\d\d"
DATE = rf"(?:^|\D)(?:\d\d{SEPARATOR}\d\d{SEPARATOR}{_YEAR}|{_YEAR}{SEPARATOR}\d\d{SEPARATOR}\d\d)(?:\D|$)"


def plain_digits_sql(text: str) -> str:
    """SQL for a text with its digits of other scripts made plain ones."""
    translated = f"translate({text}, '{OTHER_DIGITS}', '{'0123456789' * len(ZEROS)}')"
    # Most texts have none, and translating costs much more than looking.
    return f"case when regexp_matches({text}, '{OTHER_DIGIT}') then {translated} else {text} end"
