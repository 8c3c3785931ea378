"""What one installation sets: its folders and files, and how it runs. From the environment; no I/O but reading it."""

import os
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

PROJECT_DIR = Path(__file__).resolve().parent.parent
# The civil time of the pipeline itself: its schedule, and the day on which a run judges.
TIME_ZONE = "Asia/Almaty"
# What runs dbt in a run, so that it ends with it.
DBT_OF_A_RUN = PROJECT_DIR / "orchestration" / "transformation" / "dbt_of_a_run.sh"


@dataclass(frozen=True)
class Settings:
    """The paths of one installation; every other module asks here."""

    landing_dir: Path
    data_dir: Path

    @classmethod
    def from_env(cls) -> "Settings":
        """TAUEKEL_LANDING_DIR and TAUEKEL_DATA_DIR; by default data/landing and data of the project."""
        return cls(
            landing_dir=Path(os.environ.get("TAUEKEL_LANDING_DIR") or PROJECT_DIR / "data" / "landing").absolute(),
            data_dir=Path(os.environ.get("TAUEKEL_DATA_DIR") or PROJECT_DIR / "data").absolute(),
        )

    @property
    def warehouse(self) -> Path:
        """The DuckDB file that the pipeline writes; readers use `published_marts`."""
        return self.data_dir / "warehouse.duckdb"

    @property
    def warehouse_draft(self) -> Path:
        """The warehouse that a rebuild writes; it takes the old one's place when it is whole."""
        return self.data_dir / "warehouse.rebuild.duckdb"

    @property
    def vault(self) -> Path:
        """The encrypted DuckDB file that maps tokens to personal numbers."""
        return self.data_dir / "vault.duckdb"

    @property
    def secret_file(self) -> Path:
        """The generated secret, used when TAUEKEL_SECRET is not set."""
        return self.data_dir / "secret.key"

    @property
    def run_lock(self) -> Path:
        """Who writes holds a lock on this file, and says in it who it is."""
        return self.data_dir / "run.lock"

    @property
    def scratch_dir(self) -> Path:
        """Copies of deliveries while they are read, and DuckDB's spill files; empty between runs."""
        return self.data_dir / "scratch"

    @property
    def published_dir(self) -> Path:
        """What readers open: marts.duckdb, the Parquet copies and the manifest."""
        return self.data_dir / "published"

    @property
    def snapshots_dir(self) -> Path:
        """A folder for each snapshot; between runs only the published one is there."""
        return self.published_dir / ".snapshots"

    @property
    def current_snapshot(self) -> Path:
        """The link to the published snapshot's folder."""
        return self.published_dir / ".current"

    @property
    def published_marts(self) -> Path:
        """The published marts, a DuckDB file (a link into the current snapshot, as the two below)."""
        return self.published_dir / "marts.duckdb"

    @property
    def published_parquet(self) -> Path:
        """The folder with the same marts as Parquet."""
        return self.published_dir / "parquet"

    @property
    def published_manifest(self) -> Path:
        """Which run published what: rows, checks, the marts' hash."""
        return self.published_dir / "manifest.json"

    @property
    def published_quality(self) -> Path:
        """The steward's tables, a DuckDB file of its own: every run replaces it at its end, also one that failed."""
        return self.published_dir / "quality.duckdb"

    @property
    def quality_draft(self) -> Path:
        """The same while it is written."""
        return self.published_dir / ".quality.draft.duckdb"

    @property
    def dagster_home(self) -> Path:
        """Dagster's own storage: runs, events, check evaluations."""
        return self.data_dir / "dagster"

    @property
    def dbt_target(self) -> Path:
        """dbt's artefacts (manifest, compiled SQL, run results)."""
        return self.data_dir / "dbt"

    @property
    def dbt_log(self) -> Path:
        """What dbt printed in the last run."""
        return self.dbt_target / "build.log"

    @property
    def validations_dir(self) -> Path:
        """Great Expectations' results of the last run, one JSON file a table; the Data Docs are made from them."""
        return self.data_dir / "validations"

    @property
    def data_docs_dir(self) -> Path:
        """Great Expectations' Data Docs of the last run."""
        return self.data_dir / "data_docs"

    @property
    def dbt_docs_dir(self) -> Path:
        """dbt's documentation of the models, one page."""
        return self.data_dir / "dbt_docs"

    @property
    def reports_dir(self) -> Path:
        """The pages for the browser, built from the published snapshot."""
        return self.data_dir / "reports"

    @property
    def notifications_log(self) -> Path:
        """One JSON line per notification: runs that failed, and the first that went through after them."""
        return self.data_dir / "notifications.jsonl"

    @property
    def logs_dir(self) -> Path:
        """What runs write down: one file a run, one JSON line an event."""
        return self.data_dir / "logs"

    @property
    def access_log(self) -> Path:
        """One line per use of a command of `orchestration.privacy`."""
        return self.data_dir / "vault_access.log"

    @property
    def rewrite_draft_dir(self) -> Path:
        """New warehouse, vault, secret and access log of a privacy command while it writes them."""
        return self.data_dir / "rewrite.draft"

    @property
    def rewrite_ready_dir(self) -> Path:
        """The same once they are whole: they take the places of the old ones, after a kill too."""
        return self.data_dir / "rewrite.ready"


def is_unattended() -> bool:
    """Whether schedules and sensors run by themselves: TAUEKEL_UNATTENDED=1, as the production instance sets it.

    Everywhere else they wait to be switched on in the UI: whoever looks at a graph on a laptop wants no runs.
    """
    return os.environ.get("TAUEKEL_UNATTENDED") == "1"


def webhook_url() -> str | None:
    """Where notifications are posted to: TAUEKEL_WEBHOOK_URL. It may carry a password, so it is never logged."""
    return os.environ.get("TAUEKEL_WEBHOOK_URL") or None


def run_date() -> date:
    """The civil day on which a run judges: today, or TAUEKEL_RUN_DATE where a run is to judge as on that day."""
    told = os.environ.get("TAUEKEL_RUN_DATE")
    return date.fromisoformat(told) if told else datetime.now(ZoneInfo(TIME_ZONE)).date()


def first_retry_wait() -> float:
    """Seconds before the first retry after a transient fault: TAUEKEL_RETRY_WAIT, by default 5."""
    return float(os.environ.get("TAUEKEL_RETRY_WAIT") or 5)


def prints_json() -> bool:
    """Whether commands print the JSON lines of the logs instead of lines for a person: TAUEKEL_LOG_FORMAT=json."""
    return os.environ.get("TAUEKEL_LOG_FORMAT") == "json"
