"""Installations of a test's own: a landing folder and a data folder, and what a test does to them."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb

from orchestration.contract import load_contract
from orchestration.ingestion.load import LoadRun, load_deliveries
from orchestration.ingestion.tokens import attach_vault, load_secret
from orchestration.settings import PROJECT_DIR, Settings


class Installation:
    """The ingestion alone, called in this process."""

    def __init__(self, folder: Path) -> None:
        self.settings = Settings(landing_dir=folder / "landing", data_dir=folder / "data")
        self.settings.landing_dir.mkdir()

    def deliver(self, name: str, content: str | bytes, encoding: str = "utf-8") -> Path:
        path = self.settings.landing_dir / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode(encoding) if isinstance(content, str) else content)
        return path

    def load(self) -> LoadRun:
        return load_deliveries(self.settings, load_contract())

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(self.settings.warehouse), read_only=True) as connection:
            return connection.execute(query).fetchall()

    def vault(self) -> list[tuple[str, str]]:
        """The pairs of token and personal number, in the order of the numbers."""
        with duckdb.connect() as connection:
            attach_vault(connection, self.settings, load_secret(self.settings), read_only=True)
            return connection.execute("select token, iin from vault.iin_tokens order by iin").fetchall()

    def ledger(self) -> list[tuple[Any, ...]]:
        return self.rows("select file_name, status, rows_loaded, rows_quarantined from raw.ledger order by delivery_id")

    def quarantine(self) -> list[tuple[Any, ...]]:
        return self.rows("select row_number, column_name, reason from raw.quarantine order by delivery_id, 1, 2")


class Product(Installation):
    """One installation of the project, used as its users use it: each command in a process of its own."""

    output = ""

    @property
    def environment(self) -> dict[str, str]:
        return os.environ | {
            "TAUEKEL_LANDING_DIR": str(self.settings.landing_dir),
            "TAUEKEL_DATA_DIR": str(self.settings.data_dir),
        }

    def run(self, module: str, *arguments: str, **environment: str) -> int:
        """Run a command of the project; its exit code. What it printed stands in `output`."""
        return self.end(self.start(module, *arguments, **environment))

    def start(self, module: str, *arguments: str, **environment: str) -> subprocess.Popen[str]:
        """Start a command of the project and let it run."""
        return subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            cwd=PROJECT_DIR,
            env=self.environment | environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def end(self, started: subprocess.Popen[str]) -> int:
        """Wait for the end of a started command; its exit code. What it printed from now on stands in `output`."""
        self.output, _ = started.communicate()
        return started.returncode

    def refresh(self) -> int:
        """Run the main job; its exit code."""
        return self.run("orchestration.refresh")

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


class Holder:
    """Another process that has a DuckDB file open for writing, until it is told to let go."""

    def __init__(self, file: Path) -> None:
        script = "import duckdb, sys; held = duckdb.connect(sys.argv[1]); print('held', flush=True); sys.stdin.read()"
        self._process = subprocess.Popen(
            [sys.executable, "-c", script, str(file)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        assert self._process.stdout is not None
        self._process.stdout.readline()
        self.pid = self._process.pid

    def let_go(self) -> None:
        """Close the file; doing it twice is fine."""
        if self._process.poll() is None:
            self._process.communicate()
