"""The published demo, made once for all tests that ask real clients about it, by the commands of its users."""

import fcntl
import os
import subprocess
import sys
from pathlib import Path

import pytest

from orchestration.settings import PROJECT_DIR, Settings

# The data folder of an installation that has run on the demo deliveries already: saves the minutes that it takes.
READY_MADE = "TAUEKEL_TEST_DEMO"


@pytest.fixture(scope="session")
def demo_installation(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Settings:
    """An installation whose snapshot is the demo's; tests only read it. The test processes share one."""
    if ready := os.environ.get(READY_MADE):
        return Settings(landing_dir=Path(ready) / "landing", data_dir=Path(ready))
    base = tmp_path_factory.getbasetemp()
    folder = (base if worker_id == "master" else base.parent) / "demo_installation"
    folder.mkdir(exist_ok=True)
    settings = Settings(landing_dir=folder / "landing", data_dir=folder / "data")
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not settings.published_marts.exists():
            environment = os.environ | {
                "TAUEKEL_LANDING_DIR": str(settings.landing_dir),
                "TAUEKEL_DATA_DIR": str(settings.data_dir),
            }
            truth = ["--truth", str(folder / "truth")]
            for command in (
                ["-m", "simulation", "--landing", str(settings.landing_dir), *truth],
                ["-m", "orchestration.refresh"],
            ):
                done = subprocess.run(
                    [sys.executable, *command],
                    cwd=PROJECT_DIR,
                    env=environment,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.STDOUT,
                    text=True,
                    check=False,
                )
                assert done.returncode == 0, done.stdout[-4000:]
    return settings
