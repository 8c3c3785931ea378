"""An installation with a checkout of its own: what a steward writes into seeds is no other test's matter."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.settings import PROJECT_DIR
from tests.installations import Product

# What a run reads of the project.
PARTS = ("orchestration", "expectations", "models", "seeds", "macros", "tests/dbt", "dbt_project.yml", "profiles.yml")


class StewardsProduct(Product):
    """One installation, run from a copy of the project."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.project = folder / "project"
        for part in PARTS:
            if (PROJECT_DIR / part).is_dir():
                shutil.copytree(PROJECT_DIR / part, self.project / part, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(PROJECT_DIR / part, self.project / part)

    def start(self, module: str, *arguments: str, **environment: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            cwd=self.project,
            env={**os.environ, **self.environment, **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def refresh_on(self, day: str) -> int:
        """Run the main job as on this civil day; its exit code."""
        return self.run("orchestration.refresh", TAUEKEL_RUN_DATE=day)

    def accept(self, line: str) -> None:
        """Add a line to the seed of accepted deviations."""
        with (self.project / "seeds/accepted_deviations.csv").open("a", encoding="utf-8") as file:
            file.write(line + "\n")

    def write(self, statement: str) -> None:
        """Change the warehouse past the pipeline: a fault of the machine or of somebody."""
        with duckdb.connect(str(self.settings.warehouse)) as connection:
            connection.execute(statement)

    def desk(self, query: str) -> list[tuple[Any, ...]]:
        """Rows of the published desk; `query` names its tables without their schema."""
        with duckdb.connect(str(self.settings.published_quality), read_only=True) as connection:
            connection.execute("use quality.marts")
            return connection.execute(query).fetchall()


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> StewardsProduct:
    return StewardsProduct(tmp_path_factory.mktemp("steward"))
