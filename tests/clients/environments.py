"""Environments of clients whose packages collide with the project's: made below target/ from pinned, hashed files."""

import fcntl
import hashlib
import subprocess
import sys
from pathlib import Path

from orchestration.settings import PROJECT_DIR

ENVIRONMENTS = PROJECT_DIR / "target" / "clients"


def environment(name: str) -> Path:
    """The bin folder of the environment of tests/clients/<name>.txt; installed when it is not, or not of this file."""
    requirements = Path(__file__).with_name(f"{name}.txt")
    folder, note = ENVIRONMENTS / name, ENVIRONMENTS / f"{name}.sha256"
    digest = hashlib.sha256(requirements.read_bytes()).hexdigest()
    uv = str(Path(sys.executable).with_name("uv"))
    ENVIRONMENTS.mkdir(parents=True, exist_ok=True)
    with (ENVIRONMENTS / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not note.exists() or note.read_text() != digest:
            subprocess.run([uv, "venv", "--quiet", "--clear", "--python", sys.executable, str(folder)], check=True)
            python = str(folder / "bin" / "python")
            subprocess.run(
                [uv, "pip", "sync", "--quiet", "--require-hashes", "--python", python, requirements], check=True
            )
            note.write_text(digest)
    return folder / "bin"
