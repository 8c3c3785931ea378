"""The same three court cases in every format, encoding and header that the contract allows give the same rows."""

import gzip
import json
from datetime import date
from io import BytesIO, StringIO

import polars as pl
import pytest
import xlsxwriter

HEADER = ["case_number", "filed_on", "region", "proceeding", "outcome", "claim_kzt"]
RECORDS = [
    ["2024-1", "2024-02-05", "Қостанай облысы", "civil", "satisfied", "1500.5"],
    ["2024-2", "2024-02-29", "Ұлытау облысы", "administrative", "pending", ""],
    ["2024-3", "2024-03-01", "", "civil", "settled", "20"],
]
EXPECTED = [
    ("2024-1", date(2024, 2, 5), "Қостанай облысы", "civil", "satisfied", 1500.5),
    ("2024-2", date(2024, 2, 29), "Ұлытау облысы", "administrative", "pending", None),
    ("2024-3", date(2024, 3, 1), None, "civil", "settled", 20.0),
]
LOADED = (
    "select case_number, filed_on, region, proceeding, outcome, claim_kzt::double "
    "from raw.court_cases order by case_number"
)


def delimited(delimiter=",", header=HEADER, records=RECORDS):
    return "\n".join(delimiter.join(row) for row in [header, *records]) + "\n"


def as_jsonl():
    return "\n".join(json.dumps(dict(zip(HEADER, row, strict=True)), ensure_ascii=False) for row in RECORDS) + "\n\n"


def as_xlsx():
    buffer = BytesIO()
    with xlsxwriter.Workbook(buffer) as workbook:
        sheet = workbook.add_worksheet()
        day = workbook.add_format({"num_format": "dd.mm.yyyy"})
        sheet.write_row(0, 0, HEADER)
        for at, (number, filed, region, proceeding, outcome, claim) in enumerate(RECORDS, start=1):
            sheet.write_string(at, 0, number)
            sheet.write_datetime(at, 1, date.fromisoformat(filed), day)
            sheet.write_row(at, 2, [region, proceeding, outcome])
            if claim:
                sheet.write_number(at, 5, float(claim))
    return buffer.getvalue()


def as_parquet():
    buffer = BytesIO()
    frame = pl.read_csv(StringIO(delimited()), schema_overrides={"filed_on": pl.String}, try_parse_dates=False)
    frame.with_columns(pl.col("filed_on").str.to_datetime("%Y-%m-%d")).write_parquet(buffer)
    return buffer.getvalue()


def dotted(text):
    year, month, day = text.split("-")
    return f"{day}.{month}.{year}"


DELIVERIES = {
    "comma.csv": delimited().encode(),
    "semicolon.CSV": delimited(";").encode("utf-8-sig"),
    "tab.tsv": delimited("\t").encode(),
    "windows line ends.csv": delimited().replace("\n", "\r\n").encode(),
    "kz-1048.csv": delimited(";").encode("kz1048"),
    "packed.csv.gz": gzip.compress(delimited(";").encode("kz1048")),
    "lines.jsonl": as_jsonl().encode(),
    "lines.jsonl.GZ": gzip.compress(as_jsonl().encode()),
    "book.xlsx": as_xlsx(),
    "table.parquet": as_parquet(),
    "other order and case.csv": delimited(
        header=[f" {name.upper()} " for name in reversed(HEADER)], records=[row[::-1] for row in RECORDS]
    ).encode(),
    "dates with dots.csv": delimited(records=[[n, dotted(filed), *rest] for n, filed, *rest in RECORDS]).encode(),
    "quoted.csv": delimited(records=[[f'"{value}"' for value in row] for row in RECORDS]).encode(),
    "blanks around.csv": delimited(records=[[f"  {value}\u00a0" for value in row] for row in RECORDS]).encode(),
}


@pytest.mark.parametrize("name", DELIVERIES)
def test_every_form_of_a_delivery_gives_the_same_rows(installation, name):
    installation.deliver(f"court_cases/{name}", DELIVERIES[name])
    installation.load()
    assert installation.ledger() == [(name, "loaded", 3, 0)]
    assert installation.rows(LOADED) == EXPECTED


def test_windows_1251_russian_text(installation):
    text = delimited(records=[["1", "2024-01-09", "г. Алматы", "civil", "settled", "1"]])
    installation.deliver("court_cases/ru.csv", text, encoding="cp1251")
    installation.load()
    assert installation.rows("select region from raw.court_cases") == [("г. Алматы",)]


def test_quoted_fields_keep_delimiters_quotes_and_line_ends(installation):
    installation.deliver(
        "court_cases/quoted.csv",
        'case_number;filed_on;proceeding;outcome;subject\n1;2024-01-09;civil;settled;"fee; ""low""\nsecond line"\n',
    )
    installation.load()
    assert installation.rows("select subject from raw.court_cases") == [('fee; "low"\nsecond line',)]


def test_a_sheet_keeps_its_row_numbers_and_iins_that_lost_zeros(installation):
    buffer = BytesIO()
    with xlsxwriter.Workbook(buffer) as workbook:
        sheet = workbook.add_worksheet()
        sheet.write_row(0, 0, ["employee_id", "iin", "position_group", "hired_on"])
        sheet.write_row(1, 0, ["E1", 10230500123, "examiner", "05.01.2024"])
        # the third line of the sheet is empty
        sheet.write_row(3, 0, ["E2", 900101300123, "examiner", "not a date"])
    installation.deliver("employees/staff.xlsx", buffer.getvalue())
    installation.load()
    assert installation.rows("select employee_id from raw.employees") == [("E1",)]
    assert installation.quarantine() == [(3, "hired_on", "not a date (YYYY-MM-DD or DD.MM.YYYY)")]
    assert [iin for _, iin in installation.vault()] == ["010230500123"]
