"""Personal numbers where none belong: masked, told apart, and never confused with other numbers of twelve digits."""

import random
import re
import sys
import unicodedata
from itertools import accumulate

import duckdb
import pytest

from orchestration.contract import load_contract
from orchestration.ingestion.iin_spellings import OTHER_DIGITS
from orchestration.ingestion.personal_numbers import (
    has_checksum,
    masked_identifier_sql,
    masked_message,
    masked_name,
    masked_text_sql,
    masked_words,
)
from orchestration.ingestion.typing import PROSE
from tests.ingestion.test_tokens import INVALID, VALID, VALID_TOO

EXAMS = "attempt_id,candidate_iin,centre_code,started_at,result,driving_school\n"
RECEIPTS = "receipt_number,paid_on,amount_kzt\n"
# A born person's number, another's, and what only looks like one: a time stamp, and a check digit that is wrong.
SOMEBODY, ANOTHER, TIME_STAMP = "850515450336", "001107600549", "240115093000"
# The number of a company: where a birth date has its day, there is no day.
COMPANY, ANOTHER_COMPANY = "180540001234", "180540005678"
NEWS = "mention_id,published_at,medium,title,body\n"
# SOMEBODY in every spelling, with what is left of the text.
SPELLINGS = {
    "ТОО IIN850515450336 x": "ТОО IIN[IIN] x",
    "ИИН850515450336ж": "ИИН[IIN]ж",
    "x _850515450336_ x": "x _[IIN]_ x",
    "x850515_450336x": "x[IIN]x",
    "850515 450336": "[IIN]",
    "№ 12 850515\u00a0450336, x": "№ 12 [IIN], x",
    "850515-450336": "[IIN]",
    "85.05.15\u2011450336": "[IIN]",
    "8505 1545 0336 x": "[IIN] x",
    "8 5 0 5 1 5 4 5 0 3 3 6": "[IIN]",
    "8.50515450336E11": "[IIN]E11",
    "x\uff18\uff15\uff10\uff15\uff11\uff15\uff14\uff15\uff10\uff13\uff13\uff16": "x[IIN]",
    "٨٥٠٥١٥ ٤٥٠٣٣٦": "[IIN]",
    "850515 450336 850515 450336": "[IIN] [IIN]",
    "850515 450336 05.12.2024 10.30": "[IIN] 05.12.2024 10.30",
    # What stands before it has, with its first digits, the form of a number too, and is none.
    "Приказ 12.05.10 850515 450336": "Приказ 12.05.10 [IIN]",
    "от 09.10.2024 8505-1545-0336 ж": "от 09.10.2024 [IIN] ж",
    "900101 300126_850515 450336": "[IIN]_[IIN]",
    "12.05.10-12.05.10-850515 450336, 12.05.10 850515 450336.": "12.05.10-12.05.10-[IIN], 12.05.10 [IIN].",
    # Here it is one by chance (030510610202): no digit of either number is left.
    "x 03.05.10 610202 479195 12": "x [IIN] 12",
    "03.05.10 610202 479195 850515 450336": "[IIN] [IIN]",
}
# All that may stand between two digits, written out: spaces, breaks of a line, what shows nothing, dashes.
BETWEEN = (
    *("\t", "\n", "\r", "\r\n", "\v", "\f", "\x85", "\u2028", "\u2029", "\x00", " ", ".", "_", "-"),
    *("\u00a0", "\u1680", "\u2000", "\u2001", "\u2002", "\u2003", "\u2004", "\u2005", "\u2006", "\u2007", "\u2008"),
    *("\u2009", "\u200a", "\u202f", "\u205f", "\u3000", "\u00ad", "\u200b", "\u200c", "\u200d", "\u2060", "\ufeff"),
    *("\u200e", "\u200f", "\u2010", "\u2011", "\u2012", "\u2013", "\u2014", "\u2015", "\u2212"),
)
# Digits that are nobody's: dates and times whose check digit happens to be right, telephones, sums, a wrong check
# digit, one digit more before or behind.
ORDINARY = (
    "05.12.2024 1039",
    "05.12.2024 10.39-11.45",
    "05-12-2024-1019 x",
    "2012-05-12 1029",
    "01.02.2024-15.04.2024",
    "8 701 555 44 33, 8 701 555 44 34",
    "+7-701-555-44-33-2",
    "12 345 678 901.50",
    "850515 450337",
    "1850515 450336",
    "850515 4503361",
    "850515  450336",
    "٢٠٢٤-٠١-٠٩ ١٢٣",
    "12.05.10 850515 450337",
)


