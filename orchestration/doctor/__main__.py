"""`python -m orchestration.doctor`: a line a check (ok, warning or problem), with what to do. It changes nothing.

Exit code 0: nothing stands in the way of the next run or of readers (warnings may be there). 1: something does.
"""

import sys

from orchestration.doctor.checks import findings
from orchestration.doctor.gathering import look_at_all
from orchestration.runs.exit_codes import ExitCode
from orchestration.settings import Settings


def main() -> ExitCode:
    """Print what is found."""
    found = findings(look_at_all(Settings.from_env()))
    for finding in found:
        print(finding)
    problems = sum(finding.level == "problem" for finding in found)
    print(f"\n{problems} problems, {sum(finding.level == 'warning' for finding in found)} warnings")
    return ExitCode.FAILED if problems else ExitCode.OK


if __name__ == "__main__":
    sys.exit(main())
