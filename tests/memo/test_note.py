"""What readers rely on: the note follows the data, says what it does not know, and each number has its source."""

import csv
import re
from collections.abc import Iterator
from string import Formatter

import pytest
import yaml

from orchestration.contract import load_contract
from orchestration.memo.catalogue import section_plans
from orchestration.memo.document import Figure, Mark, Note, Paragraph, Text, plain, texts_of
from orchestration.memo.marts import NothingPublished, last_whole_year, read
from orchestration.memo.note import note_of
from orchestration.memo.wording import LANGUAGES
from orchestration.settings import PROJECT_DIR
from tests.memo.small_snapshot import MARTS, figures, kpi, publish, seed

# What is written in numbers without being a figure: the width of intervals, a threshold of the wording, a year range.
NO_FIGURES = re.compile(r"SHA-256|95 ?%|95-процент|100 процент|100 пайыз|2024.2025|2024 and 2025")


@pytest.fixture(scope="module")
def facts(tmp_path_factory):
    return read(publish(tmp_path_factory.mktemp("snapshot"), figures()), 2025)


def texts(note: Note) -> Iterator[Text]:
    for row in note.cover.rows:
        yield from row
    for section in note.sections:
        yield from texts_of(section.blocks)


def paragraph_with(note: Note, words: str) -> str:
    """The paragraph, its items included, in which the words stand."""
    found = [
        " ".join([plain(block.text), *(plain(item) for item in block.items)])
        for section in note.sections
        for block in section.blocks
        if isinstance(block, Paragraph)
    ]
    return next(text for text in found if words in text)


def section(note: Note, key: str) -> str:
    (found,) = [section for section in note.sections if section.key == key]
    return "\n".join(plain(text) for text in texts_of(found.blocks))


def test_a_change_within_its_interval_is_no_trend(facts):
    note = note_of(facts, "en")
    assert "Court cases: 70 → 92; ×1.31 (95 %: 0.96–1.79)" in paragraph_with(note, "Too few to tell")
    assert "penalties: 306 → 496" in paragraph_with(note, "A rise that the data bear out")


@pytest.mark.parametrize(
    ("language", "words"),
    [("kk", "Қорытындыға дерек аз"), ("ru", "Данных мало для вывода"), ("en", "Too few to tell")],
)
def test_an_unsupported_trend_is_named_in_each_language(facts, language, words):
    assert "70 → 92" in paragraph_with(note_of(facts, language), words)


def test_the_country_is_shown_without_its_largest_contributor(facts):
    text = paragraph_with(note_of(facts, "en"), "Without the largest contributor")
    assert "Almaty Region" in text
    assert "731 → 270" in text
    assert text.endswith("So what is said of the country hangs on this one part.")


@pytest.mark.parametrize(("language", "words"), [("kk", "дерек жоқ"), ("ru", "нет данных"), ("en", "no data")])
def test_what_cannot_be_computed_says_so(facts, language, words):
    note = note_of(facts, language)
    label = facts.metrics["complaints_confirmed_pct"]
    assert f"{getattr(label, f'label_{language}')}: {words}" in section(note, "appeals")


