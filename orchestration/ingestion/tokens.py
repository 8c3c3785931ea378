"""The secret, the tokens made with it, and the vault that alone can turn a token back into a personal number."""

import hmac
import os
import secrets
from pathlib import Path

from duckdb import DuckDBPyConnection

from orchestration.duckdb_extensions import load_extension
from orchestration.settings import Settings
from orchestration.sql_text import literal

SECRET_VARIABLE = "TAUEKEL_SECRET"  # noqa: S105 - the variable's name, not a secret
SHORTEST_SECRET = 32
HMAC_BLOCK_BYTES = 64


class SecretError(Exception):
    """The secret is missing or unsafe, or secret, vault and warehouse do not belong together.

    The message says what to do.
    """


def load_secret(settings: Settings) -> bytes:
    """The installation's secret: from TAUEKEL_SECRET, else from the secret file, which is made on the first run.

    SecretError when it is too short, when others can read the file, or when it is gone though a warehouse exists.
    """
    from_environment = os.environ.get(SECRET_VARIABLE)
    if from_environment:
        secret = from_environment.encode()
    else:
        is_first_run = not (settings.vault.exists() or settings.warehouse.exists())
        secret = _secret_from_file(settings.secret_file, may_create=is_first_run)
    if len(secret) < SHORTEST_SECRET:
        raise SecretError(f"the secret is shorter than {SHORTEST_SECRET} characters: set a longer {SECRET_VARIABLE}")
    return secret


def _secret_from_file(path: Path, may_create: bool) -> bytes:
    if not path.exists():
        if not may_create:
            raise SecretError(
                f"{path} is gone, but the vault or warehouse beside it was made with it: bring the file back, or set "
                f"{SECRET_VARIABLE}; if it is lost for good, move both away and run again: all deliveries are read "
                "anew, with new tokens"
            )
        write_secret(path, secrets.token_hex(SHORTEST_SECRET).encode())
    if path.stat().st_mode & 0o077:
        raise SecretError(f"{path} can be read by others than its owner: chmod 600 {path}")
    return path.read_bytes().strip()


def write_secret(path: Path, secret: bytes) -> None:
    """Write a secret to a new file that its owner alone can read. FileExistsError when there is one."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(secret)


def derived_key(secret: bytes, purpose: str) -> bytes:
    """A 32-byte key of its own for each purpose, so that no two uses share one."""
    return hmac.digest(secret, purpose.encode(), "sha256")


def use_key(connection: DuckDBPyConnection, secret: bytes) -> None:
    """Let SQL on this connection make tokens in bulk."""
    _use(connection, "token", derived_key(secret, "token"))


def use_mark_key(connection: DuckDBPyConnection) -> bytes:
    """Let SQL on this connection make marks in bulk, and return their key. The vault is attached.

    The key was drawn when the vault was made, lives in it alone, and stays the same when the secret changes: by marks
    erased persons are known again, and masked identifiers stay distinct.
    """
    row = connection.execute("select key from vault.keys where purpose = 'mark'").fetchone()
    assert row is not None  # noqa: S101 - attach_vault makes it
    _use(connection, "mark", row[0])
    return bytes(row[0])


def use_substitutes(connection: DuckDBPyConnection) -> None:
    """Let SQL on this connection make substitutes for severed persons, under a salt that nobody keeps."""
    _use(connection, "substitute", secrets.token_bytes(SHORTEST_SECRET))


def _use(connection: DuckDBPyConnection, name: str, key: bytes) -> None:
    """Set the padded HMAC keys (RFC 2104) as variables of the connection."""
    block = key.ljust(HMAC_BLOCK_BYTES, b"\0")
    for half, pad in (("inner", 0x36), ("outer", 0x5C)):
        padded = bytes(byte ^ pad for byte in block).hex()
        connection.execute(f"set variable {name}_{half}_key = unhex('{padded}')")


def attach_vault(
    connection: DuckDBPyConnection, settings: Settings, secret: bytes, read_only: bool = False, name: str = "vault"
) -> None:
    """Attach the encrypted vault file as `name`, and create its tables.

    DuckDB writes encrypted files only with OpenSSL's cryptography, which the httpfs extension brings (as a wheel).
    """
    load_extension(connection, "httpfs")
    key = derived_key(secret, "vault").hex()
    mode = ", read_only" if read_only else ""
    connection.execute(f"attach {literal(settings.vault)} as {name} (encryption_key '{key}'{mode})")
    if not read_only:
        _create_vault_tables(connection, name)


def _create_vault_tables(connection: DuckDBPyConnection, vault: str) -> None:
    connection.execute(
        f"create table if not exists {vault}.iin_tokens (token varchar not null, iin varchar not null);"
        f"create table if not exists {vault}.keys (purpose varchar not null, key blob not null);"
        f"create table if not exists {vault}.erased_persons (mark varchar not null);"
        f"create table if not exists {vault}.retention_cuts (source varchar primary key, first_day_kept date not null);"
        f"create table if not exists {vault}.generations (number bigint not null, generation varchar not null)"
    )
    if connection.execute(f"select count(*) from {vault}.keys").fetchone() == (0,):
        connection.execute(f"insert into {vault}.keys values ('mark', ?)", [secrets.token_bytes(SHORTEST_SECRET)])


def fingerprint(secret: bytes) -> str:
    """What a warehouse keeps of the secret it was built with, to refuse another."""
    return derived_key(secret, "fingerprint").hex()


def check_fingerprint(connection: DuckDBPyConnection, secret: bytes) -> None:
    """Refuse to mix two secrets in one warehouse: the first run leaves a fingerprint of its own. SecretError."""
    connection.execute("create table if not exists raw.secret_fingerprint (fingerprint varchar)")
    if not has_fingerprint_of(connection, secret):
        connection.execute("insert into raw.secret_fingerprint values (?)", [fingerprint(secret)])


def has_fingerprint_of(connection: DuckDBPyConnection, secret: bytes) -> bool:
    """Whether the warehouse was built with this secret, or with none yet. SecretError when with another."""
    known = connection.execute("select fingerprint from raw.secret_fingerprint").fetchone()
    if known is not None and known[0] != fingerprint(secret):
        raise SecretError(
            "this warehouse was built with another secret, and its tokens would not match: use the old secret; if it "
            "is lost for good, move vault and warehouse away and run again: all deliveries are read anew"
        )
    return known is not None
