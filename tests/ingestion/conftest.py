"""Deliveries written by hand, loaded by the real ingestion into a warehouse of the test's own."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.contract import load_contract
from orchestration.ingestion.load import LoadRun, load_deliveries
from orchestration.settings import Settings


class Installation:
    """A landing folder and a data folder, with what a test does to them."""

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

    def ledger(self) -> list[tuple[Any, ...]]:
        return self.rows("select file_name, status, rows_loaded, rows_quarantined from raw.ledger order by delivery_id")

    def quarantine(self) -> list[tuple[Any, ...]]:
        return self.rows("select row_number, column_name, reason from raw.quarantine order by delivery_id, 1, 2")


@pytest.fixture
def installation(tmp_path: Path) -> Installation:
    return Installation(tmp_path)


@pytest.fixture
def load_csv(installation: Installation) -> Callable[[str, str], Installation]:
    """Deliver one csv of a source and load it."""

    def deliver_and_load(source: str, text: str) -> Installation:
        installation.deliver(f"{source}/delivery.csv", text)
        installation.load()
        return installation

    return deliver_and_load
