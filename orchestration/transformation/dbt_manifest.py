"""Whether dbt's manifest is that of the project as it lies here. No Dagster and no dbt: they take seconds to load."""

import hashlib
import json
from pathlib import Path

from orchestration.settings import PROJECT_DIR

FILES = ("dbt_project.yml", "profiles.yml")
FOLDERS = ("models", "seeds", "macros", "tests/dbt")


def is_current(manifest: Path) -> bool:
    """Whether `manifest` is whole, and the files that dbt reads are those that it was parsed from.

    The files' content decides: their times tell nothing where a clock was moved or a checkout is older than it looks.
    """
    note = _note(manifest)
    if not manifest.exists() or not note.exists() or note.read_text() != _fingerprint():
        return False
    try:
        json.loads(manifest.read_bytes())
    except ValueError:  # dbt was killed while it wrote
        return False
    return True


def note_as_current(manifest: Path) -> None:
    """Note that `manifest` was just parsed from the project as it is."""
    _note(manifest).write_text(_fingerprint())


def _note(manifest: Path) -> Path:
    return manifest.with_name("parsed_project.sha256")


def _fingerprint() -> str:
    files = [PROJECT_DIR / file for file in FILES]
    for folder in FOLDERS:
        files += sorted(path for path in (PROJECT_DIR / folder).rglob("*") if path.is_file())
    digest = hashlib.sha256()
    for file in files:
        digest.update(f"{file.relative_to(PROJECT_DIR)}\0{hashlib.sha256(file.read_bytes()).hexdigest()}\n".encode())
    return digest.hexdigest()
