"""The end of every run for the steward: how it ended, and `published/quality.duckdb` with what its checks said.

A run that fails publishes no marts, and that is right; but why it failed has to be seen without the warehouse. So the
marts of `models/marts/quality` are copied to a file of their own at the end of each run (docs/adr/0010). They are
views on raw, so they tell of this run as soon as its checks are recorded. Where dbt did not build in this run, these
views alone are made, by the project as it is now.
"""

import logging
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from expectations.data_docs import write as write_data_docs
from orchestration.contract import load_contract
from orchestration.ingestion.warehouse import open_warehouse
from orchestration.publish import TARGET, copy_mart, marts_of, sync
from orchestration.quality.lineage import sources_behind, write_lineage
from orchestration.settings import DBT_OF_A_RUN, PROJECT_DIR, Settings, run_date
from orchestration.sql_text import literal
from orchestration.transformation.dbt_tests import read_manifest

MARTS = sorted(path.stem for path in (PROJECT_DIR / "models/marts/quality").glob("*.sql"))
# The models that need nothing but what ingestion and the runs write, and what these need.
SELECTION = "+tag:desk"
LOG_NAME = "desk.log"


@dataclass(frozen=True)
class RunEnd:
    """How a run ended: its id, its first and last moment (UTC), and its steps that failed."""

    run_id: str
    started_at: datetime | None
    is_published: bool
    has_built: bool
    failed_steps: Sequence[str]

    @property
    def outcome(self) -> str:
        """What pipeline_runs says of it."""
        if self.is_published:
            return "published"
        return "failed" if self.failed_steps else "not_published"


def close_run(settings: Settings, end: RunEnd, log: logging.Logger) -> None:
    """Write down how the run ended, publish the desk and the Data Docs. What goes wrong is reported, and fails nothing.

    The caller holds the run lock, and no connection of this process is open.
    """
    try:
        if any(settings.validations_dir.glob("*.json")):
            write_data_docs(settings.validations_dir, settings.data_docs_dir)
        if not settings.warehouse.exists():
            return
        _write_down(settings, end)
        if not end.has_built and not _build(settings):
            log.warning(
                f"the desk's models could not be made, see {settings.dbt_target / LOG_NAME}: those of before stand"
            )
        publish_desk(settings)
    except Exception as error:
        # Whatever it is, the run has its own end already. Its text may quote a delivery.
        log.warning(
            f"{settings.published_quality} could not be renewed ({type(error).__name__}): it tells of the run before",
            extra={"event": "check_warned", "what_to_do": f"see {settings.dbt_target / LOG_NAME}, then run again"},
        )


def publish_desk(settings: Settings) -> Path:
    """Copy the quality marts to a new file and put it in the old one's place by a rename; returns its path.

    A mart that was never built is left out. Readers that have the old file open keep it.
    """
    settings.published_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    settings.scratch_dir.mkdir(exist_ok=True, mode=0o700)
    draft = settings.quality_draft
    draft.unlink(missing_ok=True)
    with duckdb.connect() as connection:
        connection.execute("set enable_progress_bar = false")
        connection.execute("set temp_directory = ?", [str(settings.scratch_dir)])
        connection.execute("set temp_file_encryption = true")
        connection.execute(f"attach {literal(settings.warehouse)} as warehouse (read_only)")
        connection.execute(f"attach {literal(draft)} as draft")
        connection.execute(f"create schema {TARGET}")
        for mart in sorted(set(MARTS) & set(marts_of(connection))):
            copy_mart(connection, mart)
        connection.execute("detach draft")
    sync(draft)
    draft.replace(settings.published_quality)
    sync(settings.published_dir)
    return settings.published_quality


def _write_down(settings: Settings, end: RunEnd) -> None:
    with open_warehouse(settings) as connection:
        connection.execute(
            "insert or replace into raw.runs (run_id, started_at, ended_at, judged_on, outcome, failed_steps) "
            "values (?, ?, ?, ?, ?, ?)",
            [
                end.run_id,
                end.started_at,
                datetime.now(UTC).replace(tzinfo=None),
                run_date(),
                end.outcome,
                ", ".join(end.failed_steps) or None,
            ],
        )
        if not end.has_built:
            write_lineage(connection, sources_behind(read_manifest(settings.dbt_target), load_contract()))


def _build(settings: Settings) -> bool:
    """Make the desk's models with what they need, and nothing else; whether dbt could."""
    with (settings.dbt_target / LOG_NAME).open("w", encoding="utf-8") as log:
        done = subprocess.run(  # noqa: S603 (our own script and arguments)
            [
                *(str(DBT_OF_A_RUN), "build", "--select", SELECTION),
                *("--resource-type", "model", "--resource-type", "seed"),
                *("--project-dir", str(PROJECT_DIR), "--profiles-dir", str(PROJECT_DIR)),
            ],
            cwd=PROJECT_DIR,
            stdout=log,
            stderr=subprocess.STDOUT,
            check=False,
        )
    return done.returncode == 0
