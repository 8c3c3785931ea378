"""Every byte that the project writes, searched for the persons delivered in every place where one can stand.

One installation goes through a run, a failed check, a crash and the Dagster UI, with a umask that hides nothing; the
tests look at what that left on disk. The vault is searched too: encrypted, it shows nothing.
"""

import gzip
import os
import signal
import stat
import subprocess
import sys
import time

import duckdb
import pytest

from orchestration.contract import load_contract
from orchestration.settings import PROJECT_DIR
from tests.installations import Product
from tests.privacy.persons import columns_with, files_with
from tests.small_deliveries import SMALL_DELIVERIES

pytestmark = pytest.mark.slow

# Who stands where: a person of its own for each place, so that what is found names the place.
PERSONS = {
    "in its column": "900101300126",
    "in a cell with a letter": "850515450336",
    "as a school": "001107600549",
    "in a school's name": "711221400772",
    "as an identifier": "990313500613",
    "in a file's name": "640202300187",
    "in a header": "920830450275",
    "as a code": "770707350495",
    "as a region": "880101300010",
    "as a centre": "910202400024",
    "in a line that is no object": "820303300038",
    "in a record that is too long": "830404400045",
    "in a rejected file": "840505300054",
    "as a folder": "860606400069",
    "in a personal text": "870707300073",
    "as an employee": "810808400088",
    "in an address": "800909300099",
    "in a news item": "790910400016",
    "behind Latin letters": "950404300112",
    "between underscores": "960505400116",
    "in two halves": "970606300114",
    "with a no-break space": "980707400111",
    "with hyphens": "760808300119",
    "with dots": "750909400112",
    "in full-width digits": "741010300112",
    "in Arabic digits": "731111400113",
    "as a refused number with an exponent": "721212300114",
    "in a refused date": "690101400116",
    "in a key with spaces": "680202300117",
    "in a file's name with a space": "670303400110",
    "in a news item with a space": "650505400115",
}
# How those stand there that are spelt otherwise than in twelve plain digits.
SPELLINGS = {
    "in two halves": lambda iin: f"{iin[:6]} {iin[6:]}",
    "with a no-break space": lambda iin: f"{iin[:6]}\u00a0{iin[6:]}",
    "with hyphens": lambda iin: f"{iin[:4]}-{iin[4:8]}-{iin[8:]}",
    "with dots": lambda iin: f"{iin[:2]}.{iin[2:4]}.{iin[4:6]}.{iin[6:]}",
    "in full-width digits": lambda iin: "".join(chr(0xFF10 + int(digit)) for digit in iin),
    "in Arabic digits": lambda iin: "".join(chr(0x660 + int(digit)) for digit in iin),
    "as a refused number with an exponent": lambda iin: f"{iin[0]}.{iin[1:]}E11",
    "in a refused date": lambda iin: f"{iin[:6]} {iin[6:]}x",
    "in a file's name with a space": lambda iin: f"{iin[:6]} {iin[6:]}",
    "in a news item with a space": lambda iin: f"{iin[:6]} {iin[6:]}",
}
TEXTS = {
    "appeal": "Marmot waited two hours",
    "hotline": "Bustard took money from a learner",
    "refused": "Heron was sent home",
    "crash": "Nightjar saw it all",
}
EXAMS = "attempt_id,candidate_iin,centre_code,started_at,result,driving_school,examiner_id"
# A person stands in these as <place>, a text as <text: which>.
DELIVERIES = {
    "theory_exams/more.csv": f"""{EXAMS},<in a header>
M1,<in its column>,C1,2024-04-01 10:00,passed,<as a school>,<as an employee>,
M2,<in a cell with a letter>x,C1,2024-04-01 11:00,passed,,,
M3,<in its column>,<as a centre>,2024-04-02 10:00,<as a code>,School <in a school's name>,,
<as an identifier>,<in its column>,C1,2024-04-03 10:00,failed,,,
M4,<in a record that is too long>,C1,2024-04-03 11:00,failed,,,,surplus
""",
    "theory_exams/spelt.csv": f"""{EXAMS},score
M6,<in its column>,C1,2024-04-05 10:00,passed,School IIN<behind Latin letters>,,
M7,<in its column>,C1,2024-04-05 10:00,passed,School _<between underscores>_ x,,
M8,<in its column>,C1,2024-04-05 10:00,passed,<in two halves>,,
M9,<in its column>,C1,2024-04-05 10:00,passed,School <with a no-break space>,,
M10,<in its column>,C1,2024-04-05 10:00,passed,School <with hyphens>,,
M11,<in its column>,C1,2024-04-05 10:00,passed,School <with dots>,,
M12,<in its column>,C1,2024-04-05 10:00,passed,School <in full-width digits>,,
M13,<in its column>,C1,2024-04-05 10:00,passed,School <in Arabic digits>,,
M14,<in its column>,C1,2024-04-05 10:00,passed,,,<as a refused number with an exponent>
M15,<in its column>,C1,<in a refused date>,passed,,,
App <in a key with spaces>,<in its column>,C1,2024-04-05 10:00,passed,,,
""",
    "practical_exams/of <in a file's name>.csv": f"{EXAMS}\nM5,<in its column>,C1,2024-04-04 10:00,passed,,\n",
    "practical_exams/of <in a file's name> again.csv": f"{EXAMS}\nM5,<in its column>,C1,2024-04-04 10:00,passed,,\n",
    "practical_exams/of <in a file's name with a space>.csv": (
        f"{EXAMS}\nM16,<in its column>,C1,2024-04-04 10:00,passed,,\n"
    ),
    "practical_exams/broken.csv": "attempt_id,candidate_iin\n1,<in a rejected file>\n",
    "<as a folder>/anything.csv": "a\n1\n",
    "court_cases/regions.csv": """case_number,filed_on,region,proceeding,outcome
9,2024-03-01,<as a region>,civil,settled
""",
    "eotinish_appeals/export.csv": """appeal_id,registered_at,kind,applicant_iin,text
A1,2024-05-06 10:00,complaint,<in its column>,<text: appeal> and <in a personal text>
A2,no time,complaint,<in its column>,<text: refused>
""",
    "hotline_reports/export.jsonl.gz": (
        '{"report_id": "H1", "received_at": "2024-05-07 10:00", "summary": "<text: hotline>"}\n'
        '"<in a line that is no object>"\n'
    ),
    "media_mentions/export.csv": """mention_id,published_at,medium,url,title
1,2024-05-07 10:00,news,https://example.kz/<in an address>/photo,A learner of <in a news item> passed
2,2024-05-07 10:00,news,,A learner of <in a news item with a space> passed
""",
}