def receipts(load_csv, *numbers):
    installation = load_csv("treasury_receipts", RECEIPTS + "".join(f"{number},2024-01-09,100\n" for number in numbers))
    return [number for (number,) in installation.rows("select receipt_number from raw.treasury_receipts order by all")]


def test_identifiers_of_twelve_digits_stay(load_csv):
    assert receipts(load_csv, TIME_STAMP, INVALID, VALID_TOO, f"{SOMEBODY}0") == sorted(
        [TIME_STAMP, INVALID, VALID_TOO, f"{SOMEBODY}0"]
    )


@pytest.mark.parametrize("form", ["{}", "R-{}", "{}/2024", "№{}", "240115093000-{}", "App {}", "№ {} of 2024"])
def test_a_personal_number_in_an_identifier_is_masked_and_two_stay_two(load_csv, form):
    found = receipts(load_csv, form.format(SOMEBODY), form.format(ANOTHER))
    assert len(set(found)) == 2
    assert all("[IIN]" in number and SOMEBODY not in number and ANOTHER not in number for number in found)


def test_an_identifier_with_a_space_keeps_a_number_that_is_nobodys(load_csv):
    assert receipts(load_csv, f"№ {COMPANY}", f"№ {ANOTHER_COMPANY}") == [f"№ {COMPANY}", f"№ {ANOTHER_COMPANY}"]


def test_schools_stay_as_many_as_were_delivered(load_csv):
    """A school's name is what risk signals are counted by; it is no prose."""
    delivered = [f"ТОО «Жол» БИН {COMPANY}", f"ТОО «Жол» БИН {ANOTHER_COMPANY}", f"ИП {SOMEBODY}", f"ИП {ANOTHER}"]
    rows = (f"T{at},{VALID},C1,2024-01-09 10:00,passed,{school}\n" for at, school in enumerate(delivered))
    installation = load_csv("theory_exams", EXAMS + "".join(rows))
    schools = [name for (name,) in installation.rows("select driving_school from raw.theory_exams order by attempt_id")]
    assert schools[:2] == delivered[:2]
    assert all(school.startswith("ИП [IIN]-") for school in schools[2:]) and schools[2] != schools[3]


@pytest.fixture
def connection():
    with duckdb.connect() as connection:
        yield connection


def masked_by_sql(connection, masked_sql, texts):
    """What DuckDB makes of each text with the SQL for one."""
    connection.execute("create table texts as select unnest(range(len($1))) as number, unnest($1) as text", [texts])
    found = connection.execute(f"select {masked_sql('text')} from texts order by number").fetchall()
    connection.execute("drop table texts")
    return [text for (text,) in found]


def random_number(draw):
    born = f"{draw.randrange(100):02}{draw.randrange(1, 13):02}{draw.randrange(1, 29):02}"
    while True:
        number = f"{born}{draw.choice('123456')}{draw.randrange(100_000):05}"
        if has_checksum(number):
            return number


def respelt(draw, number):
    separator = draw.choice(BETWEEN)
    lengths = draw.choice([(12,), (6, 6), (4, 4, 4), (2,) * 6, (1,) * 12])
    ends = list(accumulate(lengths))
    return separator.join(number[end - length : end] for length, end in zip(lengths, ends, strict=True))


def surroundings(draw):
    """What may stand before a number: nothing that is one itself, and no digit right before."""
    day, month, year = f"{draw.randrange(1, 29):02}", f"{draw.randrange(1, 13):02}", draw.randrange(1990, 2026)
    return draw.choice(
        [
            "Школа ",
            f"№ {draw.randrange(10**6)} ",
            f"{draw.randrange(100):02}-{draw.randrange(10**4):04}_",
            f"от {day}.{month}.{year % 100:02} ",
            f"от {day}.{month}.{year}\n",
            f"{year}-{month}-{day} {day}.{month} ",
            f"тел. 8 701 {draw.randrange(1000):03} {draw.randrange(100):02} {draw.randrange(100):02} ",
            f"{respelt(draw, random_number(draw))}{draw.choice(BETWEEN)}",
            f"{respelt(draw, random_number(draw))}, ",
        ]
    )


def behind(draw):
    return draw.choice(["", " тел", " 12", "/5", ", 2024", "_a", "ж", f" {random_number(draw)}"])


