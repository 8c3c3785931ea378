"""Retention: rows that are older than their source's months keep their figures and lose what leads to a person.

python -m orchestration.privacy.retain --by NAME --reason "monthly" [--as-of 2026-11-22]

The months of each source stand in seeds/retention.csv, with the reason; a source without months is kept. Rows go by
whole calendar years, so that nobody is counted twice in a year: a year goes when its last day is past its months.
"""

import csv
import sys
from collections.abc import Mapping
from datetime import MINYEAR, date, datetime
from zoneinfo import ZoneInfo

from orchestration.contract import Source, load_contract
from orchestration.ingestion import typing
from orchestration.ingestion.retained import is_older, is_register
from orchestration.ingestion.tokens import use_substitutes
from orchestration.ingestion.unnamed import named_tokens
from orchestration.privacy import access_log, command
from orchestration.privacy.rewrite import (
    SEVERED_IN_LOG,
    Change,
    Rewrite,
    count_changed_rows,
    count_emptied_values,
    rewriting,
    swap_in,
    write_raw,
    write_vault,
)
from orchestration.runs.exit_codes import ExitCode
from orchestration.settings import PROJECT_DIR, Settings

RETENTION = PROJECT_DIR / "seeds" / "retention.csv"
CAPITAL_ZONE = ZoneInfo("Asia/Almaty")


def retention_months() -> dict[str, int]:
    """The months for which each source's rows keep their persons; sources that are kept are left out."""
    with RETENTION.open(encoding="utf-8") as file:
        return {row["source"]: int(row["months"]) for row in csv.DictReader(file) if row["months"]}


def first_day_kept(as_of: date, months: int) -> date:
    """1 January of the year in which the day `months` before `as_of` lies: all that is older is severed."""
    return date(max((as_of.year * 12 + as_of.month - 1 - months) // 12, MINYEAR), 1, 1)


def retain(settings: Settings, as_of: date | None, by: str, reason: str) -> tuple[date | None, dict[str, int]]:
    """Sever the rows that are past their months on `as_of`; the day judged on, and the rows by source (or quarantine).

    Without `as_of`: the latest event delivered, but never a day to come. SecretError when the secret is not the
    warehouse's own. The caller holds the writer's lock.
    """
    contract = load_contract()
    with rewriting(settings) as rewrite:
        judged_on = as_of or _latest_event(rewrite, contract)
        if judged_on is None:
            return None, {}
        cuts = {name: first_day_kept(judged_on, months) for name, months in retention_months().items()}
        changes = {
            name: Change(is_older(contract[name], first_kept, "delivered"), texts="of_all")
            for name, first_kept in cuts.items()
        }
        use_substitutes(rewrite.connection)
        # Who stands in a register that is kept is no secret by age, and figures ask whether an applicant stands there.
        registers = [source for source in contract.values() if is_register(source, cuts)]
        rewrite.connection.execute(
            f"insert into replacements select token, {typing.substitute('token')} from vault.iin_tokens "
            f"where token not in ({named_tokens(registers, 'warehouse.raw')})"
        )
        rows = count_changed_rows(rewrite, contract, changes)
        if emptied := count_emptied_values(rewrite, contract, changes):
            rows["quarantine"] = emptied
        subject = f"as of {judged_on}: {command.in_words(rows)}"
        unnamed = rewrite.connection.execute(
            "select 1 from vault.iin_tokens "
            f"where token not in ({named_tokens(contract.values(), 'warehouse.raw')}) limit 1"
        ).fetchone()
        if rows or unnamed:
            write_raw(rewrite, contract, changes)
            write_vault(
                rewrite,
                f"from vault.iin_tokens where token in ({named_tokens(contract.values(), 'new.raw')})",
                retention_cuts=_latest_cuts(cuts),
            )
            swap_in(rewrite, "retain", by, subject, reason, logged_as=SEVERED_IN_LOG)
        else:
            access_log.record(settings.access_log, "retain", by, subject, reason)
    return judged_on, rows


def _latest_cuts(cuts: Mapping[str, date]) -> str:
    """SQL: by source the later of the cut that there was and the new one, as what is severed stays so."""
    new = ", ".join(f"('{source}', date '{first_kept}')" for source, first_kept in cuts.items())
    return (
        "select source, max(first_day_kept) from "
        f"(from vault.retention_cuts union all values {new}) as cuts (source, first_day_kept) group by 1"
    )


def _latest_event(rewrite: Rewrite, contract: Mapping[str, Source]) -> date | None:
    """The latest date of any clock that is not still to come: a wrong year must not sever what is young."""
    clocks = " union all ".join(
        f'select max("{source.clock.name}"::date) as latest from warehouse.raw."{source.name}" '
        f"where \"{source.clock.name}\"::date <= date '{_today()}'"
        for source in contract.values()
        if source.clock is not None
    )
    row = rewrite.connection.execute(f"select max(latest) from ({clocks})").fetchone()
    return row[0] if row else None


def _today() -> date:
    return datetime.now(CAPITAL_ZONE).date()


def main() -> int:
    """Sever what is past its months and, when that was anything, run the main job. Exit codes: those of `ExitCode`."""
    parser = command.arguments("orchestration.privacy.retain", __doc__)
    parser.add_argument(
        "--as-of", type=date.fromisoformat, metavar="DATE", help="the day judged on (else: the latest event delivered)"
    )
    command.add_without_refresh(parser)
    arguments = parser.parse_args()
    settings = Settings.from_env()
    severed: dict[str, int] = {}

    def work() -> ExitCode:
        if arguments.as_of and arguments.as_of > _today():
            raise command.CannotStart(f"{arguments.as_of} is still to come, and what is young then is not: mistyped?")
        judged_on, rows = retain(settings, arguments.as_of, arguments.by, arguments.reason)
        severed.update(rows)
        for name, count in rows.items():
            print(f"{name}: {count} rows severed, as of {judged_on}")
        if not rows:
            print(f"Nothing is past its months, as of {judged_on or 'no data'}.")
        return ExitCode.OK

    code = command.run(settings, "retention", work)
    if code is not ExitCode.OK or not severed or arguments.without_refresh:
        return code
    return command.refresh_marts()


if __name__ == "__main__":
    sys.exit(main())