def filled(text):
    for place, iin in PERSONS.items():
        text = text.replace(f"<{place}>", SPELLINGS.get(place, str)(iin))
    for which, words in TEXTS.items():
        text = text.replace(f"<text: {which}>", words)
    return text


@pytest.fixture(scope="module")
def product(tmp_path_factory):
    product = Product(tmp_path_factory.mktemp("product"))
    for name, content in (SMALL_DELIVERIES | DELIVERIES).items():
        content = filled(content)
        product.deliver(filled(name), gzip.compress(content.encode()) if name.endswith(".gz") else content)
    return product


@pytest.fixture(scope="module")
def written(product):
    """What the project prints in all its runs, and the folder below which it may write."""
    folder = product.settings.data_dir.parent / "elsewhere"
    folder.mkdir()
    elsewhere = {"TMPDIR": str(folder), "HOME": str(folder)}
    before = os.umask(0)
    try:
        assert product.run("orchestration.refresh", **elsewhere) == 0, product.output
        printed = product.output
        crash_over_a_text(product)
        assert product.run("orchestration.refresh", **elsewhere) == 1
        printed += product.output
        assert "LoadError" in product.output
        mend_after_the_crash(product)
        with duckdb.connect(str(product.settings.warehouse)) as connection:
            connection.execute("update raw.court_cases set proceeding = null where case_number = '3'")
        assert product.run("orchestration.refresh", **elsewhere) == 1
        assert "proceeding_is_filled" in product.output
        printed += product.output + printed_by_the_ui(product, elsewhere)
    finally:
        os.umask(before)
    (folder / "printed.txt").write_text(printed, encoding="utf-8")
    return folder


def crash_over_a_text(product):
    """DuckDB will say that it cannot convert the text, and quote it."""
    with duckdb.connect(str(product.settings.warehouse)) as connection:
        connection.execute("alter table raw.hotline_reports alter summary type integer using null")
    product.deliver(
        "hotline_reports/crash.csv", f"report_id,received_at,summary\nH2,2024-05-08 10:00,{TEXTS['crash']}\n"
    )


