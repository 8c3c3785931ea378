"""What lies in the data folder after a writer was killed, and its removal: a matter of the run lock's holder alone."""

import shutil

from orchestration.settings import Settings


def remove_leftovers(settings: Settings) -> None:
    """Remove copies of deliveries, spill files, drafts, and snapshots but the published one. OSError when it cannot."""
    published = settings.current_snapshot.resolve()
    leftovers = [
        *settings.scratch_dir.glob("*"),
        *settings.data_dir.glob("*.duckdb.tmp"),
        # Drafts may hold tokens that the warehouse has no more.
        *settings.data_dir.glob(f"{settings.warehouse_draft.name}*"),
        *settings.data_dir.glob(settings.rewrite_draft_dir.name),
        *settings.published_dir.glob(f"{settings.quality_draft.name}*"),
        *(snapshot for snapshot in settings.snapshots_dir.glob("*") if snapshot.resolve() != published),
    ]
    # Made by a writer that was killed before its first byte: no database, and no key.
    leftovers += [
        file
        for file in (settings.warehouse, settings.vault, settings.secret_file)
        if file.exists() and not file.stat().st_size
    ]
    for leftover in leftovers:
        if leftover.is_dir() and not leftover.is_symlink():
            shutil.rmtree(leftover)
        else:
            leftover.unlink()
