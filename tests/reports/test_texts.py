"""Each word on a page is a label in three languages: those that pages name, and those that codes want."""

import csv
import re

import pytest

from orchestration.contract import load_contract
from orchestration.settings import PROJECT_DIR

REPORTS = PROJECT_DIR / "reports"
SEEDS = PROJECT_DIR / "seeds"


def rows_of(seed: str) -> list[dict[str, str]]:
    with (SEEDS / f"{seed}.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def labels() -> dict[str, dict[str, str]]:
    return {row["label_key"]: row for row in rows_of("labels_of_pages")}


def test_every_text_that_a_page_names_is_a_label(labels: dict[str, dict[str, str]]):
    named = set()
    for pattern in ("pages/**/*.md", "pages/*.svelte", "partials/*.md", "components/*.svelte", "components/*.js"):
        for path in REPORTS.glob(pattern):
            text = path.read_text(encoding="utf-8")
            named |= set(re.findall(r"""\$t\(['"]([a-z_.]+[a-z])['"]\)""", text))
            named |= set(re.findall(r"""(?:label|text|empty)\s?[:=]\s?['"]([a-z_]+\.[a-z_.]+)['"]""", text))
    assert len(named) > 100
    assert named - set(labels) == set()


def test_every_code_of_the_catalogues_is_a_label(labels: dict[str, dict[str, str]]):
    metrics = rows_of("metrics")
    wanted = {f"source.{source}" for source in load_contract()}
    wanted |= {f"section.{metric['section']}" for metric in metrics} | {f"unit.{metric['unit']}" for metric in metrics}
    wanted |= {f"breakdown.{name}" for metric in metrics for name in metric["breakdowns"].split()}
    wanted |= {f"measure.{figure['column']}" for figure in rows_of("memo_figures")}
    assert wanted - set(labels) == set()


def test_labels_are_written_in_three_languages(labels: dict[str, dict[str, str]]):
    assert all(row[f"label_{language}"].strip() for row in labels.values() for language in ("kk", "ru", "en"))
    russian = re.compile("[а-яё]", re.IGNORECASE)
    assert [key for key, row in labels.items() if russian.search(row["label_en"])] == []
