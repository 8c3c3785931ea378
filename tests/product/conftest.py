"""The product whole: deliveries into a landing folder, the main job in a process of its own, marts out."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.settings import PROJECT_DIR, Settings


class Product:
    """One installation of the project, used as its users use it."""

    def __init__(self, folder: Path) -> None:
        self.settings = Settings(landing_dir=folder / "landing", data_dir=folder / "data")
        self.settings.landing_dir.mkdir()
        self.output = ""

    def deliver(self, name: str, content: str | bytes) -> None:
        path = self.settings.landing_dir / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)

    def refresh(self) -> int:
        """Run the main job; its exit code. What it printed stands in `output`."""
        environment = os.environ | {
            "TAUEKEL_LANDING_DIR": str(self.settings.landing_dir),
            "TAUEKEL_DATA_DIR": str(self.settings.data_dir),
        }
        done = subprocess.run(
            [sys.executable, "-m", "orchestration.refresh"],
            cwd=PROJECT_DIR,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        self.output = done.stdout + done.stderr
        return done.returncode

    def marts(self, query: str) -> list[tuple[Any, ...]]:
        """Rows of the published snapshot; `query` names marts without their schema."""
        with duckdb.connect(str(self.settings.published_marts), read_only=True) as connection:
            connection.execute("use marts.marts")
            return connection.execute(query).fetchall()

    def kpi(
        self,
        metric_key: str,
        period_start: str,
        region_code: str = "KZ",
        breakdown: str = "all",
        breakdown_value: str = "all",
        period_grain: str = "year",
    ) -> float | None:
        """The value of one row of kpi_values, which must be there."""
        (row,) = self.marts(
            f"select value from kpi_values where metric_key = '{metric_key}' and period_start = '{period_start}' "
            f"and region_code = '{region_code}' and breakdown = '{breakdown}' "
            f"and breakdown_value = '{breakdown_value}' and period_grain = '{period_grain}'"
        )
        return row[0]


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Product:
    return Product(tmp_path_factory.mktemp("product"))