def mend_after_the_crash(product):
    with duckdb.connect(str(product.settings.warehouse)) as connection:
        connection.execute(f"alter table raw.hotline_reports alter summary type varchar using '{TEXTS['hotline']}'")


def printed_by_the_ui(product, environment):
    """Start `make dev`, wait until it answers, stop it; what it printed."""
    log = product.settings.data_dir.parent / "elsewhere" / "dev.txt"
    with log.open("w") as output:
        server = subprocess.Popen(
            [sys.executable, "-m", "orchestration.dev"],
            cwd=PROJECT_DIR,
            env=product.environment | environment,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            deadline = time.monotonic() + 180
            while "Serving dagster-webserver" not in log.read_text():
                assert server.poll() is None and time.monotonic() < deadline, log.read_text()
                time.sleep(0.5)
        finally:
            os.killpg(server.pid, signal.SIGTERM)
            try:
                server.wait(timeout=60)
            # On a busy machine the signal may come before the web server listens to it: what it wrote is asked here.
            except subprocess.TimeoutExpired:
                os.killpg(server.pid, signal.SIGKILL)
                server.wait()
    return log.read_text()


def test_the_search_finds_what_is_there(product, written):
    for place, iin in PERSONS.items():
        assert files_with(product.settings.landing_dir, [iin]), place


@pytest.mark.parametrize("place", PERSONS)
def test_no_personal_number_is_in_any_byte(product, written, place):
    assert files_with(product.settings.data_dir, [PERSONS[place]]) == []
    assert files_with(written, [PERSONS[place]]) == []
    assert columns_with(product.settings.warehouse, [PERSONS[place]]) == set()


def test_personal_texts_are_in_raw_only(product, written):
    assert files_with(product.settings.data_dir, TEXTS.values()) == ["warehouse.duckdb"]
    assert files_with(written, TEXTS.values()) == []
    assert columns_with(product.settings.warehouse, TEXTS.values()) == {
        "raw.eotinish_appeals.text",
        "raw.hotline_reports.summary",
    }


def test_nothing_is_hidden_by_a_compression(product, written):
    data, needles = product.settings.data_dir, [*PERSONS.values(), *TEXTS.values()]
    databases = [
        product.settings.published_marts,
        *product.settings.published_dir.rglob("*.parquet"),
        *product.settings.dagster_home.rglob("*.db"),
    ]
    assert {path.suffix for path in databases} >= {".duckdb", ".parquet", ".db"}
    assert [path.relative_to(data).as_posix() for path in databases if columns_with(path, needles)] == []


def test_no_personal_text_goes_beyond_raw(product, written):
    texts = {c.name for s in load_contract().values() for c in s.columns if c.pii and c.type == "string"}
    named = ", ".join(f"'{text}'" for text in texts)
    assert product.rows(
        f"select distinct schema_name from duckdb_columns() where column_name in ({named}) and not internal"
    ) == [("raw",)]


def test_refused_personal_values_are_not_kept(product, written):
    assert product.rows(
        "select source, column_name, raw_value from raw.quarantine where source in ('theory_exams', 'eotinish_appeals')"
        " order by all"
    ) == [
        ("eotinish_appeals", "registered_at", None),
        ("theory_exams", "candidate_iin", None),
        ("theory_exams", "score", None),
        ("theory_exams", "started_at", None),
        ("theory_exams", None, None),
    ]


def test_what_was_masked_is_still_told_apart(product, written):
    names = [name for (name,) in product.rows("select file_name from raw.ledger where source = 'practical_exams'")]
    assert len(set(names)) == len(names) == 5
    assert product.rows("select count(*) from raw.theory_exams where attempt_id like '[IIN]-____________'") == [(1,)]
    # known again: the second run read none of them anew
    assert product.rows("select count(*) from raw.ledger where status <> 'rejected'") == [(len(SMALL_DELIVERIES) + 10,)]


def test_the_demo_is_its_owners_alone_too(demo_installation):
    for path in demo_installation.landing_dir.rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path


def test_files_are_their_owners_alone(product, written):
    for path in [product.settings.data_dir, *product.settings.data_dir.rglob("*")]:
        mode = stat.S_IMODE(path.stat().st_mode)
        assert mode == (0o700 if path.is_dir() else 0o600), path
