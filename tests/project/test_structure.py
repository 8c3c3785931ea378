"""Rules of the project's own structure that nothing else would notice when they are broken."""

import csv
import re

from orchestration.contract import load_contract
from orchestration.settings import PROJECT_DIR

MODELS = PROJECT_DIR / "models"


def test_every_source_has_its_staging_model_and_its_description():
    staged = {path.stem for path in MODELS.glob("staging/*/stg_*.sql")}
    assert {f"stg_{source}" for source in load_contract()} <= staged
    assert all(path.with_suffix(".yml").exists() for path in MODELS.rglob("*.sql"))


def test_every_source_with_a_clock_gives_its_span():
    spans = (MODELS / "intermediate/periods/int_source_spans.sql").read_text(encoding="utf-8")
    clocks = {source.name: source.clock.name for source in load_contract().values() if source.clock}
    assert dict(re.findall(r"'(\w+)': '(\w+)'", spans)) == clocks


def test_only_staging_reads_raw():
    readers = [path for path in MODELS.rglob("*.sql") if "source('raw'" in path.read_text(encoding="utf-8")]
    assert {path.relative_to(MODELS).parts[0] for path in readers} == {"staging"}


def test_orchestration_never_imports_the_simulation():
    for path in [*(PROJECT_DIR / "orchestration").rglob("*.py"), *(PROJECT_DIR / "expectations").rglob("*.py")]:
        assert not re.search(r"^\s*(import|from) simulation", path.read_text(encoding="utf-8"), re.MULTILINE), path


def test_every_metric_has_a_label_in_three_languages():
    with (PROJECT_DIR / "seeds/metrics.csv").open(encoding="utf-8") as file:
        metrics = list(csv.DictReader(file))
    assert len(metrics) == 80
    assert all(metric[f"label_{language}"] for metric in metrics for language in ("kk", "ru", "en"))
