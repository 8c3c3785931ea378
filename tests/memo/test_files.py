"""The files of the note: they open, hold the same figures, ask nothing of the network, and are their owner's alone."""

import base64
import re
from html.parser import HTMLParser

import pytest
from docx import Document
from docx.oxml.ns import qn

from orchestration.memo.__main__ import main
from orchestration.runs.exit_codes import ExitCode
from orchestration.settings import Settings
from tests.memo.small_snapshot import figures, publish


class Page(HTMLParser):
    """Figures as they stand in the page with what they lead to, and all addresses and anchors of the page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.figures: list[tuple[str, str]] = []
        self.addresses: list[str] = []
        self.anchors: set[str] = set()
        self.open_figure: str | None = None
        self.in_mark = False
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        self.addresses += [value for name, value in attributes if name in ("href", "src")]
        self.anchors |= {given["id"]} if "id" in given else set()
        if tag == "a" and given.get("class") == "figure":
            self.open_figure = given["href"].removeprefix("#")
        self.in_mark = self.in_mark or tag == "sup"

    def handle_endtag(self, tag):
        if tag == "a":
            self.open_figure = None
        if tag == "sup":
            self.in_mark = False

    def handle_data(self, data):
        if self.open_figure and not self.in_mark:
            self.figures.append((data, self.open_figure))


def word_figures(path) -> list[tuple[str, str]]:
    """The same of the document: links to references, their raised numbers apart; marks alone are no figures."""
    found = []
    for link in Document(path).element.body.iter(qn("w:hyperlink")):
        anchor = link.get(qn("w:anchor"))
        runs = [run for run in link.iter(qn("w:r")) if run.find(f".//{qn('w:vertAlign')}") is None]
        text = "".join(text.text for run in runs for text in run.iter(qn("w:t")))
        if anchor.startswith("reference_") and text:
            found.append((text, anchor.replace("_", "-")))
    return found


def write(settings: Settings, monkeypatch, *arguments: str) -> ExitCode:
    monkeypatch.setenv("TAUEKEL_DATA_DIR", str(settings.data_dir))
    return main(list(arguments))


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory):
    return publish(tmp_path_factory.mktemp("snapshot"), figures())


@pytest.fixture(scope="module")
def written(snapshot):
    """The folder of the notes of the small snapshot."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        assert write(snapshot, monkeypatch) == ExitCode.OK
    return snapshot.data_dir / "memo"


def test_the_files_of_all_languages_open_and_hold_the_same_figures(written):
    names = {f"note_2025_{language}.{suffix}" for language in ("kk", "ru", "en") for suffix in ("docx", "html")}
    assert {path.name for path in written.iterdir()} == names
    for language in ("kk", "ru", "en"):
        text = (written / f"note_2025_{language}.html").read_text(encoding="utf-8")
        page = Page(text)
        (court_cases,) = re.findall(r'id="(reference-\d+)">\s*<td>\d+</td>\s*<td>[^<]*<br><code>court_cases<', text)
        assert ("92", court_cases) in page.figures
        assert page.figures == word_figures(written / f"note_2025_{language}.docx")


def test_links_lead_somewhere_and_nowhere_outside(written):
    page = Page((written / "note_2025_kk.html").read_text(encoding="utf-8"))
    inner = {address.removeprefix("#") for address in page.addresses if address.startswith("#")}
    assert inner <= page.anchors
    images = [address for address in page.addresses if not address.startswith("#")]
    assert images and all(image.startswith("data:image/svg+xml;base64,") for image in images)
    for image in images:
        drawing = base64.b64decode(image.partition(",")[2]).decode()
        assert not re.search(r'href="(?!#)|url\((?!#)', drawing)
    body = Document(written / "note_2025_kk.docx").element.body
    bookmarks = {mark.get(qn("w:name")) for mark in body.iter(qn("w:bookmarkStart"))}
    assert {link.get(qn("w:anchor")) for link in body.iter(qn("w:hyperlink"))} <= bookmarks


def test_a_figure_that_changes_in_the_data_changes_in_both_files(tmp_path, monkeypatch):
    tables = figures()
    tables["kpi_values"][0]["value"] = 1093
    tables["kpi_changes"][0]["value"] = 1093
    settings = publish(tmp_path, tables)
    out = tmp_path / "elsewhere"
    assert write(settings, monkeypatch, "--lang", "en", "--out", str(out)) == ExitCode.OK
    for found in (
        Page((out / "note_2025_en.html").read_text(encoding="utf-8")).figures,
        word_figures(out / "note_2025_en.docx"),
    ):
        shown = [text for text, _ in found]
        assert "1,093" in shown
        assert "92" not in shown


def test_the_same_data_give_the_same_page(written, snapshot, monkeypatch):
    page = (written / "note_2025_ru.html").read_bytes()
    assert write(snapshot, monkeypatch, "--lang", "ru") == ExitCode.OK
    assert (written / "note_2025_ru.html").read_bytes() == page


def test_only_the_owner_reads_the_files(written):
    assert written.stat().st_mode & 0o077 == 0
    assert all(path.stat().st_mode & 0o077 == 0 for path in written.iterdir())


def test_no_personal_number_or_token_is_in_the_files(written):
    for path in written.glob("*.html"):
        text = re.sub(r'"data:[^"]*"', "", path.read_text(encoding="utf-8"))
        assert not re.search(r"\b\d{12}\b|\b[0-9a-f]{32,}\b", text)


def test_without_a_snapshot_it_says_what_to_do(tmp_path, monkeypatch, capsys):
    assert write(Settings(tmp_path, tmp_path / "data"), monkeypatch) == ExitCode.CANNOT_START
    assert "make run" in capsys.readouterr().err


def test_a_year_without_figures_is_refused(snapshot, monkeypatch, capsys):
    assert write(snapshot, monkeypatch, "--year", "2019") == ExitCode.CANNOT_START
    assert "no figures of 2019" in capsys.readouterr().err
