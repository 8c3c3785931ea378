"""MetricFlow's command on the snapshot: `python -m orchestration.metrics query --metrics ... --group-by ...`.

The semantic models are in models/semantic. Nothing is written but dbt's files in target/, and nothing is asked of other
machines: `mf` itself asks the package index at each start whether there is a newer version.
"""

import os
import subprocess
import sys
from pathlib import Path

from orchestration.runs.exit_codes import ExitCode
from orchestration.settings import PROJECT_DIR, Settings
from orchestration.transformation.dbt_manifest import is_current, note_as_current

# MetricFlow reads semantic_manifest.json in this folder of the project and nowhere else.
TARGET = PROJECT_DIR / "target"


def prepare(settings: Settings) -> None:
    """Point dbt and MetricFlow at the snapshot, by the environment, and parse the project if it changed.

    Raises CalledProcessError when dbt cannot parse it; dbt has then said why.
    """
    os.environ |= {
        "TAUEKEL_DATA_DIR": str(settings.data_dir),
        "TAUEKEL_DBT_TARGET": "published",
        "DBT_TARGET_PATH": str(TARGET),
        "DBT_LOG_PATH": str(TARGET),
        "DBT_PROFILES_DIR": str(PROJECT_DIR),
        "DBT_PROJECT_DIR": str(PROJECT_DIR),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    }
    manifest = TARGET / "manifest.json"
    if is_current(manifest) and (TARGET / "semantic_manifest.json").exists():
        return
    TARGET.mkdir(exist_ok=True)
    dbt = Path(sys.executable).with_name("dbt")
    subprocess.run([dbt, "parse", "--quiet", "--no-partial-parse"], cwd=PROJECT_DIR, check=True)  # noqa: S603
    note_as_current(manifest)


class _NoUpdateCheck:
    """In the place of MetricFlow's update checker."""

    def check(self, package: str, version: str) -> None:
        """Ask nobody; None means that there is nothing newer."""


def main(arguments: list[str]) -> int:
    """Run `mf` with these arguments; its exit code."""
    settings = Settings.from_env()
    if not settings.published_marts.exists():
        print(f"{settings.published_marts} is not there: make run publishes it", file=sys.stderr)
        return ExitCode.CANNOT_START
    try:
        prepare(settings)
    except subprocess.CalledProcessError:
        return ExitCode.FAILED
    from dbt_metricflow.cli import main as metricflow

    vars(metricflow)["UpdateChecker"] = _NoUpdateCheck
    code = metricflow.cli.main(args=arguments, prog_name="python -m orchestration.metrics", standalone_mode=False)
    return code if isinstance(code, int) else ExitCode.OK


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
