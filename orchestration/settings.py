"""Where things lie: the folders and files of one installation, from the environment. No I/O but reading it."""

import os
from dataclasses import dataclass
from pathlib import Path

PROJECT_DIR = Path(__file__).resolve().parent.parent


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
    def access_log(self) -> Path:
        """One line per use of the re-identification command."""
        return self.data_dir / "vault_access.log"
