"""Whatever somebody puts into the landing folder: the good deliveries beside it load as if it were not there.

The ledger says of each odd file what it is, in words that hold nothing of its content. docs/operations/faults_files.md
lists these faults for whoever is on duty.
"""

import gzip
import io
import os
import re
import socket
import struct
import subprocess
import sys
import threading
import time
import zipfile
import zlib
from contextlib import contextmanager

import duckdb
import polars as pl
import pytest
import xlsxwriter

from orchestration.ingestion import load, readers
from orchestration.ingestion.landing import LandedFile, scan
from orchestration.ingestion.readers import workbook_process, xlsx
from orchestration.settings import PROJECT_DIR
from tests.installations import Installation

HEADER = "case_number,filed_on,proceeding,outcome\n"
GOOD = HEADER + "G1,2024-01-09,civil,pending\nG2,2024-01-10,civil,settled\n"
MEGABYTE = 1024 * 1024
UNKNOWN_FOLDER = "unknown folder '{}': no source of the landing contract has this name"


def cases(*numbers, header=HEADER):
    return header + "".join(f"{number},2024-01-09,civil,pending\n" for number in numbers)


@pytest.fixture
def folder(installation):
    """The folder of a source with one good delivery in it."""
    return installation.deliver("court_cases/good.csv", GOOD).parent


def reasons(installation):
    """File name -> why it was rejected, of all that was delivered beside the good delivery, which must be loaded."""
    installation.load()
    assert installation.rows("select case_number from raw.court_cases order by 1") == [("G1",), ("G2",)]
    assert installation.load().load_run is None
    ledger = installation.rows("select file_name, status, reason from raw.ledger")
    assert ("good.csv", "loaded", None) in ledger
    assert {status for name, status, _ in ledger if name != "good.csv"} <= {"rejected"}
    return {name: reason for name, status, reason in ledger if status == "rejected"}


# ---------------------------------------------------------------- what lies in the folder


def test_only_plain_files_are_opened(installation, folder, tmp_path):
    secret = tmp_path / "secret.csv"
    secret.write_text(cases("S"))
    (folder / "out.csv").symlink_to(secret)
    (folder / "up.csv").symlink_to("../../secret.csv")
    (folder / "nowhere.csv").symlink_to("gone.csv")
    (folder / "loop.csv").symlink_to("loop.csv")
    (folder / "device.csv").symlink_to("/dev/zero")
    (folder / "elsewhere").symlink_to(tmp_path)
    os.mkfifo(folder / "pipe.csv")
    (folder / "folder.csv").mkdir()
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(folder / "socket.csv"))
        found = reasons(installation)
    leads_out = "a link out of the landing folder is not followed: deliver the file itself"
    leads_nowhere = "a link that leads nowhere: deliver the file itself"
    not_plain = "no plain file, but a folder, a pipe, a socket or a device"
    assert found == {
        "out.csv": leads_out,
        "up.csv": leads_out,
        "device.csv": leads_out,
        "elsewhere": leads_out,
        "nowhere.csv": leads_nowhere,
        "loop.csv": leads_nowhere,
        "pipe.csv": not_plain,
        "socket.csv": not_plain,
        "folder.csv": "a folder with the name of a file",
    }


def test_links_within_the_landing_folder_and_a_linked_source_folder_are_read(installation, tmp_path):
    share = tmp_path / "share"
    share.mkdir()
    (share / "a.csv").write_text(cases(1))
    (share / "b.csv").symlink_to("a.csv")
    (installation.settings.landing_dir / "court_cases").symlink_to(share)
    installation.load()
    assert installation.ledger() == [("a.csv", "loaded", 1, 0), ("b.csv", "duplicate", 0, 0)]


def test_a_file_and_a_folder_that_may_not_be_read_are_named_and_read_once_they_may(installation, folder):
    """The load runs without root's right to read everything, as the pipeline does."""
    closed = installation.deliver("court_cases/closed.csv", cases(1))
    closed_too = installation.deliver("court_cases/closed_too.csv", cases(2))
    sealed = installation.deliver("violations/a.csv", "x").parent
    for path in (closed, closed_too, sealed):
        path.chmod(0)
    load_in_a_process_of_its_own(installation, WITHOUT_CAPABILITIES)
    not_read = "it cannot be read: give the pipeline's user the right to, or check the disk"
    assert installation.rows("select source, file_name, status, reason from raw.ledger order by 1, 2") == [
        ("court_cases", "closed.csv", "rejected", not_read),
        ("court_cases", "closed_too.csv", "rejected", not_read),
        ("court_cases", "good.csv", "loaded", None),
        ("violations", "(unreadable folder)", "rejected", not_read),
    ]
    load_in_a_process_of_its_own(installation, WITHOUT_CAPABILITIES)
    assert len(installation.ledger()) == 4
    for path in (closed, closed_too):
        path.chmod(0o644)
    load_in_a_process_of_its_own(installation, WITHOUT_CAPABILITIES)
    assert installation.ledger()[4:] == [("closed.csv", "loaded", 1, 0), ("closed_too.csv", "loaded", 1, 0)]
    sealed.chmod(0o755)


