"""Looks at the installation and the machine, and makes the facts. It writes nothing, and waits for nobody.

While a run writes, its files are left alone: a reader that opens the warehouse would be in the writer's way.
"""

import fcntl
import json
import os
import re
import shutil
import sys
from contextlib import suppress
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import duckdb

from orchestration.contract import load_contract
from orchestration.doctor.facts import (
    Access,
    Disk,
    Facts,
    Folder,
    Ground,
    Landing,
    Machine,
    Secret,
    Snapshot,
    Versions,
    Warehouse,
)
from orchestration.doctor.last_run import last_run
from orchestration.doctor.services import daemon, serving
from orchestration.ingestion.generations import is_vault_older
from orchestration.ingestion.landing import FileStat, refusal, scan
from orchestration.ingestion.tokens import (
    SECRET_VARIABLE,
    SecretError,
    attach_vault,
    derived_key,
    load_secret,
)
from orchestration.runs.machine_faults import LOCKED, lock_holder
from orchestration.runs.run_lock import Holder
from orchestration.settings import PROJECT_DIR, Settings
from orchestration.sql_text import literal
from orchestration.transformation.dbt_manifest import is_current

OTHERS = 0o077
PINNED = re.compile(r"^([A-Za-z0-9._-]+)==(\S+)", re.MULTILINE)
OPTIONAL_TOOLS = ("duckdb", "psql", "jq")


def look_at_ground(settings: Settings) -> Ground:
    """What the next run stands on."""
    writer = _writer(settings)
    data = _folder(settings.data_dir)
    warehouse, known_files, fingerprint = _warehouse(settings, is_held=writer is not None)
    private = [path for path in _private_paths(settings) if path.exists() and path.stat().st_mode & OTHERS]
    return Ground(
        holder=str(writer) if writer else None,
        data=data,
        published=_folder(settings.published_dir),
        open_to_others=tuple(private),
        landing=_landing(settings, known_files),
        disk=Disk(
            free=shutil.disk_usage(_nearest(settings.data_dir)).free,
            warehouse=_size(settings.warehouse),
            published=_size(settings.published_marts),
        ),
        secret=_secret(settings, fingerprint, is_held=writer is not None or warehouse.access == "held"),
        warehouse=warehouse,
        half_swapped=settings.rewrite_ready_dir if settings.rewrite_ready_dir.exists() else None,
    )


def look_at_all(settings: Settings) -> Facts:
    """All facts, as of now."""
    ground = look_at_ground(settings)
    return Facts(
        now=datetime.now(UTC),
        ground=ground,
        machine=Machine(
            python=sys.version_info[:2],
            cores=len(os.sched_getaffinity(0)),
            memory=os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"),
            missing_tools=tuple(tool for tool in OPTIONAL_TOOLS if shutil.which(tool) is None),
        ),
        versions=Versions(differing=_differing_packages(), manifest_is_current=_manifest_is_current(settings)),
        last_run=last_run(settings, is_held=ground.holder is not None),
        snapshot=_snapshot(settings),
        daemon=daemon(settings),
        serving=serving(),
    )


def _writer(settings: Settings) -> Holder | None:
    """Who holds the lock of the data folder at this moment. It neither waits nor takes the lock away from anybody."""
    if not settings.run_lock.exists():
        return None
    with settings.run_lock.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            said = file.read()
            return Holder(**json.loads(said)) if said else Holder("a command that just began", 0, "now")
    return None


def _nearest(path: Path) -> Path:
    """The path itself, or the nearest folder above it that is there."""
    return next(folder for folder in (path, *path.parents) if folder.exists())


def _folder(path: Path) -> Folder:
    nearest = _nearest(path)
    stat = nearest.stat()
    exists = nearest == path
    return Folder(
        path=path,
        exists=exists,
        may_read=os.access(nearest, os.R_OK | os.X_OK),
        may_write=os.access(nearest, os.W_OK | os.X_OK),
        is_own=not exists or stat.st_uid == os.geteuid(),
        device=stat.st_dev,
    )


def _private_paths(settings: Settings) -> list[Path]:
    return [
        settings.data_dir,
        settings.warehouse,
        settings.vault,
        settings.published_dir,
        settings.published_marts,
        settings.scratch_dir,
        settings.dagster_home,
        settings.logs_dir,
    ]