def schools_and_news(installation, texts):
    """What becomes of each text as a school's name, and as the body of a news item."""
    for name, header, row in (
        ("theory_exams/a.csv", EXAMS, 'T{at:03},{iin},C1,2024-01-09 10:00,passed,"{text}"\n'),
        ("media_mentions/a.csv", NEWS, '{at:03},2024-01-09 10:00,news,t,"{text}"\n'),
    ):
        rows = (row.format(at=at, iin=VALID, text=text) for at, text in enumerate(texts))
        installation.deliver(name, header + "".join(rows))
    installation.load()
    schools = installation.rows("select driving_school from raw.theory_exams order by attempt_id")
    news = installation.rows("select body from raw.media_mentions order by mention_id")
    return [school for (school,) in schools], [body for (body,) in news]


def test_a_personal_number_is_masked_in_every_spelling(installation):
    schools, news = schools_and_news(installation, SPELLINGS)
    assert news == list(SPELLINGS.values())
    assert [school.rpartition("-")[0] for school in schools] == list(SPELLINGS.values())
    assert len(set(schools)) == len(schools)
    assert [masked_message(text) for text in SPELLINGS] == list(SPELLINGS.values())
    assert len({masked_name(text, b"key") for text in SPELLINGS}) == len(SPELLINGS)


def test_other_numbers_stay_as_they_were_delivered(installation):
    schools, news = schools_and_news(installation, ORDINARY)
    assert schools == news == list(ORDINARY)
    assert [masked_message(text) for text in ORDINARY] == list(ORDINARY)


def test_whatever_stands_between_two_of_its_digits_it_is_masked(connection):
    spelt = [f"x 850515{separator}450336" for separator in BETWEEN]
    assert masked_by_sql(connection, masked_text_sql, spelt) == ["x [IIN]"] * len(spelt)
    assert [masked_message(text) for text in spelt] == ["x [IIN]"] * len(spelt)
    # One of them, not two: those are two numbers.
    apart = [f"850515{separator}{separator}450336" for separator in BETWEEN]
    assert masked_by_sql(connection, masked_text_sql, apart) == apart == [masked_message(text) for text in apart]


def test_a_personal_number_with_a_break_of_the_line_in_it_reaches_no_row(installation):
    schools, news = schools_and_news(
        installation, ["ИП 850515\n450336", "ИП 850515\r\n450336", "ИП 850515\u2003450336"]
    )
    assert news == ["ИП [IIN]"] * 3
    assert [school.rpartition("-")[0] for school in schools] == ["ИП [IIN]"] * 3


def test_in_random_surroundings_none_is_left_and_python_masks_what_sql_does(connection):
    """No digit is left beside a number's own, whatever stands before and behind it."""
    draw = random.Random(20)  # noqa: S311 - no secret
    numbers = [random_number(draw) for _ in range(4000)]
    texts = [f"{surroundings(draw)}{respelt(draw, number)}{behind(draw)}" for number in numbers]
    masked = [masked_message(text) for text in texts]
    pairs = list(zip(numbers, masked, strict=True))
    assert [number for number, text in pairs if number in re.sub(r"[^\d\[]", "", text)] == []
    identifiers = masked_by_sql(connection, lambda text: masked_identifier_sql(text, lambda value: "'hash'"), texts)
    assert identifiers == [f"{text}-hash" for text in masked]
    prose = masked_by_sql(connection, masked_text_sql, texts)
    assert prose == [re.sub(r"(?<!\d)\d{12}(?!\d)", "[IIN]", text) for text in masked]


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("a(002012345678)", "a([IIN])"),
        ("002012345678_002012345679 1234567890123", "[IIN]_[IIN] 1234567890123"),
        ("12.05.10 002012345678-12 05", "12.05.10 [IIN]-12 05"),
    ],
)
def test_any_twelve_digits_of_prose_are_masked(installation, text, left):
    assert schools_and_news(installation, [text]) == ([text], [left])


def test_of_words_that_people_typed_no_twelve_digits_are_left():
    assert masked_words("of 0020123456789, 850515 450336 and ００２０１２３４５６７８") == "of [IIN]9, [IIN] and [IIN]"


def test_the_digits_of_all_scripts_are_known():
    digits = [chr(code) for code in range(sys.maxunicode + 1) if unicodedata.category(chr(code)) == "Nd"]
    assert set(OTHER_DIGITS) == set(digits) - set("0123456789")
    assert all(unicodedata.decimal(digit) == at % 10 for at, digit in enumerate(OTHER_DIGITS))


