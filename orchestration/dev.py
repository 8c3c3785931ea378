"""`make dev`: the Dagster UI on loopback, over the same storage that runs write to."""

import os
import sys

from orchestration.refresh import prepare
from orchestration.settings import Settings

LOOPBACK = "127.0.0.1"
PORT = "3000"


def main() -> None:
    """Replace this process by `dagster dev`."""
    prepare(Settings.from_env())
    command = ["dagster", "dev", "-m", "orchestration.definitions", "-h", LOOPBACK, "-p", PORT]
    os.execv(sys.executable, [sys.executable, "-m", *command])  # noqa: S606 - the arguments are constants


if __name__ == "__main__":
    main()
