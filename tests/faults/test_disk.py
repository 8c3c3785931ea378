"""A full disk and folders that cannot be written: no delivery is lost by it, the old snapshot stands, and it is named.

The last test goes through a whole run: full while building, and then a run under hard conditions, all at once.
"""

import hashlib
import json
import shutil

import duckdb
import pytest

from orchestration.runs.exit_codes import ExitCode
from tests.faults.conftest import CORRECTION, deliver
from tests.faults.mounts import enlarge, needs_root, read_only, small_disk
from tests.faults.states import is_whole, leftovers, marts_state
from tests.faults.struck import BALLAST
from tests.installations import Product

pytestmark = [pytest.mark.slow, needs_root]

ROWS = 200_000
MANY_EXAMS = "attempt_id,candidate_iin,centre_code,started_at,result\n" + "".join(
    f"T{number},900101300126,C1,2024-03-01T12:30:00Z,passed\n" for number in range(ROWS)
)


def published(product: Product) -> tuple[str, str]:
    settings = product.settings
    return (
        hashlib.sha256(settings.published_marts.read_bytes()).hexdigest(),
        json.loads(settings.published_manifest.read_text())["run_id"],
    )


@pytest.mark.parametrize("megabytes", [1, 2, 4])
def test_full_while_loading(megabytes, tmp_path):
    product = Product(tmp_path)
    product.deliver("theory_exams/many.csv", MANY_EXAMS)
    with small_disk(product.settings.data_dir, megabytes):
        assert product.run("tests.faults.step", "load") != 0
        assert "No space left on device" in product.output
        enlarge(product.settings.data_dir, 400)
        assert product.run("tests.faults.step", "load") == 0, product.output
        assert product.ledger() == [("many.csv", "loaded", ROWS, 0)]
        assert leftovers(product.settings) == []


@pytest.mark.parametrize("function", ["fill_vault", "insert_rows", "_insert_ledger"])
def test_full_while_rows_are_written(function, tmp_path):
    product = Product(tmp_path)
    product.deliver("theory_exams/many.csv", MANY_EXAMS)
    with small_disk(product.settings.data_dir, 100):
        fill = ("tests.faults.struck", "fill_disk", f"orchestration.ingestion.load:{function}:1")
        assert product.run(*fill, "tests.faults.step", "load") != 0
        assert "No space left on device" in product.output
        (product.settings.data_dir / BALLAST).unlink()
        assert product.run("tests.faults.step", "load") == 0, product.output
        assert product.ledger() == [("many.csv", "loaded", ROWS, 0)]
        assert product.rows("select count(*), count(distinct attempt_id) from raw.theory_exams") == [(ROWS, ROWS)]
        assert leftovers(product.settings) == []


@pytest.mark.parametrize("megabytes", [14, 400])
def test_a_delivery_is_not_rejected_because_disk_or_memory_are_too_small_for_it(megabytes, tmp_path, monkeypatch):
    product = Product(tmp_path)
    product.deliver("theory_exams/many.csv", MANY_EXAMS)
    connect = duckdb.connect

    def connect_with_little_memory(*arguments, **options):
        return connect(*arguments, **options, config={"memory_limit": "60MB" if megabytes < 100 else "30MB"})

    with small_disk(product.settings.data_dir, megabytes):
        with monkeypatch.context() as patch:
            patch.setattr(duckdb, "connect", connect_with_little_memory)
            with pytest.raises(duckdb.OutOfMemoryException):
                product.load()
        assert product.ledger() == []
        enlarge(product.settings.data_dir, 400)
        product.load()
        assert product.ledger() == [("many.csv", "loaded", ROWS, 0)]


def test_full_while_publishing(copy_of_faultless, tmp_path):
    with small_disk(tmp_path / "disk", 500):
        product = copy_of_faultless(tmp_path / "disk")
        before = published(product)
        fill = ("tests.faults.struck", "fill_disk", "orchestration.publish:_copy:20")
        assert product.run(*fill, "tests.faults.step", "publish", "a-run") != 0
        assert "No space left on device" in product.output
        assert published(product) == before
        assert leftovers(product.settings) == []
        (product.settings.data_dir / BALLAST).unlink()
        assert product.run("tests.faults.step", "publish", "a-run") == 0, product.output
        assert is_whole(product.settings)


def test_a_data_folder_that_is_read_only(tmp_path):
    product = Product(tmp_path)
    deliver(product)
    product.settings.data_dir.mkdir()
    with read_only(product.settings.data_dir):
        assert product.run("orchestration.refresh") == ExitCode.CANNOT_START
        assert str(product.settings.data_dir) in product.output
        assert "Traceback" not in product.output
    assert list(product.settings.data_dir.iterdir()) == []


def test_a_published_folder_that_is_read_only(copy_of_faultless, tmp_path):
    product = copy_of_faultless(tmp_path)
    before = published(product)
    with read_only(product.settings.published_dir):
        assert product.run("tests.faults.step", "publish", "a-run") != 0
        assert "Read-only file system" in product.output
        assert published(product) == before
    assert product.run("tests.faults.step", "publish", "a-run") == 0, product.output


def test_full_while_building_and_the_run_after_it(faultless, faked_clock, tmp_path):
    with small_disk(tmp_path / "disk", 1500):
        product = Product(tmp_path / "disk")
        deliver(product, correction=False)
        assert product.run("tests.faults.step", "load") == 0, product.output
        shutil.copytree(faultless.settings.published_dir, product.settings.published_dir, symlinks=True)
        shutil.copytree(faultless.settings.dbt_target, product.settings.dbt_target)
        before = published(product)

        fill = ("tests.faults.struck", "fill_disk", "orchestration.transformation.dbt_assets:_quietly:1")
        assert product.run(*fill, "orchestration.refresh") == ExitCode.FAILED
        assert "The disk is full: " in product.output
        assert "un wants about " in product.output
        assert published(product) == before
        (product.settings.data_dir / BALLAST).unlink()

        product.deliver("court_cases/correction.csv", CORRECTION)
        # The next run: deliveries that cannot be written, a reader of what is published, a clock three days behind.
        # Only loading asks the clock; all of dbt under a faked one would take ten minutes.
        reader = duckdb.connect(str(product.settings.published_marts), read_only=True)
        with read_only(product.settings.landing_dir):
            assert product.run("tests.faults.step", "load", **faked_clock("-3d")) == 0, product.output
            assert product.run("orchestration.refresh") == 0, product.output
        assert reader.execute("select count(*) > 0 from marts.marts.kpi_values").fetchall() == [(True,)]
        reader.close()
        assert published(product) != before
        # The correction counts as the later delivery, though its time is the earlier one.
        assert product.rows(
            "select file_name from raw.ledger where first_seen_at < (select max(first_seen_at) from raw.ledger) "
            "and delivery_id = (select max(delivery_id) from raw.ledger)"
        ) == [("correction.csv",)]
        assert marts_state(product.settings) == marts_state(faultless.settings)
        assert is_whole(product.settings)
        assert leftovers(product.settings) == []
