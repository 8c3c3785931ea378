"""Who is behind a token: the one command that opens the vault for reading, and each use of it is logged.

python -m orchestration.privacy.reidentify TOKEN --by NAME --reason "case 12/2025"
"""

import re
import sys

import duckdb

from orchestration.ingestion.tokens import attach_vault, load_secret
from orchestration.privacy import access_log, command
from orchestration.runs.exit_codes import ExitCode
from orchestration.settings import Settings


def reidentify(settings: Settings, token: str, by: str, reason: str) -> str | None:
    """The personal number behind `token`, or None when the vault has none. The use is logged before the answer.

    CannotStart when it is no token (somebody may have given the number itself, which no log should hold); SecretError
    when the secret is not there; duckdb.Error when it does not open the vault.
    """
    if not re.fullmatch(access_log.TOKEN, token):
        raise command.CannotStart("That is no token: 32 signs of 0-9 and a-f are wanted, as the marts show it.")
    access_log.record(settings.access_log, "reidentify", by, token, reason)
    with duckdb.connect() as connection:
        attach_vault(connection, settings, load_secret(settings), read_only=True)
        found = connection.execute("select iin from vault.iin_tokens where token = ?", [token]).fetchone()
    return str(found[0]) if found else None


def main() -> int:
    """Print the personal number on standard output. Exit codes: 0 found, 1 not in the vault, 2 no way in, 3 busy."""
    parser = command.arguments("orchestration.privacy.reidentify", __doc__)
    parser.add_argument("token", help="a token as the marts show it")
    arguments = parser.parse_args()
    settings = Settings.from_env()

    def work() -> ExitCode:
        try:
            iin = reidentify(settings, arguments.token, arguments.by, arguments.reason)
        except duckdb.Error as error:
            raise command.CannotStart(
                f"The vault does not open ({type(error).__name__}): is this its secret?"
            ) from None
        print(iin or "The vault does not know this token.", file=sys.stdout if iin else sys.stderr)
        return ExitCode.OK if iin else ExitCode.FAILED

    return command.run(settings, "re-identification", work)


if __name__ == "__main__":
    sys.exit(main())