@contextmanager
def nested(folder, names):
    """Folders in folders, deeper than any path can say; gone afterwards, as few programs can remove them."""
    folder.mkdir(parents=True, exist_ok=True)
    back, first = os.open(".", os.O_RDONLY), folder / names[0]
    try:
        os.chdir(folder)
        for name in names:
            os.mkdir(name)  # noqa: PTH102 - below no path that can be named
            os.chdir(name)
        with open("a.csv", "w") as stream:  # noqa: PTH123
            stream.write(cases(1))
        yield
    finally:
        os.fchdir(back)
        os.close(back)
        subprocess.run(["rm", "-rf", first], check=True)


def test_folders_within_folders_end_somewhere(installation, folder):
    """A path that may be longer than any program can open, and more folders than a function may call itself for."""
    landing = installation.settings.landing_dir
    installation.deliver("court_cases/" + "/".join("bcdefghijk") + "/a.csv", cases(1))
    with (
        nested(folder, ["a"] * 980),
        nested(landing / "violations", ["l" * 250] * 20),
        nested(landing / "no source", ["a"] * 980),
    ):
        installation.load()
        assert installation.load().load_run is None
    too_deep = "folders lie too deep in each other to be looked into: move the files up into the source's own folder"
    sub_folder = "the file lies in a sub-folder: move it up into the source's own folder"
    assert installation.rows("select source, file_name, status, reason from raw.ledger order by 1, 2") == [
        ("court_cases", "a/" * 11 + "(deeper folders)", "rejected", too_deep),
        ("court_cases", "/".join("bcdefghijk") + "/a.csv", "rejected", sub_folder),
        ("court_cases", "good.csv", "loaded", None),
        ("no source", "a/" * 11 + "(deeper folders)", "rejected", UNKNOWN_FOLDER.format("no source")),
        ("violations", ("l" * 250 + "/") * 11 + "(deeper folders)", "rejected", too_deep),
    ]


def test_a_landing_folder_whose_own_path_is_long(tmp_path):
    """Below it a path comes to its end before folders are too deep."""
    base = tmp_path / "/".join("l" * 250 for _ in range(7))
    base.mkdir(parents=True)
    installation = Installation(base)
    installation.deliver("court_cases/good.csv", GOOD)
    with nested(installation.settings.landing_dir / "court_cases", ["m" * 250] * 20):
        found = scan(installation.settings.landing_dir, {"court_cases"})
    good, deep = found
    assert good.name == "good.csv"
    assert deep.name.endswith("m/(deeper folders)")
    assert 5 < deep.name.count("/") < 11


def test_links_to_where_the_pipeline_may_not_look(installation, folder, tmp_path):
    closed = tmp_path / "closed"
    (closed / "inner").mkdir(parents=True)
    (folder / "link.csv").symlink_to(closed / "inner" / "a.csv")
    (folder.parent / "x.csv").symlink_to(closed / "inner" / "a.csv")
    (folder.parent / "violations").symlink_to(closed / "inner")
    closed.chmod(0)
    try:
        load_in_a_process_of_its_own(installation, WITHOUT_CAPABILITIES)
        load_in_a_process_of_its_own(installation, WITHOUT_CAPABILITIES)
    finally:
        closed.chmod(0o755)
    assert installation.rows("select source, file_name, status, reason from raw.ledger order by 1, 2") == [
        (
            "(no folder)",
            "x.csv",
            "rejected",
            "the file lies outside any source's folder: move it into the folder named after its source",
        ),
        ("court_cases", "good.csv", "loaded", None),
        (
            "court_cases",
            "link.csv",
            "rejected",
            "a link to where the pipeline's user may not look: deliver the file itself",
        ),
        (
            "violations",
            "(unreadable folder)",
            "rejected",
            "it cannot be read: give the pipeline's user the right to, or check the disk",
        ),
    ]


LOAD = """
import re, sys
from pathlib import Path
from orchestration.contract import load_contract
from orchestration.ingestion.load import load_deliveries
from orchestration.settings import Settings

load_deliveries(Settings(Path(sys.argv[1], "landing"), Path(sys.argv[1], "data")), load_contract())
# Not the maximum of getrusage: a process inherits that of the one that started it.
print(int(re.search("VmHWM: *(.*) kB", Path("/proc/self/status").read_text())[1]) * 1024)
"""
WITHOUT_CAPABILITIES = ["setpriv", "--bounding-set=-all", "--inh-caps=-all"] if os.geteuid() == 0 else []


def load_in_a_process_of_its_own(installation, prefix=()):
    """Load in another process; the bytes of memory that it took at most."""
    folder = str(installation.settings.landing_dir.parent)
    command = [*prefix, sys.executable, "-c", LOAD, folder]
    done = subprocess.run(command, cwd=PROJECT_DIR, check=True, capture_output=True, text=True)
    return int(done.stdout)


