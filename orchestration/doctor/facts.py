"""What the doctor knows of an installation: plain values, no I/O, no judgement, no secret and no delivered value."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

# 'held': another process writes the file, so that nobody can look into it.
Access = Literal["absent", "open", "held", "unreadable"]
Outcome = Literal["done", "failed", "running", "cut off"]


@dataclass(frozen=True)
class Folder:
    """A folder. Of one that is not there yet, `may_write` says whether it could be made."""

    path: Path
    exists: bool
    may_read: bool
    may_write: bool
    is_own: bool = True
    is_private: bool = True
    device: int | None = None


@dataclass(frozen=True)
class Landing:
    """The landing folder. New files are those that the warehouse does not know, or all when it cannot be asked."""

    folder: Folder
    problem: str | None = None
    files: int = 0
    new_files: int = 0
    new_bytes: int = 0
    refused_folders: tuple[str, ...] = ()


@dataclass(frozen=True)
class Disk:
    """Sizes in bytes: free on the disk of the data folder, and of the files that a run writes anew."""

    free: int
    warehouse: int
    published: int


@dataclass(frozen=True)
class Secret:
    """Where the secret comes from and what it opens, never the secret itself. None: it could not be seen.

    `vault_is_older`: the vault opens, and lacks what the warehouse's rows were loaded with.
    """

    origin: str
    problem: str | None = None
    matches_warehouse: bool | None = None
    vault: Access = "absent"
    vault_is_older: bool = False


@dataclass(frozen=True)
class Warehouse:
    """The warehouse file; `problem` says why it is unreadable, `rejected` names the files its newest load refused."""

    access: Access
    problem: str | None = None
    rejected: tuple[str, ...] = ()


@dataclass(frozen=True)
class Ground:
    """What a run stands on, looked at before each one. `holder` says in words who writes at this moment.

    `half_swapped` is the folder in which the rest of a privacy command's new files waits, when there is one: until they
    are swapped in, secret, vault and warehouse need not belong together.
    """

    holder: str | None
    data: Folder
    published: Folder
    open_to_others: tuple[Path, ...]
    landing: Landing
    disk: Disk
    secret: Secret
    warehouse: Warehouse
    half_swapped: Path | None = None


@dataclass(frozen=True)
class Machine:
    """The computer; memory in bytes."""

    python: tuple[int, int]
    cores: int
    memory: int
    missing_tools: tuple[str, ...] = ()


@dataclass(frozen=True)
class Versions:
    """Packages that are not as pinned, in words; and whether dbt's manifest is that of the project (None: there is
    none yet)."""

    differing: tuple[str, ...]
    manifest_is_current: bool | None


@dataclass(frozen=True)
class Run:
    """The newest run that left a log."""

    run_id: str
    at: datetime
    outcome: Outcome
    why: str | None = None
    what_to_do: str | None = None
    postponed: tuple[str, ...] = ()


@dataclass(frozen=True)
class Snapshot:
    """The published snapshot by its manifest."""

    published_at: datetime
    as_of: str | None


@dataclass(frozen=True)
class Service:
    """Something that should answer: the daemon, the serving copy. `problem` says how it does not."""

    problem: str | None = None


@dataclass(frozen=True)
class Facts:
    """All that is looked at. A service that is not set up is None."""

    now: datetime
    ground: Ground
    machine: Machine
    versions: Versions
    last_run: Run | None
    snapshot: Snapshot | None
    daemon: Service | None
    serving: Service | None
