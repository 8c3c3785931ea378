"""A delivery that was wrong, taken back: its rows leave the warehouse, its entry in the ledger says why.

Persons whom only its rows named leave the vault.

The file may stay in the landing folder: the same bytes are not loaded again, under whatever name they come.
"""

from datetime import date

from orchestration.contract import Source
from orchestration.ingestion.personal_numbers import masked_message
from orchestration.ingestion.replay import WITHDRAWN, Replay, reload_delivery
from orchestration.ingestion.unnamed import forget_unnamed_persons
from orchestration.ingestion.warehouse import in_one_transaction, open_for_loading
from orchestration.settings import Settings

SHORT_HASH = 12


class WithdrawalError(Exception):
    """There is no such delivery, or more than one; the message names those that there are. Nothing was changed."""


def withdraw(
    settings: Settings,
    contract: dict[str, Source],
    source: Source,
    file_name: str,
    sha256: str | None,
    *,
    reason: str,
    on: date,
) -> int:
    """Delete the rows of a loaded delivery and mark it in the ledger as withdrawn; return how many rows it had.

    `sha256` (or its beginning) tells deliveries of one name apart; `on` is the day that the ledger will say.
    WithdrawalError when it is not exactly one.
    """
    with open_for_loading(settings, contract) as connection:
        found = connection.execute(
            "select delivery_id, sha256, rows_loaded from raw.ledger "
            "where source = ? and file_name = ? and starts_with(coalesce(sha256, ''), ?) "
            "and status in ('loaded', 'loaded_with_quarantine') order by delivery_id",
            [source.name, file_name, sha256 or ""],
        ).fetchall()
        delivery_id = _the_one(source, file_name, [(row[0], row[1]) for row in found])
        with in_one_transaction(connection):
            connection.execute(f'delete from raw."{source.name}" where _delivery_id = ?', [delivery_id])
            connection.execute("delete from raw.quarantine where delivery_id = ?", [delivery_id])
            connection.execute(
                "update raw.ledger set status = 'rejected', rows_loaded = 0, rows_quarantined = 0, reason = ? "
                "where delivery_id = ?",
                [f"{WITHDRAWN} on {on}: {masked_message(reason)}", delivery_id],
            )
        forget_unnamed_persons(connection, contract)
    return int(found[0][2])


def restore(
    settings: Settings, contract: dict[str, Source], source: Source, file_name: str, sha256: str | None = None
) -> Replay:
    """Read a withdrawn delivery again, in its old place among the others.

    WithdrawalError when it is not exactly one; ReplayError when its bytes are no longer in the landing folder.
    """
    with open_for_loading(settings, contract) as connection:
        found = connection.execute(
            "select delivery_id, sha256 from raw.ledger "
            "where source = ? and file_name = ? and starts_with(coalesce(sha256, ''), ?) "
            "and starts_with(coalesce(reason, ''), ?) order by delivery_id",
            [source.name, file_name, sha256 or "", WITHDRAWN],
        ).fetchall()
    return reload_delivery(settings, contract, source, _the_one(source, file_name, found))


def _the_one(source: Source, file_name: str, found: list[tuple[int, str]]) -> int:
    if len(found) == 1:
        return found[0][0]
    if not found:
        raise WithdrawalError(
            f"no such delivery of {source.name}: {file_name}. The mart delivery_ledger has their names and states"
        )
    hashes = ", ".join(sha256[:SHORT_HASH] for _, sha256 in found)
    raise WithdrawalError(
        f"{len(found)} deliveries of {source.name} are called {file_name}: say which by --sha256 ({hashes})"
    )