NAMES = {
    b'quote\'s "and" `more`.csv': 'quote\'s "and" `more`.csv',
    b"a'; drop table raw.ledger;--.csv": "a'; drop table raw.ledger;--.csv",
    b"two\nlines\t.csv": "two\\x0alines\\x09.csv",
    b"-rf.csv": "-rf.csv",
    b"%2e%2e%2fetc.csv": "%2e%2e%2fetc.csv",
    b"..csv.csv..csv": "",  # begins with a dot: still being written
    b"back\\slash.csv": "back\\\\slash.csv",
    b"caf\xe9.csv": "caf\\xe9.csv",
    b"caf\\xe9.csv": "caf\\\\xe9.csv",
    "caf\u00e9.csv".encode(): "caf\u00e9.csv",
    "cafe\u0301.csv".encode(): "cafe\u0301.csv",
    "\u202evsc.csv".encode(): "\\u202evsc.csv",
    b"Upper.csv": "Upper.csv",
    b"upper.csv": "upper.csv",
    b"n" * 251 + b".csv": "n" * 251 + ".csv",
    b"*.csv": "*.csv",
    b"{a,b}[1]?.csv": "{a,b}[1]?.csv",
    b"$HOME $(id).csv": "$HOME $(id).csv",
}


def test_odd_names_are_names_like_others(installation):
    folder = installation.deliver("court_cases/plain.csv", cases("plain")).parent
    for number, name in enumerate(NAMES):
        (folder / os.fsdecode(name)).write_text(cases(number))
    run = installation.load()
    shown = sorted([*filter(None, NAMES.values()), "plain.csv"])
    assert installation.rows("select file_name, status from raw.ledger order by delivery_id") == [
        (name, "loaded") for name in shown
    ]
    assert installation.rows("select count(*) from raw.court_cases") == [(len(shown),)]
    assert run.total.loaded == len(shown)
    assert installation.load().load_run is None


def test_odd_names_in_every_format(installation):
    folder = installation.deliver("court_cases/plain.csv", cases("plain")).parent
    for name in (b"*", b"x[1]", b"caf\xe9", b"region=KZ-75"):
        for ending, content in (("parquet", parquet_of(f"p{name!r}")), ("xlsx", xlsx_of(f"x{name!r}"))):
            (folder / f"{os.fsdecode(name)}.{ending}").write_bytes(content)
    installation.load()
    assert {status for _, status, *_ in installation.ledger()} == {"loaded"}
    assert installation.rows("select count(*) from raw.court_cases") == [(9,)]


def test_odd_folder_names_are_unknown_sources(installation, folder):
    for name in (b"Court_Cases", b"court_cases ", b"x\xff", b"a'; drop table raw.ledger;--", b"two\nlines"):
        unknown = installation.settings.landing_dir / os.fsdecode(name)
        unknown.mkdir()
        (unknown / "a.csv").write_text(cases(1))
    installation.load()
    assert installation.rows("select source, status from raw.ledger where file_name = 'a.csv' order by 1") == [
        ("Court_Cases", "rejected"),
        ("a'; drop table raw.ledger;--", "rejected"),
        ("court_cases ", "rejected"),
        ("two\\x0alines", "rejected"),
        ("x\\xff", "rejected"),
    ]


# ---------------------------------------------------------------- what changes under the reader's hands


@contextmanager
def writer(step):
    """`step` again and again in a thread, until the block is left."""
    done = threading.Event()

    def work():
        while not done.is_set():
            step()
            time.sleep(0.0005)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


# After these calls the load has the file's hash, its text, its rows; what it read is not what lies there any more.
MOMENTS = [(LandedFile, "sha256"), (readers, "copy_as_utf8"), (load, "read_file")]


def change_after(monkeypatch, moment, change):
    """Let `change` happen after each call of the function at `moment`."""
    owner, name = moment
    function = getattr(owner, name)

    def changed(*arguments, **options):
        result = function(*arguments, **options)
        change()
        return result

    monkeypatch.setattr(owner, name, changed)


@pytest.mark.parametrize("moment", MOMENTS, ids=lambda moment: moment[1])
def test_a_file_that_grows_is_left_alone_until_it_is_whole(installation, folder, monkeypatch, moment):
    written = []
    with (folder / "growing.csv").open("w", buffering=1) as stream:

        def append():
            written.append(len(written))
            stream.write(f"{written[-1]},2024-01-09,civil,pending\n")

        stream.write(HEADER)
        append()
        with monkeypatch.context() as patch:
            change_after(patch, moment, append)
            for _ in range(3):
                assert installation.load().postponed == ["court_cases/growing.csv"]
    assert installation.ledger() == [("good.csv", "loaded", 2, 0)]
    installation.load()
    assert installation.ledger()[1:] == [("growing.csv", "loaded", len(written), 0)]
    assert installation.rows("select count(*) from raw.court_cases") == [(len(written) + 2,)]


@pytest.mark.parametrize("moment", MOMENTS, ids=lambda moment: moment[1])
def test_a_file_that_is_replaced_while_read_is_left_for_the_next_run(installation, folder, monkeypatch, moment):
    flickering = folder / "flickering.csv"
    flickering.write_text(cases(0))

    def replace():
        (folder / ".new").write_text(cases(1))
        (folder / ".new").replace(flickering)

    with monkeypatch.context() as patch:
        change_after(patch, moment, replace)
        assert installation.load().postponed == ["court_cases/flickering.csv"]
    assert installation.load().total.loaded == 1
    assert installation.rows("select case_number from raw.court_cases where case_number not like 'G%'") == [("1",)]


