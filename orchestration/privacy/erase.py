"""A person's data on request: rows stay and are counted, but nothing in them leads to the person any more.

python -m orchestration.privacy.erase --iin-file FILE --by NAME --reason "request 7/2026"
... | python -m orchestration.privacy.erase --iin-stdin --by NAME --reason "request 7/2026"

One personal number a line. It is never an argument: the list of processes and the shell's history show those.
"""

import re
import sys
from pathlib import Path

from orchestration.contract import load_contract
from orchestration.ingestion import typing
from orchestration.ingestion.personal_numbers import has_checksum
from orchestration.ingestion.tokens import use_key, use_mark_key, use_substitutes
from orchestration.privacy import command
from orchestration.privacy.rewrite import (
    SEVERED_IN_LOG,
    Change,
    count_changed_rows,
    personal_columns,
    rewriting,
    swap_in,
    write_raw,
    write_vault,
)
from orchestration.runs.exit_codes import ExitCode
from orchestration.settings import Settings


def erase(settings: Settings, iins: list[str], by: str, reason: str) -> dict[str, int]:
    """Sever all rows of these persons, and mark them so that no later delivery brings them back; rows by source.

    SecretError when the secret is not the warehouse's own. The caller holds the writer's lock.
    """
    contract = load_contract()
    changes = {name: Change(texts="of_replaced") for name, source in contract.items() if personal_columns(source)[0]}
    with rewriting(settings) as rewrite:
        connection = rewrite.connection
        use_key(connection, rewrite.secret)
        use_mark_key(connection)
        use_substitutes(connection)
        connection.execute("create temp table erased as select distinct unnest(?::varchar[]) as iin", [iins])
        token = typing.token("iin")
        connection.execute(f"insert into replacements select {token}, {typing.substitute(token)} from erased")
        rows = count_changed_rows(rewrite, contract, changes)
        write_raw(rewrite, contract, changes)
        write_vault(
            rewrite,
            "from vault.iin_tokens where iin not in (select iin from temp.erased)",
            f"select mark from vault.erased_persons union select {typing.erasure_mark('iin')} from temp.erased",
        )
        subject = f"{len(set(iins))} persons: {command.in_words(rows)}"
        swap_in(rewrite, "erase", by, subject, reason, logged_as=SEVERED_IN_LOG)
    return rows


def _personal_numbers(text: str) -> list[str]:
    lines = {number: line.strip() for number, line in enumerate(text.splitlines(), start=1) if line.strip()}
    for number, line in lines.items():
        # Digits of other scripts would be erased too, and be nobody's.
        if not re.fullmatch(typing.IIN, line, re.ASCII):
            raise command.CannotStart(
                f"Line {number} is not a personal number of 12 digits (0-9): one a line is wanted."
            )
    if not lines:
        raise command.CannotStart("No personal number was given: one a line is wanted.")
    for number, line in lines.items():
        if not has_checksum(line):
            print(
                f"Line {number}: the check digit is wrong. The number is erased as it stands, as such are delivered; "
                "if it was a slip of the pen, erase the right one too.",
                file=sys.stderr,
            )
    return list(lines.values())


def main() -> int:
    """Erase and run the main job. Exit codes: those of `ExitCode`."""
    parser = command.arguments("orchestration.privacy.erase", __doc__)
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--iin-file", type=Path, help="a file with one personal number a line; delete it afterwards")
    source.add_argument("--iin-stdin", action="store_true", help="read them from standard input")
    command.add_without_refresh(parser)
    arguments = parser.parse_args()
    settings = Settings.from_env()

    def work() -> ExitCode:
        try:
            text = sys.stdin.read() if arguments.iin_stdin else arguments.iin_file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise command.CannotStart(f"The personal numbers cannot be read ({type(error).__name__}).") from None
        rows = erase(settings, _personal_numbers(text), arguments.by, arguments.reason)
        for name, count in rows.items():
            print(f"{name}: {count} rows severed")
        if not rows:
            print("No row was of these persons. A later delivery of theirs will be severed as it is loaded.")
        return ExitCode.OK

    return command.run_and_refresh(settings, "erasure", work, arguments.without_refresh)


if __name__ == "__main__":
    sys.exit(main())
