"""Who is behind a token: the one command that opens the vault for reading, and each use of it is logged.

python -m orchestration.reidentify TOKEN --by NAME --reason "case 12/2025"
"""

import argparse
import os
import sys
from datetime import UTC, datetime

import duckdb

from orchestration.exit_codes import ExitCode
from orchestration.ingestion.tokens import SecretError, attach_vault, load_secret
from orchestration.settings import Settings


def reidentify(settings: Settings, token: str, by: str, reason: str) -> str | None:
    """The personal number behind `token`, or None when the vault has none. The use is logged before the answer.

    SecretError when the secret is not there; duckdb.Error when it does not open the vault.
    """
    with os.fdopen(os.open(settings.access_log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "a") as log:
        at = datetime.now(UTC).isoformat(timespec="seconds")
        log.write("\t".join(" ".join(field.split()) for field in (at, by, token, reason)) + "\n")
    with duckdb.connect() as connection:
        attach_vault(connection, settings, load_secret(settings), read_only=True)
        found = connection.execute("select iin from vault.iin_tokens where token = ?", [token]).fetchone()
    return str(found[0]) if found else None


def main() -> ExitCode:
    """Print the personal number on standard output; FAILED when the vault does not know the token."""
    parser = argparse.ArgumentParser(prog="python -m orchestration.reidentify", description=__doc__)
    parser.add_argument("token", help="a token as the marts show it")
    parser.add_argument("--by", required=True, help="who asks")
    parser.add_argument("--reason", required=True, help="why, as it will stand in the log")
    arguments = parser.parse_args()
    settings = Settings.from_env()
    if not settings.vault.exists():
        print(f"There is no vault {settings.vault}: load deliveries first, or set TAUEKEL_DATA_DIR.", file=sys.stderr)
        return ExitCode.CANNOT_START
    try:
        iin = reidentify(settings, arguments.token, arguments.by, arguments.reason)
    except SecretError as error:
        print(error, file=sys.stderr)
        return ExitCode.CANNOT_START
    except duckdb.Error as error:
        print(f"The vault does not open ({type(error).__name__}): is this its secret?", file=sys.stderr)
        return ExitCode.CANNOT_START
    print(iin or "The vault does not know this token.", file=sys.stdout if iin else sys.stderr)
    return ExitCode.OK if iin else ExitCode.FAILED


if __name__ == "__main__":
    sys.exit(main())