def test_a_file_that_comes_and_goes_does_not_stop_the_run(installation, folder):
    def come_and_go():
        for name in ("a.csv", "b.parquet", "c.xlsx", "d.jsonl", "e/a.csv"):
            path = folder / name
            path.parent.mkdir(exist_ok=True)
            path.write_text(cases(name))
            path.unlink()
        path.parent.rmdir()

    with writer(come_and_go):
        for _ in range(5):
            installation.load()
    assert ("good.csv", "loaded", 2, 0) in installation.ledger()
    loaded = {name for name, status, *_ in installation.ledger() if status == "loaded"}
    assert loaded <= {"good.csv", "a.csv"}


def test_a_file_delivered_in_two_halves_ends_as_the_whole(installation):
    whole = cases("A", "B") + "C,2024-02-29,civil,settled\n"
    path = installation.deliver("court_cases/a.csv", whole[: whole.index("B,") + len("B,2024-01-")])
    installation.load()
    path.write_text(whole)
    installation.load()
    assert installation.ledger() == [("a.csv", "loaded_with_quarantine", 1, 1), ("a.csv", "loaded", 3, 0)]
    newest = "select case_number, outcome from raw.court_cases where _delivery_id = 2 order by 1"
    assert installation.rows(newest) == [("A", "pending"), ("B", "pending"), ("C", "settled")]


# ---------------------------------------------------------------- what would fill memory or disk


