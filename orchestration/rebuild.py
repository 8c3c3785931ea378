"""Read deliveries again from the landing folder: all of them into a new warehouse, or those of one source and period.

python -m orchestration.rebuild
python -m orchestration.rebuild --source theory_exams --period 2024-03

The deliveries keep their numbers and so their order; the refresh that follows builds and publishes the marts.
"""

import argparse
import sys

from orchestration.contract import load_contract
from orchestration.ingestion.replay import ReplayError, period_of, rebuild_raw, reload_source
from orchestration.refresh import main as refresh
from orchestration.runs.exit_codes import ExitCode
from orchestration.runs.writer_command import CannotStart, run
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
    if arguments.keep_missing and arguments.source:
        parser.error("--keep-missing is for a rebuild of everything: a reload of a source changes no other rows anyway")
    settings = Settings.from_env()

    def work() -> ExitCode:
        try:
            if arguments.source:
                period = period_of(arguments.period) if arguments.period else None
                replay = reload_source(settings, contract, contract[arguments.source], period)
            else:
                replay = rebuild_raw(settings, contract, arguments.keep_missing, report=print)
        except (ReplayError, ValueError) as error:
            raise CannotStart(str(error)) from None
        print(f"{replay.read} deliveries read again; {len(replay.kept)} without a file kept their rows")
        return ExitCode.OK

    what = f"rebuild of {arguments.source or 'everything'}"
    # Of a lost warehouse or vault a rebuild is the cure.
    code = run(settings, what, work, wants_installation=arguments.source is not None)
    return code if code is not ExitCode.OK else refresh()


if __name__ == "__main__":
    sys.exit(main())