def test_prose_tells_no_rows_apart():
    """Its masks are followed by no hash, so it may be no part of a key."""
    strings = {(c.name, c.name in s.key) for s in load_contract().values() for c in s.columns if c.type == "string"}
    assert {(name, False) for name in PROSE} <= strings
    assert not any((name, True) in strings for name in PROSE)


def test_what_is_masked_still_joins(installation):
    installation.deliver("treasury_receipts/a.csv", f"{RECEIPTS}{VALID},2024-01-09,100\n")
    installation.deliver(
        "vehicle_registrations/a.csv",
        f"registration_id,registered_at,centre_code,vin,fee_receipt\n1,2024-01-09 10:00,C1,V1,{VALID}\n",
    )
    installation.load()
    assert installation.rows(
        "select count(*) from raw.treasury_receipts as receipts "
        "inner join raw.vehicle_registrations as registrations on receipts.receipt_number = registrations.fee_receipt"
    ) == [(1,)]


def test_a_correction_of_a_masked_row_replaces_it(installation):
    installation.deliver("treasury_receipts/a.csv", f"{RECEIPTS}{VALID},2024-01-09,100\n")
    installation.load()
    installation.deliver("treasury_receipts/b.csv", f"{RECEIPTS}{VALID},2024-01-09,200\n")
    installation.load()
    assert installation.rows("select count(distinct _business_key), count(*) from raw.treasury_receipts") == [(1, 2)]


def test_file_names_are_masked_told_apart_and_known_again(installation):
    for iin in (SOMEBODY, ANOTHER):
        installation.deliver(f"treasury_receipts/of_{iin}.csv", f"{RECEIPTS}{iin[:3]},2024-01-09,100\n")
    installation.deliver(f"treasury_receipts/export_{TIME_STAMP}.csv", f"{RECEIPTS}1,2024-01-09,100\n")
    installation.deliver(f"{VALID}/a.csv", "a\n1\n")
    assert installation.load().total.loaded == 3
    names = {name for name, *_ in installation.ledger()}
    assert f"export_{TIME_STAMP}.csv" in names
    assert len(names) == 4
    assert not any(iin in name for name in names for iin in (SOMEBODY, ANOTHER))
    ((folder, reason),) = installation.rows("select source, reason from raw.ledger where status = 'rejected'")
    assert VALID not in folder + reason and folder in reason
    assert installation.load().load_run is None


def test_a_date_before_a_personal_number_hides_it_in_no_file_name_and_no_reason(installation):
    installation.deliver("treasury_receipts/12.05.10 610202 479195.csv", f"{RECEIPTS}1,2024-01-09,100\n")
    installation.load()
    ((name, *_),) = installation.ledger()
    assert re.fullmatch(r"12\.05\.10 \[IIN\]-[0-9a-f]{12}\.csv", name)
    assert masked_words("req 12.05.10 610202 479195 end") == "req 12.05.10 [IIN] end"


def test_a_header_that_is_a_personal_number_is_masked_in_the_ledgers_reason(load_csv):
    installation = load_csv("treasury_receipts", f"receipt_number,paid_on,amount_kzt,{VALID}\n1,2024-01-09,100,\n")
    assert installation.rows("select reason from raw.ledger") == [("columns not in the contract, not loaded: [IIN]",)]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        (f"{'x' * 50} {VALID} y", f"{'x' * 50} [IIN] y"),
        (f"{'x' * 58} {VALID}", f"{'x' * 58} […"),
        ("of 900101 300126", "of [IIN]"),
        ("of ９００１０１３００１２６", "of [IIN]"),
        ("a" * 80, f"{'a' * 60}…"),
    ],
)
def test_a_long_headers_name_is_masked_before_it_is_cut(load_csv, name, shown):
    installation = load_csv("treasury_receipts", f"receipt_number,paid_on,amount_kzt,{name}\n1,2024-01-09,100,\n")
    assert installation.rows("select reason from raw.ledger") == [
        (f"columns not in the contract, not loaded: {shown}",)
    ]


def test_a_text_full_of_digits_takes_no_longer_than_it_is(connection):
    """Looking at each place of it by itself would take the hour: it would stall every delivery behind it."""
    digits = "7 " * 200_000
    texts = [f"{digits}| 850515 450336 |{digits}", f"{digits}| 12 345 |{digits}"]
    masked, other = masked_by_sql(connection, masked_text_sql, texts)
    assert masked == "[IIN] | [IIN] |[IIN] "
    assert other == texts[1]
