"""A new secret: every token becomes another, the vault gets another key, and the old secret opens nothing any more.

python -m orchestration.privacy.rotate_key --by NAME --reason "yearly" [--new-secret-from VARIABLE]

Without a variable a new secret is drawn and takes the place of the secret file. Where the secret comes from
TAUEKEL_SECRET, put the new one into another variable, name it, and change TAUEKEL_SECRET when the command is done.
"""

import os
import secrets
import sys

from orchestration.contract import load_contract
from orchestration.ingestion import typing
from orchestration.ingestion.tokens import SECRET_VARIABLE, SHORTEST_SECRET, load_secret, use_key, write_secret
from orchestration.privacy import command
from orchestration.privacy.rewrite import Change, personal_columns, rewriting, swap_in, write_raw, write_vault
from orchestration.runs.exit_codes import ExitCode
from orchestration.settings import Settings


def rotate_key(settings: Settings, new_secret: bytes, by: str, reason: str) -> int:
    """Write raw tables and vault anew under `new_secret`, and swap them in; the number of persons in the vault.

    SecretError when the present secret is not the warehouse's own. The caller holds the writer's lock.
    """
    contract = load_contract()
    changes = {name: Change() for name, source in contract.items() if personal_columns(source)[0]}
    with rewriting(settings) as rewrite:
        use_key(rewrite.connection, new_secret)
        # Substitutes of severed persons are not in the vault, and no key made them: they stay.
        rewrite.connection.execute(
            f"insert into replacements select token, {typing.token('iin')} from vault.iin_tokens"
        )
        row = rewrite.connection.execute("select count(*) from replacements").fetchone()
        persons = int(row[0]) if row else 0
        write_raw(rewrite, contract, changes, new_secret)
        write_vault(
            rewrite,
            "select new, iin from vault.iin_tokens inner join temp.replacements on token = old",
            new_secret=new_secret,
        )
        if not os.environ.get(SECRET_VARIABLE):
            write_secret(rewrite.draft.secret_file, new_secret)
        swap_in(rewrite, "rotate_key", by, f"{persons} persons", reason)
    return persons


def _new_secret(settings: Settings, variable: str | None) -> bytes:
    if variable is None and os.environ.get(SECRET_VARIABLE):
        raise command.CannotStart(
            f"The secret comes from {SECRET_VARIABLE}: put the new one into another variable and name it "
            "with --new-secret-from."
        )
    if variable is None:
        return secrets.token_hex(SHORTEST_SECRET).encode()
    secret = os.environ.get(variable, "").strip().encode()
    if len(secret) < SHORTEST_SECRET:
        raise command.CannotStart(f"{variable} must hold the new secret, of {SHORTEST_SECRET} characters or more.")
    if secret == load_secret(settings):
        raise command.CannotStart(f"{variable} holds the present secret: give a new one.")
    return secret


def main() -> int:
    """Rotate and run the main job. Exit codes: those of `ExitCode`."""
    parser = command.arguments("orchestration.privacy.rotate_key", __doc__)
    parser.add_argument("--new-secret-from", metavar="VARIABLE", help="the environment variable with the new secret")
    command.add_without_refresh(parser)
    arguments = parser.parse_args()
    settings = Settings.from_env()
    variable = arguments.new_secret_from

    def work() -> ExitCode:
        new_secret = _new_secret(settings, variable)
        persons = rotate_key(settings, new_secret, arguments.by, arguments.reason)
        print(f"{persons} persons have new tokens, and the vault has a new key.")
        if os.environ.get(SECRET_VARIABLE):
            print(f"Set {SECRET_VARIABLE} to the value of {variable} wherever it is set: the old one is refused now.")
            os.environ[SECRET_VARIABLE] = new_secret.decode()
        return ExitCode.OK

    return command.run_and_refresh(settings, "key rotation", work, arguments.without_refresh)


if __name__ == "__main__":
    sys.exit(main())
