"""Whether dbt's manifest is that of the project as it lies here. No Dagster and no dbt: they take seconds to load."""

from pathlib import Path

from orchestration.settings import PROJECT_DIR

FILES = ("dbt_project.yml", "profiles.yml")
FOLDERS = ("models", "seeds", "macros", "tests/dbt")


def is_current(manifest: Path) -> bool:
    """Whether `manifest` was parsed after the last change of any file or folder that dbt reads."""
    if not manifest.exists():
        return False
    paths = [PROJECT_DIR / file for file in FILES]
    for folder in FOLDERS:
        paths += [PROJECT_DIR / folder, *(PROJECT_DIR / folder).rglob("*")]
    parsed_at = manifest.stat().st_mtime
    return all(path.stat().st_mtime < parsed_at for path in paths)