def _landing(settings: Settings, known_files: set[FileStat]) -> Landing:
    folder = _folder(settings.landing_dir)
    if not folder.exists or not folder.may_read:
        return Landing(folder)
    sources = set(load_contract())
    try:
        files = scan(settings.landing_dir, sources)
        stats = [file.stat() for file in files if file.trouble is None]
    except OSError as error:
        return Landing(folder, problem=error.strerror)
    new = [stat for stat in stats if stat not in known_files]
    unknown = {file.source for file in files if file.source not in sources and refusal(file, sources)}
    return Landing(
        folder,
        files=len(files),
        new_files=len(new),
        new_bytes=sum(stat.size for stat in new),
        # As Python writes a text: a name may hold characters that move a terminal's cursor.
        refused_folders=tuple(repr(name) for name in sorted(unknown)),
    )


def _warehouse(settings: Settings, is_held: bool) -> tuple[Warehouse, set[FileStat], str | None]:
    """The warehouse, the files that it knows, and the fingerprint of its secret."""
    if not settings.warehouse.exists():
        return Warehouse("absent"), set(), None
    if is_held:
        return Warehouse("held"), set(), None
    try:
        with duckdb.connect(str(settings.warehouse), read_only=True) as connection:
            files = connection.execute("select size, mtime_ns, ctime_ns, inode from raw.file_state").fetchall()
            rejected = connection.execute(
                "select source, file_name, reason from raw.ledger "
                "where status = 'rejected' and load_run = (select max(load_run) from raw.ledger) order by delivery_id"
            ).fetchall()
            fingerprint = connection.execute("select fingerprint from raw.secret_fingerprint").fetchone()
    except duckdb.CatalogException:
        # A run that was cut off before it made its tables.
        return Warehouse("open"), set(), None
    except duckdb.Error as error:
        access, problem = _closed(error)
        return Warehouse(access, problem), set(), None
    names = tuple(f"{source}/{name} ({reason})" for source, name, reason in rejected)
    return (
        Warehouse("open", rejected=names),
        {FileStat(*file) for file in files},
        fingerprint[0] if fingerprint else None,
    )


def _closed(error: duckdb.Error) -> tuple[Access, str]:
    """Why a DuckDB file does not open; an error of opening speaks of the file, never of what is in it."""
    message = str(error).splitlines()[0]
    if LOCKED in message:
        return "held", lock_holder(message)
    return "unreadable", message


def _secret(settings: Settings, fingerprint: str | None, is_held: bool) -> Secret:
    in_environment = bool(os.environ.get(SECRET_VARIABLE))
    if not in_environment and not settings.secret_file.exists() and not settings.vault.exists():
        return Secret(origin="")
    origin = SECRET_VARIABLE if in_environment else str(settings.secret_file)
    try:
        secret = load_secret(settings)
    except SecretError as error:
        return Secret(origin, problem=str(error))
    except OSError as error:
        return Secret(origin, problem=f"{settings.secret_file} cannot be read: {error.strerror}")
    vault, vault_is_older = _vault(settings, secret, is_held)
    return Secret(
        origin,
        matches_warehouse=None if fingerprint is None else fingerprint == derived_key(secret, "fingerprint").hex(),
        vault=vault,
        vault_is_older=vault_is_older,
    )


def _vault(settings: Settings, secret: bytes, is_held: bool) -> tuple[Access, bool]:
    """Whether the vault opens, and whether it is older than the warehouse, if that opens too."""
    if is_held:
        return "held", False
    if not settings.vault.exists():
        return "absent", False
    with duckdb.connect() as connection:
        try:
            attach_vault(connection, settings, secret, read_only=True)
        except duckdb.Error as error:
            return _closed(error)[0], False
        # Why the warehouse does not open is told by its own check.
        with suppress(duckdb.Error):
            connection.execute(f"attach {literal(settings.warehouse)} as warehouse (read_only)")
            return "open", is_vault_older(connection, "warehouse.raw")
    return "open", False


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _differing_packages() -> tuple[str, ...]:
    """`name wanted (installed)` of the packages that are not as requirements.txt pins them."""
    differing = []
    for name, wanted in PINNED.findall((PROJECT_DIR / "requirements.txt").read_text(encoding="utf-8")):
        try:
            installed = version(name)
        except PackageNotFoundError:
            installed = "missing"
        if installed != wanted:
            differing.append(f"{name} {wanted} ({installed})")
    return tuple(differing)


def _manifest_is_current(settings: Settings) -> bool | None:
    manifest = settings.dbt_target / "manifest.json"
    return is_current(manifest) if manifest.exists() else None


def _snapshot(settings: Settings) -> Snapshot | None:
    manifest = settings.published_dir / "manifest.json"
    if not manifest.exists():
        return None
    said = json.loads(manifest.read_text(encoding="utf-8"))
    return Snapshot(datetime.fromisoformat(said["published_at"]), said["as_of"])
