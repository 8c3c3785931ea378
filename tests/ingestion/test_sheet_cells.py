"""What a cell of a sheet holds reaches the typing as the text that a csv of it would hold: errors and odd dates too."""

import io
import re
import time
import zipfile
from xml.sax.saxutils import escape

import pytest
import xlsxwriter

from orchestration.ingestion.readers.lost_cells import LostCells, date_styles, in_whole_cells

HEADER = ["case_number", "filed_on", "proceeding", "outcome", "subject", "region", "decided_on", "claim_kzt"]
ERRORS = ["#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!"]
NO_DATE = "not a date (YYYY-MM-DD or DD.MM.YYYY)"
NO_DECIMAL = "not a decimal number"


def book(*rows, day_format="dd.mm.yyyy"):
    """A workbook of these rows below the header: `day(45000)` is a number shown as a day, `error("#N/A")` an error."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as workbook:
        sheet = workbook.add_worksheet()
        as_money = workbook.add_format({"num_format": "#,##0.00"})
        as_day = workbook.add_format({"num_format": day_format})
        sheet.write_row(0, 0, HEADER)
        for number, row in enumerate(rows, start=1):
            for at, value in enumerate(row):
                match value:
                    case ("day", serial):
                        sheet.write_number(number, at, serial, as_day)
                    case ("error", text):
                        sheet.write_formula(number, at, "=NA()", as_day if at % 2 else None, text)
                    case float() | int():
                        sheet.write_number(number, at, value, as_money)
                    case _:
                        sheet.write(number, at, value)
    return buffer.getvalue()


def day(serial):
    return ("day", serial)


def error(text):
    return ("error", text)


def case(number, **columns):
    good = {"case_number": number, "filed_on": day(45300), "proceeding": "civil", "outcome": "pending"}
    return [(good | columns).get(name, "") for name in HEADER]


def deliver_both(installation, rows, texts):
    """The rows as a workbook, and as the csv of the texts that stand for them: both must fare the same."""
    installation.deliver("court_cases/a.xlsx", book(*rows))
    lines = [",".join(HEADER), *(",".join(row) for row in texts)]
    installation.deliver("court_cases/b.csv", "\n".join(lines) + "\n")
    installation.load()
    values = ", ".join(HEADER[1:])
    loaded, refused = (
        [
            installation.rows(f"select {columns} from raw.{table} where {of} = {delivery} order by all")
            for delivery in (1, 2)
        ]
        for columns, table, of in (
            (f"_row_number, {values}", "court_cases", "_delivery_id"),
            ("row_number, column_name, reason, raw_value", "quarantine", "delivery_id"),
        )
    )
    assert loaded[0] == loaded[1]
    assert refused[0] == refused[1]
    return loaded[0], [entry[:3] for entry in refused[0]]


def test_an_error_is_a_value_of_no_type_but_text(installation):
    columns = ["filed_on", "decided_on", "claim_kzt", "subject", "region", "outcome", "case_number"]
    rows = [case(f"E{at}", **{name: error(text)}) for at, (name, text) in enumerate(zip(columns, ERRORS, strict=True))]
    texts = [
        ["2024-01-09" if value == day(45300) else value[1] if isinstance(value, tuple) else value for value in row]
        for row in rows
    ]
    loaded, refused = deliver_both(installation, rows, texts)
    assert refused == [(1, "filed_on", NO_DATE), (2, "decided_on", NO_DATE), (3, "claim_kzt", NO_DECIMAL)]
    assert [row[4:6] for row in loaded] == [("#DIV/0!", None), (None, "#NAME?"), (None, None), (None, None)]
    assert loaded[2][3] == "#NULL!"


@pytest.mark.parametrize("day_format", ["dd.mm.yyyy", "yyyy-mm-dd hh:mm", "[h]:mm", '"on" d mmmm', "m/d/yy"])
def test_a_number_shown_as_a_day_that_no_calendar_has_is_a_number(installation, day_format):
    numbers = ["20240501", "20240501093000", "2958466", "-1", "-1000000000000000", "1" + "0" * 300]
    rows = [case(f"N{at}", decided_on=day(float(number)), subject="x") for at, number in enumerate(numbers)]
    rows += [case("S", subject=day(20240501093000.0)), case("last", decided_on=day(2958465)), case("D")]
    installation.deliver("court_cases/a.xlsx", book(*rows, day_format=day_format))
    installation.load()
    assert installation.quarantine() == [(at, "decided_on", NO_DATE) for at in range(1, len(numbers) + 1)]
    # Twelve digits of any number are masked in quarantine.
    kept = [value for (value,) in installation.rows("select raw_value from raw.quarantine order by row_number")]
    assert kept[:5] == ["20240501", "[IIN]00", "2958466", "-1", "-[IIN]0000"]
    assert installation.rows(
        "select case_number, filed_on::varchar, decided_on::varchar, subject from raw.court_cases order by 1"
    ) == [
        ("D", "2024-01-09", None, None),
        ("S", "2024-01-09", None, "20240501093000"),
        ("last", "2024-01-09", "9999-12-31", None),
    ]


def test_a_personal_number_shown_as_a_day_is_one(installation):
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as workbook:
        sheet = workbook.add_worksheet()
        as_day = workbook.add_format({"num_format": "dd.mm.yyyy"})
        sheet.write_row(0, 0, ["employee_id", "iin", "position_group", "hired_on"])
        sheet.write_row(1, 0, ["E1", 900101300126, "examiner", 45000], as_day)
        sheet.write_row(2, 0, ["E2", 10230500123, "examiner", 45000], as_day)
        sheet.write_row(3, 0, ["E3", 850515450336, "examiner", 850515450336], as_day)
    installation.deliver("employees/a.xlsx", buffer.getvalue())
    installation.load()
    assert installation.quarantine() == [(3, "hired_on", NO_DATE)]
    assert [iin for _, iin in installation.vault()] == ["010230500123", "900101300126"]
    assert installation.rows("select raw_value from raw.quarantine") == [(None,)]


def test_a_time_of_day_is_no_date(installation):
    rows = [case("T0", decided_on=day(0)), case("T1", decided_on=day(0.375)), case("T2", subject=day(0.375))]
    installation.deliver("court_cases/a.xlsx", book(*rows))
    installation.load()
    assert installation.quarantine() == [(1, "decided_on", NO_DATE), (2, "decided_on", NO_DATE)]
    assert installation.rows("select subject from raw.court_cases") == [("09:00:00",)]


# The sheet as other programs than Excel write it.
WRITTEN = {
    "prefixed": lambda xml: re.sub(
        rb"<(/?)([a-zA-Z]+)", rb"<\1x:\2", xml.replace(b"<worksheet xmlns=", b"<worksheet xmlns:x=")
    ).replace(b"<?x:xml", b"<?xml"),
    "in single quotes": lambda xml: re.sub(rb'="([^"]*)"', rb"='\1'", xml),
    "with blanks": lambda xml: re.sub(rb'([rst])="', rb'\1 =\n "', xml).replace(b"><v>", b">\n <v >"),
    "type first": lambda xml: re.sub(rb'<c (r="[A-Z0-9]+")([^>]*)>', rb"<c\2 \1>", xml),
    "numbers with an exponent": lambda xml: re.sub(
        rb'(?<=s="\d"><v>)(\d)(\d+)(?=</v>)', lambda found: b"%s.%sE%d" % (found[1], found[2], len(found[2])), xml
    ),
}


@pytest.mark.parametrize("how", WRITTEN)
def test_sheets_as_other_programs_write_them(installation, how):
    rows = [
        case("A", decided_on=error("#N/A")),
        case("B", decided_on=day(20240501093000.0)),
        case("C", decided_on=day(45000), claim_kzt=-12345678.5, subject="a > b & 'c' \"d\""),
        case("D", subject=error("#REF!")),
    ]
    plain, written = book(*rows), io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(plain)) as old, zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            changed = WRITTEN[how](content) if "sheet1" in name else content
            assert changed != content or "sheet1" not in name
            new.writestr(name, changed)
    installation.deliver("court_cases/a.xlsx", written.getvalue())
    installation.load()
    assert installation.quarantine() == [(1, "decided_on", NO_DATE), (2, "decided_on", NO_DATE)]
    assert installation.rows(
        "select case_number, filed_on::varchar, decided_on::varchar, claim_kzt::varchar, subject "
        "from raw.court_cases order by 1"
    ) == [
        ("C", "2024-01-09", "2023-03-15", "-12345678.500000", "a > b & 'c' \"d\""),
        ("D", "2024-01-09", None, None, "#REF!"),
    ]


def test_which_formats_may_show_a_day():
    days = ["dd.mm.yyyy", "[h]:mm", "[mm]", "h AM/PM", "a/p", "[$-409]d", '"a;b" dd', "yy", "x" * 256]
    others = ["General", "0", "#,##0.00", "[Red]0", '0" days"', "0\\d", "@", "0.00E+00", "0;[Red]-0 d", "[<100]0"]
    formats = "".join(
        f'<numFmt numFmtId="{number}" formatCode="{escape(code, {chr(34): "&quot;"})}"/>'
        for number, code in enumerate([*days, *others], start=164)
    )
    cells = "".join(f'<xf numFmtId="{number}"/>' for number in (14, 0, *range(164, 164 + len(days + others)), 22))
    styles = (
        f'<styleSheet><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>{formats}<cellXfs>{cells}</cellXfs></styleSheet>'
    )
    assert date_styles([styles.encode()]) == {0, *range(2, 2 + len(days)), 2 + len(days + others)}
    assert date_styles([b"<styleSheet>"]) is None


@pytest.mark.parametrize(
    "piece", ['<c s="1" ', ' s="1"', '="1"', '<c s="1"><f>', "<c a='", ' t="e"', "= ", " ", "<", "a:"]
)
def test_no_sheet_takes_long_to_search(piece):
    """Counted in seconds of the processor; a search that looks twice at each byte before it would take hours."""
    sheet = ("<c" + piece * (2_000_000 // len(piece))).encode()
    lost = LostCells({1})
    started = time.process_time()
    for xml in in_whole_cells(sheet[at : at + 65_536] for at in range(0, len(sheet), 65_536)):
        lost.are_in(xml)
        lost.kept(xml)
    assert time.process_time() - started < 10
