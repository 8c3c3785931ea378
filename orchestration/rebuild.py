"""Read deliveries again from the landing folder: all of them into a new warehouse, or those of one source and period.

python -m orchestration.rebuild
python -m orchestration.rebuild --source theory_exams --period 2024-03

The deliveries keep their numbers and so their order; the refresh that follows builds and publishes the marts.
"""

import argparse
import sys

from orchestration.contract import load_contract
from orchestration.ingestion.replay import ReplayError, period_of, rebuild_raw, reload_source
from orchestration.ingestion.tokens import SecretError
from orchestration.refresh import main as refresh
from orchestration.runs.exit_codes import ExitCode
from orchestration.runs.run_lock import Busy, writing
from orchestration.settings import Settings


def main() -> int:
    """Replay the deliveries asked for, refresh, and return the exit code."""
    contract = load_contract()
    parser = argparse.ArgumentParser(prog="python -m orchestration.rebuild", description=__doc__)
    parser.add_argument("--source", choices=sorted(contract), metavar="SOURCE", help="this source's deliveries only")
    parser.add_argument("--period", help="a month (2024-03) or a year: the source's deliveries with rows in it")
    parser.add_argument(
        "--keep-missing", action="store_true", help="deliveries whose files are gone keep the rows that they have"
    )
    arguments = parser.parse_args()
    if arguments.period and not arguments.source:
        parser.error("--period wants a --source")
    settings = Settings.from_env()
    try:
        with writing(settings, f"rebuild of {arguments.source or 'everything'}", report=print):
            if arguments.source:
                period = period_of(arguments.period) if arguments.period else None
                replay = reload_source(settings, contract, contract[arguments.source], period)
            else:
                replay = rebuild_raw(settings, contract, arguments.keep_missing, report=print)
    except Busy as busy:
        print(busy, file=sys.stderr)
        return ExitCode.BUSY
    except (ReplayError, SecretError, ValueError) as error:
        print(error, file=sys.stderr)
        return ExitCode.CANNOT_START
    print(f"{replay.read} deliveries read again; {len(replay.kept)} without a file kept their rows")
    return refresh()


if __name__ == "__main__":
    sys.exit(main())
