"""The main job from a shell: `python -m orchestration.refresh` runs Dagster's job `refresh` and sums it up.

Exit code 0: published. 1: a step or a blocking check failed, the old snapshot stands. 2: nothing could be started.
"""

import os
import sys
import time
from pathlib import Path

from orchestration.file_modes import owner_only
from orchestration.settings import Settings

DAGSTER_CONFIG = Path(__file__).with_name("dagster.yaml")


def prepare(settings: Settings) -> None:
    """Make the data folder, readable by its owner only, with Dagster's storage and configuration in it."""
    owner_only()
    settings.dagster_home.mkdir(parents=True, exist_ok=True, mode=0o700)
    (settings.dagster_home / "dagster.yaml").write_bytes(DAGSTER_CONFIG.read_bytes())
    os.environ["DAGSTER_HOME"] = str(settings.dagster_home)


def main() -> int:
    """Run the job once, print its progress and a summary, and return the exit code."""
    started = time.monotonic()
    settings = Settings.from_env()
    if not settings.landing_dir.is_dir():
        print(
            f"There is no landing folder {settings.landing_dir}.\n"
            "Create it and put deliveries in it, set TAUEKEL_LANDING_DIR, or make demo deliveries with `make demo`.",
            file=sys.stderr,
        )
        return 2
    prepare(settings)
    print(f"{time.strftime('%H:%M:%S')}  refresh          reading the dbt project (half a minute when it changed)")

    # Dagster and the dbt manifest take seconds to load: only after the cheap questions are answered.
    import dagster as dg
    from dagster_dbt.errors import DagsterDbtCliRuntimeError

    from expectations.data_docs import write as write_data_docs
    from orchestration.run_summary import print_summary

    try:
        from orchestration.definitions import defs
    except DagsterDbtCliRuntimeError as error:
        print(f"The dbt project cannot be parsed. {error}", file=sys.stderr)
        return 2

    with dg.DagsterInstance.get() as instance:
        result = defs.resolve_job_def("refresh").execute_in_process(instance=instance, raise_on_error=False)
        if any(settings.validations_dir.glob("*.json")):
            write_data_docs(settings.validations_dir, settings.data_docs_dir)
        print_summary(settings, instance, result, time.monotonic() - started)
    return 0 if result.success else 1


if __name__ == "__main__":
    sys.exit(main())
