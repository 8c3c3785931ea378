"""One writer at a time: who waits is told for whom, and nobody waits for the dead."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from orchestration.runs.exit_codes import ExitCode
from orchestration.runs.run_lock import Busy, tidy, writing
from orchestration.settings import PROJECT_DIR, Settings
from tests.installations import Product

HOLD = """
import sys
from pathlib import Path
from orchestration.runs.run_lock import writing
from orchestration.settings import Settings
with writing(Settings(Path(sys.argv[1]), Path(sys.argv[1])), "key rotation", "run-1"):
    print("held", flush=True)
    sys.stdin.readline()
"""


@pytest.fixture
def settings(tmp_path):
    return Settings(landing_dir=tmp_path, data_dir=tmp_path / "data")


@pytest.fixture
def other(settings):
    """Another process that writes until it is told to end."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(settings.data_dir)],
        cwd=PROJECT_DIR,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.communicate()


def test_the_second_writer_gives_up_after_its_time_and_says_for_whom_it_waited(settings, other):
    said = []
    waited = rf"Waited 1 s .* key rotation \(run run-1, process {other.pid}, since 20"
    with pytest.raises(Busy, match=waited), writing(settings, "refresh", wait_seconds=1, report=said.append):
        pass
    assert len(said) == 1
    assert said[0].startswith("waiting up to 1 s for key rotation")


def test_the_second_writer_comes_in_when_the_first_has_ended(settings, other):
    def let_it_end(line: str) -> None:
        other.stdin.write("\n")
        other.stdin.flush()

    with writing(settings, "refresh", wait_seconds=60, report=let_it_end) as killed:
        assert killed is None


def test_a_killed_writer_is_not_waited_for_and_is_named(settings, other):
    other.send_signal(signal.SIGKILL)
    other.wait()
    with writing(settings, "refresh", "run-2", wait_seconds=0) as killed:
        assert (killed.what, killed.run_id, killed.pid) == ("key rotation", "run-1", other.pid)
    with writing(settings, "refresh", wait_seconds=0) as killed:
        assert killed is None


def test_a_killed_run_is_named_to_the_next_run_whatever_writes_in_between(settings, other):
    """Else nobody would free its places in the pools, nor tell that it failed."""
    other.send_signal(signal.SIGKILL)
    other.wait()
    with writing(settings, "withdrawal", wait_seconds=0) as killed:
        assert killed.run_id == "run-1"
        killed_too = settings.run_lock.read_text()
    with writing(settings, "rebuild", wait_seconds=0) as killed:
        assert killed.lost_run_id == "run-1"
    settings.run_lock.write_text(killed_too)
    with writing(settings, "rebuild", wait_seconds=0) as killed:
        assert (killed.what, killed.lost_run_id) == ("withdrawal", "run-1")
    with pytest.raises(OSError, match="no space"), writing(settings, "refresh", "run-2", wait_seconds=0):
        raise OSError("no space")
    with writing(settings, "refresh", "run-3", wait_seconds=0) as killed:
        assert killed.lost_run_id == "run-1"
    assert settings.run_lock.read_text() == ""


def test_a_step_finds_the_lock_that_its_own_command_holds(settings):
    with writing(settings, "refresh"), writing(settings, "a run", wait_seconds=0):
        pass
    assert settings.run_lock.read_text() == ""


def test_what_a_killed_writer_left_is_gone_before_anything_else_is_done(settings):
    for leftover in ("scratch/delivery_1", "published/.snapshots/run-1-x/marts.duckdb", "secret.key"):
        path = settings.data_dir / leftover
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"" if leftover == "secret.key" else b"900101300126")
    with pytest.raises(RuntimeError), writing(settings, "refresh"):
        assert [path.name for path in settings.data_dir.rglob("*") if path.is_file()] == ["run.lock"]
        raise RuntimeError


def test_tidying_spares_what_a_living_writer_works_on(settings, other):
    (settings.data_dir / "scratch").mkdir()
    copy = settings.data_dir / "scratch" / "delivery_1"
    copy.write_text("900101300126")
    tidy(settings)
    assert copy.exists()
    other.kill()
    other.wait()
    tidy(settings)
    assert not copy.exists()
    with writing(settings, "refresh", wait_seconds=0) as killed:
        assert killed.pid == other.pid


def test_the_main_job_ends_with_busy_and_touches_nothing(tmp_path):
    product = Product(tmp_path)
    with writing(product.settings, "withdrawal in court_cases"):
        assert product.run("orchestration.refresh", TAUEKEL_LOCK_WAIT_SECONDS="0.1") == ExitCode.BUSY
        assert f"withdrawal in court_cases (process {os.getpid()}, since" in product.output
        assert [path.name for path in product.settings.data_dir.iterdir()] == ["run.lock"]


def test_a_data_folder_that_cannot_be_is_named(tmp_path):
    product = Product(tmp_path)
    product.settings.data_dir.write_text("a file")
    assert product.run("orchestration.refresh") == ExitCode.CANNOT_START
    assert str(Path(product.settings.data_dir)) in product.output
    assert "Traceback" not in product.output
