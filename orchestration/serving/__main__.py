"""The serving copy from a shell: `python -m orchestration.serving` copies the published marts to PostgreSQL.

Exit codes: orchestration/runs/exit_codes.py. What to do when it fails: docs/operations/serving.md.
"""

import sys

from orchestration.runs.exit_codes import ExitCode
from orchestration.serving.address import DSN_VARIABLE, CannotServe, ServingAddress, ServingBusy, ServingError
from orchestration.serving.publish import serve
from orchestration.settings import Settings


def main() -> ExitCode:
    """Publish once, print what was done, and return the exit code."""
    try:
        address = ServingAddress.from_env()
        if address is None:
            raise CannotServe(f"{DSN_VARIABLE} is not set: there is nowhere to copy to. See docs/operations/serving.md")
        served = serve(Settings.from_env(), address)
    except ServingError as error:
        print(error, file=sys.stderr)
        match error:
            case CannotServe():
                return ExitCode.CANNOT_START
            case ServingBusy():
                return ExitCode.BUSY
            case _:
                return ExitCode.FAILED
    stages = ", ".join(f"{stage.replace('_', ' ')} {seconds} s" for stage, seconds in served.seconds.items())
    print(f"served: {len(served.rows)} tables, {sum(served.rows.values()):,} rows ({stages})")
    return ExitCode.OK


if __name__ == "__main__":
    sys.exit(main())
