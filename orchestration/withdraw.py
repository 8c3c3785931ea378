"""Take back a delivery that was wrong, or bring it back: the command for the data engineer and the steward.

python -m orchestration.withdraw court_cases cases.csv --reason "export of the wrong year"
python -m orchestration.withdraw court_cases cases.csv --undo

The marts follow with the next refresh.
"""

import argparse
import sys
from datetime import UTC, datetime

from orchestration.contract import load_contract
from orchestration.ingestion.replay import ReplayError
from orchestration.ingestion.withdrawal import WithdrawalError, restore, withdraw
from orchestration.runs.exit_codes import ExitCode
from orchestration.runs.writer_command import CannotStart, run
from orchestration.settings import Settings


def main() -> int:
    """Withdraw or restore one delivery, say what was done, and return the exit code."""
    contract = load_contract()
    parser = argparse.ArgumentParser(prog="python -m orchestration.withdraw", description=__doc__)
    parser.add_argument("source", choices=sorted(contract), metavar="source", help="the source's name in the contract")
    parser.add_argument("file_name", help="the file's name in the ledger")
    parser.add_argument("--sha256", help="the beginning of its hash, where several deliveries had this name")
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--reason", help="why, as the ledger will say")
    what.add_argument("--undo", action="store_true", help="read the withdrawn delivery again")
    arguments = parser.parse_args()
    settings, source = Settings.from_env(), contract[arguments.source]
    name = (arguments.file_name, arguments.sha256)

    def work() -> ExitCode:
        try:
            if arguments.undo:
                restore(settings, contract, source, *name)
                done = "read again, in its old place among the deliveries"
            else:
                today = datetime.now(UTC).date()
                rows = withdraw(settings, contract, source, *name, reason=arguments.reason, on=today)
                done = f"withdrawn with its {rows:,} rows"
        except (WithdrawalError, ReplayError) as error:
            raise CannotStart(str(error)) from None
        print(f"{source.name}/{arguments.file_name}: {done}. The next refresh publishes it.")
        return ExitCode.OK

    return run(settings, f"withdrawal in {source.name}", work)


if __name__ == "__main__":
    sys.exit(main())
