"""`make dev`: the Dagster UI on loopback, over the same storage that runs write to."""

import os
import sys

from orchestration.refresh import may_start, prepare
from orchestration.runs.exit_codes import ExitCode
from orchestration.runs.log_lines import command_log
from orchestration.settings import Settings

LOOPBACK = "127.0.0.1"
PORT = "3000"


def main() -> ExitCode:
    """Replace this process by `dagster dev`, or say why a run could not start."""
    settings = Settings.from_env()
    if not may_start(settings, command_log("dev")):
        return ExitCode.CANNOT_START
    prepare(settings)
    command = ["dagster", "dev", "-m", "orchestration.definitions", "-h", LOOPBACK, "-p", PORT]
    os.execv(sys.executable, [sys.executable, "-m", *command])  # noqa: S606 - the arguments are constants


if __name__ == "__main__":
    sys.exit(main())