@pytest.mark.parametrize(
    ("language", "source"), [("kk", "сенім желісі"), ("ru", "линия доверия"), ("en", "hotline reports")]
)
def test_a_missing_source_is_named_and_makes_no_zero(facts, language, source):
    note = note_of(facts, language)
    text = section(note, "hotline")
    assert source in text
    assert not [
        part for one in texts(note) for part in one if isinstance(part, Figure) and part.reference == "hotline_reports"
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_number_has_a_reference_that_resolves(facts, language):
    note = note_of(facts, language)
    used = {part.reference for text in texts(note) for part in text if isinstance(part, Figure | Mark)}
    assert used == set(note.numbers) == {reference.key for reference in note.references}
    assert all(reference.definition and reference.sources and reference.unit for reference in note.references)
    for text in texts(note):
        for part in text:
            if isinstance(part, str):
                assert not re.search(r"\d", NO_FIGURES.sub("", part)), part


@pytest.mark.parametrize(("language", "share"), [("kk", "27,2%"), ("ru", "27,2\xa0%"), ("en", "27.2%")])
def test_numbers_are_written_as_the_language_does(facts, language, share):
    assert share in section(note_of(facts, language), "courts")


def test_the_register_says_since_when_and_why(facts):
    text = section(note_of(facts, "en"), "risks")
    assert "80.5% (95 %: 77.1–83.6), alert limit: > 75.0%" in text
    assert "7.3 (since 2023)" in text


def test_a_factor_without_data_says_which_source_is_missing(facts):
    text = section(note_of(facts, "en"), "risks")
    assert "2.1 Hotline reports confirmed: no data. Missing source: hotline reports." in text


def test_the_memo_stands_beside_the_data(facts):
    text = section(note_of(facts, "en"), "memo")
    assert re.search(r"P05\n.*inquiry.*\n2024\n50\.1%\n50\.8%\ndiffers", text)
    assert "Fewer\ncannot be said" in text
    assert "7.1% (1.3–31.5)" in text


def test_the_cover_says_what_is_missing_late_and_failed(facts):
    cover = {plain(row[0]): plain(row[1]) for row in note_of(facts, "en").cover.rows}
    assert cover["Run"] == "run-1"
    assert cover["Data as of"] == "31 Dec 2025"
    assert cover["Checks of quality"] == "failed: 1 of 4; of these, of a kind that stops publication: 0"
    assert cover["Quarantined rows"] == "open: 1, of all: 2"
    assert cover["Sources of which nothing came"] == "hotline reports"
    assert cover["Late sources"] == "training records (days since its last event: 101, allowed: 31)"


def test_lawful_ratios_are_explained(tmp_path):
    tables = figures()
    keys = ("practical_per_theory_pass", "expected_by_lawful_retakes", "without_theory_of_assessable")
    values = zip((*keys, "without_theory_highest_region"), (144.8, 162.1, 0.41, 9.5), strict=True)
    for key, value in values:
        tables["memo_claim_figures"].append(
            {"claim_id": "M9", "figure_key": key, "period": "period", "unit": "percent", "value": value}
        )
    note = note_of(read(publish(tmp_path, tables), 2025), "en")
    assert "Lawful retakes alone make 162.1%" in section(note, "exams")


def test_regions_are_told_with_their_shares(tmp_path):
    tables = figures()
    tables["kpi_values"].append(kpi("court_cases", 40, 10, "KZ-71", regional_share_pct=43.478))
    text = section(note_of(read(publish(tmp_path, tables), 2025), "en"), "courts")
    assert "Astana city – 40 (43.5%); Almaty city – 25 (27.2%)" in text


def test_the_year_is_the_last_whole_one():
    assert last_whole_year("2025-12-31") == 2025
    assert last_whole_year("2025-12-30") == 2024
    with pytest.raises(NothingPublished):
        last_whole_year(None)


def _places(label: str) -> list[str]:
    return [place for _, place, _, _ in Formatter().parse(label) if place is not None]


def test_labels_ask_for_the_same_parts_in_each_language():
    for row in seed("labels_of_note"):
        places = {language: set(_places(row[f"label_{language}"])) for language in LANGUAGES}
        assert places["kk"] == places["ru"] == places["en"], row["label_key"]


def test_whatever_the_data_hold_has_its_label():
    """Labels that depend on the data, whose absence a small snapshot would not show."""
    keys = {row["label_key"].removeprefix("note.") for row in seed("labels_of_note")}
    sql = [path.read_text(encoding="utf-8") for path in (PROJECT_DIR / "models/intermediate/memo/claims").glob("*.sql")]
    wanted = {
        "source": set(load_contract()),
        "definition": {row["metric_key"] for row in seed("metrics")},
        "breakdown": {breakdown for plan in section_plans() for _, breakdown in plan.breakdowns},
        "explained": {claim for plan in section_plans() for claim in plan.explained},
        "measure": {row["column"] for row in seed("memo_figures")} - {"value"},
        "claim_figure": set(re.findall(r"'(\w+)' as figure_key", "".join(sql))),
        "moved": {"up", "down", "not_clear", "no_interval", "no_data"},
        "verdict": {"up", "down", "not_clear", "no_interval", "no_data"},
        "moved_as": {"wanted", "unwanted", "not_clear", "no_data"},
        "claim": {"borne_out", "not_borne_out", "cannot_be_said"},
        "memo_status": {"truncated", "differs"},
        "reason": {"absolute", "own_past", "peers"},
        "side": {"above", "below"},
        "wanted": {"up", "down"},
    }
    assert not {f"{family}.{name}" for family, names in wanted.items() for name in names} - keys


def test_what_the_note_reads_is_promised_by_the_marts():
    """The contracts of the marts hold every column that the note's rows name."""
    promised = {
        model["name"]: {column["name"] for column in model["columns"]}
        for path in (PROJECT_DIR / "models/marts").rglob("*.yml")
        for model in yaml.safe_load(path.read_text(encoding="utf-8")).get("models", [])
    }
    for mart, kind in MARTS.items():
        assert set(kind.__dataclass_fields__) <= promised[mart], mart


def test_sections_show_metrics_and_breakdowns_that_there_are():
    with (PROJECT_DIR / "seeds/metrics.csv").open(encoding="utf-8") as file:
        breakdowns = {row["metric_key"]: row["breakdowns"].split() for row in csv.DictReader(file)}
    for plan in section_plans():
        assert {*plan.metrics, *plan.leads, *(metric for table in plan.regions for metric in table)} <= set(breakdowns)
        assert all(breakdown in breakdowns[metric] for metric, breakdown in plan.breakdowns), plan.key