def gzip_bomb(inflated_bytes):
    """Commas: a piece of 32 MB, packed once and repeated, as gzip files may be put together."""
    piece = 32
    packed = gzip.compress((b"," * (MEGABYTE - 1) + b"\n") * piece)
    return gzip.compress(HEADER.encode()) + packed * (inflated_bytes // MEGABYTE // piece)


def test_a_gzip_bomb_is_rejected_before_it_fills_the_disk(installation, folder):
    bomb = gzip_bomb(1024 * MEGABYTE)
    assert len(bomb) < 3 * MEGABYTE
    installation.deliver("court_cases/bomb.csv.gz", bomb)
    installation.deliver("court_cases/bomb.jsonl.gz", bomb[:-1])
    largest = []
    with writer(
        lambda: largest.append(sum(p.stat().st_size for p in installation.settings.scratch_dir.glob("delivery*")))
    ):
        found = reasons(installation)
    too_large = "unpacked it is more than 200 times as large as delivered: ask the source for a plain file"
    assert found == {"bomb.csv.gz": too_large, "bomb.jsonl.gz": too_large}
    assert max(largest) < 300 * MEGABYTE
    assert not list(installation.settings.scratch_dir.iterdir())


def test_a_large_delivery_that_packs_well_is_no_bomb(installation):
    rows = HEADER + "".join(f"2024-{number},2024-01-09,civil,pending\n" for number in range(50_000))
    installation.deliver("court_cases/packed.csv.gz", gzip.compress(rows.encode(), 9))
    installation.load()
    assert installation.ledger() == [("packed.csv.gz", "loaded", 50_000, 0)]


def test_a_truncated_gzip_file_is_rejected_whole(installation, folder):
    packed = gzip.compress(cases(*range(1000)).encode())
    for left in (1, 10, 200, len(packed) - 1):
        installation.deliver(f"court_cases/cut_{left}.csv.gz", packed[:left])
    installation.deliver("court_cases/not_packed.csv.gz", cases(1))
    assert {reason.rpartition(" (")[0] for reason in reasons(installation).values()} == {"the gzip file is broken"}


@pytest.mark.slow
@pytest.mark.parametrize("ending", ["csv", "jsonl"])
def test_a_line_without_end_is_rejected_in_bounded_memory(installation, folder, ending):
    """A gigabyte without a line end."""
    with (folder / f"endless.{ending}").open("wb") as stream:
        stream.write(cases(1).encode() if ending == "csv" else b'{"case_number": "1", "x": "')
        for _ in range(1024):
            stream.write(b"x" * MEGABYTE)
    assert load_in_a_process_of_its_own(installation) < 700 * MEGABYTE
    found = installation.rows("select file_name, reason from raw.ledger order by 1")
    line = 3 if ending == "csv" else 1
    assert found == [(f"endless.{ending}", f"line {line} is longer than 4,194,304 characters"), ("good.csv", None)]


def test_a_long_value_within_the_limit_is_loaded(installation):
    installation.deliver(
        "court_cases/long.csv",
        cases().replace("outcome", "outcome,subject") + f"1,2024-01-09,civil,pending,{'x' * 3 * MEGABYTE}\n",
    )
    installation.deliver(
        "court_cases/long.jsonl",
        '{"case_number": 2, "filed_on": "2024-01-09", "proceeding": "civil", "outcome": "pending", '
        f'"subject": "{"ү" * 3 * MEGABYTE}"}}\n',
    )
    installation.load()
    assert installation.rows("select length(subject) from raw.court_cases") == [(3 * MEGABYTE,), (3 * MEGABYTE,)]


# ---------------------------------------------------------------- workbooks


def xlsx_of(*numbers, far_cell=None):
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as workbook:
        sheet = workbook.add_worksheet()
        sheet.write_row(0, 0, HEADER.strip().split(","))
        for at, number in enumerate(numbers, start=1):
            sheet.write_row(at, 0, [number, "2024-01-09", "civil", "pending"])
        if far_cell:
            sheet.write(far_cell, "x")
    return buffer.getvalue()


def repacked(book, change):
    """The workbook with each member's content put through `change(name, content)`."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
    return buffer.getvalue()


def with_padding(book, inflated_bytes):
    """The workbook with a sheet that inflates to that many bytes."""

    def pad(name, content):
        return content.replace(b"<sheetData>", b" " * inflated_bytes + b"<sheetData>") if "sheet1" in name else content

    return repacked(book, pad)


def lying_about_its_size(book, inflated_bytes):
    """As `with_padding`, but the zip directory says that the sheet is small."""
    packed = bytearray(with_padding(book, inflated_bytes))
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        sizes = [archive.getinfo("xl/worksheets/sheet1.xml").file_size]
    true_size, small_size = struct.pack("<I", sizes[0]), struct.pack("<I", 2000)
    assert packed.count(true_size) >= 2
    return bytes(packed.replace(true_size, small_size))


def test_workbooks_that_would_fill_the_memory_are_rejected(installation, folder):
    book = xlsx_of("X")
    bombs = {
        "bomb.xlsx": with_padding(book, 100 * MEGABYTE),
        "liar.xlsx": lying_about_its_size(book, 100 * MEGABYTE),
        "far.xlsx": xlsx_of("X", far_cell="XFD1048576"),
        # the place of a cell in other words, which a quick look may not understand
        "far_too.xlsx": repacked(
            xlsx_of("X", far_cell="XFD1048576"),
            lambda _, content: content.replace(b'r="XFD1048576"', b"r='XFD1048576'"),
        ),
        "far_below_a_wide_row.xlsx": repacked(
            book,
            lambda name, content: (
                content.replace(
                    b"</sheetData>",
                    b'<row r="2">'
                    + b"<c><v>1</v></c>" * 16384
                    + b'</row><row r="1048576"><c><v>1</v></c></row></sheetData>',
                )
                if "sheet1" in name
                else content
            ),
        ),
    }
    for name, content in bombs.items():
        assert len(content) < 2 * MEGABYTE
        installation.deliver(f"court_cases/{name}", content)
    too_large = "unpacked it is more than 200 times as large as delivered: ask the source for a plain file"
    too_far = "a sheet reaches to row 1,048,576 and column 16,384: delete what stands far from the table"
    assert reasons(installation) == {
        "bomb.xlsx": too_large,
        "liar.xlsx": too_large,
        "far.xlsx": too_far,
        "far_too.xlsx": too_far,
        "far_below_a_wide_row.xlsx": too_far,
    }


def in_sheet(book, old, new):
    """The workbook with `old` of its sheet replaced by `new`, in bytes."""

    def changed(name, content):
        assert old in content or "sheet1" not in name
        return content.replace(old, new) if "sheet1" in name else content

    return repacked(book, changed)


def with_number_as_day(book, number):
    """The workbook with a number in its first row, formatted as a day, in the place of the filing date."""
    cell = b'<c r="B2" s="1"><v>%s</v></c>' % number.encode()

    def changed(name, content):
        if name == "xl/styles.xml":
            day = b'<xf numFmtId="14" fontId="0" fillId="0" borderId="0" xfId="0"/></cellXfs>'
            return content.replace(b"</cellXfs>", day)
        return re.sub(rb'<c r="B2".*?</c>', cell, content) if "sheet1" in name else content

    return repacked(book, changed)


def test_cells_where_no_sheet_has_any_are_rejected(installation, folder):
    """The library that reads workbooks would ask for 60 GB, and end the process without a word."""
    book = xlsx_of("X")
    for place in ("DDDDDDD2", "AAAAAAA1", "XFE2", "xfe2", "ZZZ2", "A1048577", "A9999999", "B0", "A" + "9" * 5000, "2D"):
        installation.deliver(f"court_cases/{place[:20]}.xlsx", in_sheet(book, b'r="D2"', f'r="{place}"'.encode()))
    for row in ("1048577", "4294967297", "0", "-1", "x", "9" * 5000):
        # A cell that does not name its place stands in the row's.
        far = f'<row r="{row}"><c><v>1</v></c></row></sheetData>'.encode()
        installation.deliver(f"court_cases/row {row[:20]}.xlsx", in_sheet(book, b"</sheetData>", far))
    assert set(reasons(installation).values()) == {"the workbook is damaged: a cell stands where no sheet has one"}


def test_a_workbook_in_an_encoding_that_nobody_knows_is_rejected(installation, folder):
    """The encoding's name may be anything, and an error would quote it."""
    # Written in another way, as a quick look would not read the declaration.
    book = in_sheet(xlsx_of("X"), b'<c r="B2"', b'<c  r="B2"')
    for encoding in ("UCS-2", "iin-900101300126", "utf-7", "idna", "rot13", "hex"):
        declared = f'encoding="{encoding}"'.encode()
        installation.deliver(f"court_cases/{encoding}.xlsx", in_sheet(book, b'encoding="UTF-8"', declared))
    assert set(reasons(installation).values()) == {"the workbook is damaged: a part of it is no XML"}


def test_a_workbook_that_ends_its_reader_is_rejected_and_the_next_is_read(installation, folder, monkeypatch, capfd):
    book = xlsx_of("X")
    monkeypatch.setattr(xlsx, "refuse_harmful_workbook", lambda path: None)
    installation.deliver("court_cases/a_panic.xlsx", with_number_as_day(book, "-1e15"))
    installation.deliver("court_cases/abort.xlsx", in_sheet(book, b'r="D2"', b'r="DDDDDDD2"'))
    installation.deliver("court_cases/next.xlsx", xlsx_of("G3"))
    installation.load()
    assert installation.rows("select file_name, status, reason from raw.ledger order by 1") == [
        ("a_panic.xlsx", "rejected", "the file is damaged, or no xlsx (PanicException): deliver it again"),
        ("abort.xlsx", "rejected", "the workbook is damaged: it breaks the program that reads it"),
        ("good.csv", "loaded", None),
        ("next.xlsx", "loaded", None),
    ]
    # What a library prints as it breaks may quote cells.
    assert capfd.readouterr() == ("", "")


ANSWER_NOTHING = "import os, signal, sys; print('ready', flush=True); sys.stdin.readline(); "


@pytest.mark.parametrize(
    ("end", "error"),
    [
        ("os.kill(os.getpid(), signal.SIGKILL)", "Cannot allocate memory"),
        ("sys.exit(1)", "was ended"),
        ("", "does not start"),
    ],
)
def test_a_workbook_is_not_rejected_because_its_reader_was_killed(installation, folder, monkeypatch, end, error):
    installation.deliver("court_cases/a.xlsx", xlsx_of("X"))
    with monkeypatch.context() as patch:
        patch.setattr(xlsx, "PROCESS", workbook_process.WorkbookProcess())
        code = ANSWER_NOTHING + end if end else ""
        patch.setattr(workbook_process, "COMMAND", [sys.executable, "-c", code])
        with pytest.raises(OSError, match=error):
            installation.load()
    assert installation.ledger() == []
    installation.load()
    assert installation.ledger() == [("a.xlsx", "loaded", 1, 0), ("good.csv", "loaded", 2, 0)]


def test_a_reader_that_was_interrupted_is_not_asked_again(installation, monkeypatch):
    installation.deliver("court_cases/a.xlsx", xlsx_of("X"))
    process = workbook_process.WorkbookProcess()
    monkeypatch.setattr(xlsx, "PROCESS", process)
    said = workbook_process._said

    def interrupt(asked, question=""):
        if question:
            raise KeyboardInterrupt
        return said(asked)

    with monkeypatch.context() as patch:
        patch.setattr(workbook_process, "_said", interrupt)
        with pytest.raises(KeyboardInterrupt):
            installation.load()
    installation.load()
    assert installation.ledger() == [("a.xlsx", "loaded", 1, 0)]


def test_a_table_with_one_cell_in_the_last_row_is_read(installation):
    installation.deliver("court_cases/a.xlsx", xlsx_of("X", far_cell="A1048576"))
    installation.load()
    assert installation.ledger() == [("a.xlsx", "loaded_with_quarantine", 1, 1)]
    assert {number for number, *_ in installation.quarantine()} == {1048575}


def test_a_false_dimension_is_not_believed(installation):
    book = repacked(
        xlsx_of("X"),
        lambda _, content: content.replace(b'<dimension ref="A1:D2"/>', b'<dimension ref="A1:XFD1048576"/>'),
    )
    installation.deliver("court_cases/a.xlsx", book)
    installation.load()
    assert installation.ledger() == [("a.xlsx", "loaded", 1, 0)]


def test_workbooks_with_a_password_and_broken_ones_are_rejected(installation, folder):
    book = xlsx_of("X")
    installation.deliver("court_cases/password.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4096))
    installation.deliver("court_cases/cut.xlsx", book[: len(book) // 2])
    installation.deliver("court_cases/empty.xlsx", b"")
    installation.deliver("court_cases/cut_xml.xlsx", repacked(book, lambda _, content: content[:-20]))
    found = reasons(installation)
    assert (
        found["password.xlsx"] == "the workbook has a password, or is of Excel 97: save it as .xlsx without a password"
    )
    assert found["cut.xlsx"] == found["empty.xlsx"] == "the workbook is damaged (BadZipFile)"
    assert found.keys() == {"password.xlsx", "cut.xlsx", "empty.xlsx", "cut_xml.xlsx"}


def test_of_formulas_the_values_are_read_and_nothing_is_run_or_fetched(installation):
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as workbook:
        sheet = workbook.add_worksheet()
        sheet.write_row(0, 0, [*HEADER.strip().split(","), "claim_kzt", "subject"])
        sheet.write_row(1, 0, ["1", "2024-01-09", "civil", "pending"])
        sheet.write_formula(1, 4, "=2*21", value=42)
        sheet.write_formula(1, 5, "='http://127.0.0.1:9/[other.xlsx]Sheet1'!A1", value="kept")
    book = io.BytesIO(buffer.getvalue())
    with zipfile.ZipFile(book, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"\xd0\xcf\x11\xe0 a macro")
    installation.deliver("court_cases/a.xlsx", book.getvalue())
    installation.load()
    assert installation.rows("select claim_kzt::int, subject from raw.court_cases") == [(42, "kept")]


def test_texts_that_a_spreadsheet_would_take_for_formulas_are_texts(installation):
    texts = ["=cmd|' /C calc'!A0", "+1+1", "-1", "@SUM(A1)", '=HYPERLINK("http://x")']
    rows = "".join('{},2024-01-09,civil,pending,"{}"\n'.format(n, t.replace('"', '""')) for n, t in enumerate(texts))
    installation.deliver("court_cases/a.csv", cases().replace("outcome", "outcome,subject") + rows)
    installation.load()
    assert installation.rows("select subject from raw.court_cases order by case_number") == [(text,) for text in texts]


# ---------------------------------------------------------------- texts


def test_what_is_no_text_of_the_contract_is_rejected_with_its_name(installation, folder):
    cyrillic = cases(header=HEADER.replace("outcome", "outcome,subject")) + "1,2024-01-09,civil,pending,{}\n"
    contents = {
        "utf16.csv": cases(1).encode("utf-16"),
        "utf32.csv": cases(1).encode("utf-32"),
        "utf16.jsonl": b"\xfe\xff" + '{"a": 1}\n'.encode("utf-16-be"),
        "program.csv": b"\x7fELF\x02\x01\x01\0\0\0\0" + bytes(range(256)) * 20,
        "picture.csv": b"\x89PNG\r\n\x1a\n" + zlib.compress(bytes(range(256)) * 9),
        "nul.csv": cases("a\0b").encode(),
        "two_encodings.csv": cyrillic.format("Қарағанды").encode()
        + "2,2024-01-09,civil,pending,Астана\n".encode("cp1251"),
        "one_byte_damaged.csv": cyrillic.format("Қарағанды").encode().replace("д".encode(), b"\xd0"),
        "empty.csv": b"",
        "line_ends.csv": b"\r\n\n\r",
        "mark.csv": b"\xef\xbb\xbf",
        "no_header.csv": b"1,2024-01-09,civil,pending\n",
    }
    for name, content in contents.items():
        installation.deliver(f"court_cases/{name}", content)
    missing = "required column missing: case_number, filed_on, proceeding, outcome"
    in_places = "the text is UTF-8 in some places only: it is damaged, or put together"
    found = reasons(installation)
    assert found.pop("picture.csv") in (missing, "the file holds NUL bytes: it is no text, or a damaged one")
    assert found == {
        "utf16.csv": "the text is UTF-16: save it as UTF-8",
        "utf32.csv": "the text is UTF-32: save it as UTF-8",
        "utf16.jsonl": "the text is UTF-16: save it as UTF-8",
        "program.csv": "the file holds NUL bytes: it is no text, or a damaged one",
        "nul.csv": "the file holds NUL bytes: it is no text, or a damaged one",
        "two_encodings.csv": in_places,
        "one_byte_damaged.csv": in_places,
        "empty.csv": "the file is empty",
        "line_ends.csv": "the file is empty",
        "mark.csv": "the file is empty",
        "no_header.csv": missing,
    }


def test_only_a_header_is_a_delivery_of_no_rows(installation):
    installation.deliver("court_cases/a.csv", HEADER)
    installation.deliver("court_cases/b.csv", HEADER.strip())
    installation.deliver("court_cases/c.xlsx", xlsx_of())
    installation.load()
    assert installation.ledger() == [("a.csv", "loaded", 0, 0), ("b.csv", "loaded", 0, 0), ("c.xlsx", "loaded", 0, 0)]


def test_ten_thousand_columns_and_a_header_without_end(installation, folder):
    surplus = ["900101300126", "a\nb", *(f"column{number}" for number in range(9_998))]
    quoted = ",".join(f'"{name}"' for name in surplus)
    installation.deliver(
        "court_cases/wide.csv", f"{HEADER.strip()},{quoted}\nW,2024-01-09,civil,pending{',' * 10_000}\n"
    )
    installation.deliver("court_cases/endless.csv", HEADER.strip() + ",x" * MEGABYTE + "\n")
    installation.load()
    found = dict(installation.rows("select file_name, reason from raw.ledger"))
    assert found["wide.csv"].startswith("columns not in the contract, not loaded: [IIN], a\\x0ab, column0, ")
    assert found["wide.csv"].endswith("column17, and 9,980 more")
    assert found["endless.csv"] == "the header is longer than 1,048,576 characters"
    assert installation.rows("select count(*) from raw.court_cases where case_number = 'W'") == [(1,)]


def test_what_shows_nothing_is_trimmed_and_what_looks_like_a_digit_is_none(installation):
    invisible = "\u00a0\u200b\u200f\ufeff\u2003\u3000"
    installation.deliver(
        "court_cases/a.csv",
        f"{invisible}case_number,filed_on{invisible},proceeding,outcome,claim_kzt\n"
        f"{invisible}A\u200bB{invisible},2024-01-09{invisible},civil,pending,{invisible}\n"
        "C,٢٠٢٤-٠١-٠٩,civil,pending,\n"
        "D,2024-01-09,civil,pending,１２\n",
    )
    installation.load()
    assert installation.rows("select case_number, filed_on::varchar, claim_kzt from raw.court_cases") == [
        ("A\u200bB", "2024-01-09", None)
    ]
    assert [(row, column) for row, column, _ in installation.quarantine()] == [(2, "filed_on"), (3, "claim_kzt")]


# ---------------------------------------------------------------- jsonl and Parquet


def test_odd_json_is_a_value_or_a_quarantined_row_never_the_end_of_the_run(installation):
    case = '"filed_on": "2024-01-09", "proceeding": "civil", "outcome": "pending"'
    lines = [
        f'{{"case_number": "deep", {case}, "subject": {"[" * 100_000}{"]" * 100_000}}}',
        f'{{"case_number": "too deep to close", {case}, "subject": {"[" * 100_000}}}',
        f'{{"case_number": "exponent", {case}, "claim_kzt": 1e400}}',
        f'{{"case_number": "digits", {case}, "claim_kzt": {"1" * 4001}}}',
        f'{{"case_number": "nan", {case}, "claim_kzt": NaN}}',
        f'{{"case_number": "infinite", {case}, "claim_kzt": -Infinity}}',
        f'{{"case_number": "twice", "case_number": "thrice", {case}}}',
        f'{{"case_number": "twice", "CASE_NUMBER ": "thrice", {case}}}',
        f'{{"case_number": "lone surrogate", {case}, "subject": "\\ud800"}}',
        f'{{"case_number": "odd keys", {case}, "a\\"b$.[*]": 1, "": 2, "\\u0000": 3}}',
        '"a string"',
        f'{{"case_number": "good", {case}, "claim_kzt": 12.50}}',
    ]
    installation.deliver("court_cases/a.jsonl", "\n".join(lines) + "\n")
    installation.load()
    assert installation.rows("select case_number, claim_kzt::float from raw.court_cases order by 1") == [
        ("deep", None),
        ("good", 12.5),
        ("odd keys", None),
    ]
    no_number, twice = (
        "not a decimal number",
        "a key stands twice in the record: which of its values is meant cannot be told",
    )
    assert installation.quarantine() == [
        (2, None, "the line is not a JSON object"),
        (3, "claim_kzt", no_number),
        (4, "claim_kzt", no_number),
        (5, "claim_kzt", no_number),
        (6, "claim_kzt", no_number),
        (7, None, twice),
        (8, None, twice),
        (9, None, "the line is not a JSON object"),
        (11, None, "the line is not a JSON object"),
    ]


def parquet_of(number, **columns):
    frame = pl.DataFrame(
        {"case_number": [number], "filed_on": ["2024-01-09"], "proceeding": ["civil"], "outcome": ["pending"]} | columns
    )
    buffer = io.BytesIO()
    frame.write_parquet(buffer)
    return buffer.getvalue()


def test_parquet_of_nested_values_binary_texts_and_instants(installation):
    content = parquet_of(
        "1",
        subject=[[{"a": 1, "b": ["x"]}]],
        court_name=pl.Series(["Қостанай".encode()], dtype=pl.Binary),
        decided_on=pl.Series(["2024-02-29"]).str.to_datetime("%Y-%m-%d", time_zone="UTC"),
        claim_kzt=[float("nan")],
    )
    installation.deliver("court_cases/a.parquet", content)
    installation.deliver(
        "court_cases/b.parquet",
        parquet_of("2", decided_on=pl.Series(["2024-02-29 19:00"]).str.to_datetime("%Y-%m-%d %H:%M", time_zone="UTC")),
    )
    installation.load()
    loaded = "select case_number, subject, court_name, decided_on::varchar, claim_kzt from raw.court_cases"
    assert installation.rows(loaded) == [("1", "[{'a': 1, 'b': [x]}]", "Қостанай", "2024-02-29", None)]
    assert installation.quarantine() == [(1, "decided_on", "not a date (YYYY-MM-DD or DD.MM.YYYY)")]


def test_damaged_parquet_is_rejected(installation, folder):
    content = parquet_of("1")
    footer_bytes = struct.pack("<I", len(content) * 1000)
    installation.deliver("court_cases/cut.parquet", content[: len(content) // 2])
    installation.deliver("court_cases/cut_end.parquet", content[:-4])
    installation.deliver("court_cases/lying_footer.parquet", content[:-8] + footer_bytes + b"PAR1")
    installation.deliver("court_cases/no_rows.parquet", b"PAR1PAR1")
    assert all(reason.startswith("the file is damaged, or no parquet") for reason in reasons(installation).values())
    assert len(installation.ledger()) == 5


def test_a_parquet_file_of_one_row_very_many_times_is_rejected(installation, folder):
    duckdb.execute(
        "copy (select 1 as case_number, '2024-01-09' as filed_on, 'civil' as proceeding, 'x' as outcome "
        f"from range(5000000)) to '{folder / 'bomb.parquet'}'"
    )
    assert (folder / "bomb.parquet").stat().st_size < MEGABYTE
    assert reasons(installation) == {
        "bomb.parquet": "unpacked it is more than 200 times as large as delivered: ask the source for a plain file"
    }


# ---------------------------------------------------------------- very many files


@pytest.mark.slow
def test_ten_thousand_small_files(installation):
    """Counted in seconds of the processor, which do not depend on what else the machine does."""
    for number in range(10_000):
        installation.deliver(f"court_cases/{number:05}.csv", cases(f"C{number}"))
    started = time.process_time()
    run = installation.load()
    assert (run.total.loaded, run.total.rows_loaded) == (10_000, 10_000)
    assert time.process_time() - started < 300
    assert installation.rows("select count(*), count(distinct case_number) from raw.court_cases") == [(10_000, 10_000)]
    started = time.process_time()
    assert installation.load().load_run is None
    assert time.process_time() - started < 10
