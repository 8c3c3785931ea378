"""What is judged, one function a check: facts in, a finding with its advice out. No I/O."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from expectations.seeds import threshold
from orchestration.doctor.facts import Disk, Facts, Folder, Ground, Landing, Service
from orchestration.ingestion.tokens import SECRET_VARIABLE
from orchestration.settings import PROJECT_DIR

Level = Literal["ok", "warning", "problem"]

GIB = 1024**3
PYTHON = (3, 11)
CORES = 2
MEMORY = 4 * GIB
NAMES_SHOWN = 3


@dataclass(frozen=True)
class Finding:
    """What a check found, and what to do unless it is ok. A problem stops runs or readers, a warning does not."""

    check: str
    level: Level
    message: str
    do: str | None = None

    def __str__(self) -> str:
        """The finding as one line."""
        advice = f" -> {self.do}" if self.do else ""
        return f"{self.level:<8} {self.check:<11} {self.message}{advice}"


def bytes_wanted(landing: Landing, disk: Disk) -> int:
    """The free bytes that the next run wants at its peak, on the disk of the data folder.

    Each new file becomes a copy to read from, and rows of raw, staging, facts and marts: the demo's 164 MB became
    766 MB in all, so six times leaves room for more compressed ones. dbt writes each table beside the old one; the
    publication writes the marts twice, beside the published ones. The rest is logs and dbt's and Dagster's files.
    """
    return GIB // 4 + 6 * landing.new_bytes + disk.warehouse + 2 * disk.published


def check_privacy(ground: Ground) -> Finding:
    """No privacy command stopped in the middle of its swap."""
    if ground.half_swapped is None:
        return Finding("privacy", "ok", "no privacy command waits to be completed")
    if ground.holder is not None:
        return Finding("privacy", "ok", f"new key, vault or warehouse: being swapped in now by {ground.holder}")
    told = f", with the new one in {SECRET_VARIABLE} after a key rotation"
    return Finding(
        "privacy",
        "problem",
        f"a privacy command was interrupted: the rest of what it made waits in {ground.half_swapped}",
        f"make refresh completes it{told if ground.secret.origin == SECRET_VARIABLE else ''}; "
        "until then touch neither key, vault nor warehouse, and bring none of them back",
    )


def check_landing(ground: Ground) -> Finding:
    """Deliveries can be read."""
    landing, path = ground.landing, ground.landing.folder.path
    if not landing.folder.exists:
        return Finding(
            "landing",
            "problem",
            f"there is no landing folder {path}",
            "create it and put deliveries in it, set TAUEKEL_LANDING_DIR, or make demo deliveries with `make demo`",
        )
    if landing.problem or not landing.folder.may_read:
        return Finding(
            "landing",
            "problem",
            f"the landing folder {path} cannot be read{': ' + landing.problem if landing.problem else ''}",
            "give the user that runs the pipeline the right to read it and enter its folders",
        )
    if landing.refused_folders:
        return Finding(
            "landing",
            "warning",
            f"{path} holds {_some(landing.refused_folders)}: no source of the contract, so its files are refused",
            "rename the folder after its source, or move it out of the landing folder",
        )
    return Finding("landing", "ok", f"{path}: {landing.files} files, {landing.new_files} of them new")


def check_folders(ground: Ground) -> Finding:
    """The data folder can be written, by this user alone."""
    data = ground.data
    if not data.may_write or not data.may_read:
        return Finding(
            "folders",
            "problem",
            f"the data folder {data.path} cannot be {'written' if data.exists else 'made'} by this user",
            "run as the user that owns it, mend its owner and mode, or set TAUEKEL_DATA_DIR; "
            "a read-only file system says why in `dmesg`",
        )
    if not ground.published.may_write:
        return Finding(
            "folders",
            "problem",
            f"{ground.published.path} cannot be written by this user",
            f"mend its owner and mode (chmod 700 {ground.published.path})",
        )
    if not data.exists:
        return Finding("folders", "ok", f"{data.path} is not there yet: the first run makes it")
    if not data.is_own:
        return Finding(
            "folders",
            "problem",
            f"{data.path} belongs to another user: files would get two owners",
            "run as the user that owns it (sudo -u ...)",
        )
    if ground.open_to_others:
        return Finding(
            "folders",
            "warning",
            f"others may read {_some([str(path) for path in ground.open_to_others])}",
            f"chmod -R go= {data.path}",
        )
    if _on_another_device(ground.published, data):
        return Finding(
            "folders",
            "warning",
            f"{ground.published.path} lies on another file system: the free space there is not looked at",
            "see to its free space, or move it into the data folder",
        )
    return Finding("folders", "ok", f"{data.path} is this user's alone, and writable")


def check_secret(ground: Ground) -> Finding:
    """The secret is there, and secret, warehouse and vault belong together."""
    secret = ground.secret
    if secret.problem:
        return Finding("secret", "problem", secret.problem, "see docs/operations/faults.md, 'A key is lost'")
    if secret.matches_warehouse is False:
        return Finding(
            "secret",
            "problem",
            f"the secret of {secret.origin} is not the one that the warehouse was built with",
            "bring the old secret back; if it is lost, see docs/operations/faults.md, 'A key is lost'",
        )
    if secret.vault == "unreadable":
        return Finding(
            "secret",
            "problem",
            f"the vault does not open with the secret of {secret.origin}",
            "bring the old secret or the vault's backup back; see docs/operations/faults.md, 'A key is lost'",
        )
    if secret.vault_is_older:
        return Finding(
            "secret",
            "problem",
            "the vault is older than the warehouse: it lacks persons and erasures that came since",
            "bring the newer vault back; without one `python -m orchestration.rebuild`, and erase again who was erased "
            "since: docs/operations/faults.md, 'A vault is lost'",
        )
    if secret.origin == "":
        return Finding("secret", "ok", "none yet: the first run makes one")
    seen = "the vault opens with it" if secret.vault == "open" else "the vault could not be tried now"
    return Finding("secret", "ok", f"from {secret.origin}; {seen}")


def check_disk(ground: Ground) -> Finding:
    """There is room for the next run."""
    wanted, free = bytes_wanted(ground.landing, ground.disk), ground.disk.free
    message = f"{_size(free)} free for {ground.data.path}, the next run wants about {_size(wanted)}"
    if free < wanted:
        return Finding("disk", "problem", message, "free space on that disk, or move the data folder to a larger one")
    if free < 2 * wanted:
        return Finding("disk", "warning", message, "free space before the deliveries grow")
    return Finding("disk", "ok", message)


def check_warehouse(ground: Ground) -> Finding:
    """The warehouse file opens, or the reason why it does not is a run."""
    match ground.warehouse.access:
        case "absent":
            return Finding("warehouse", "ok", "none yet: the first run makes it")
        case "held":
            holder = ground.holder or ground.warehouse.problem or "another process"
            return Finding("warehouse", "ok", f"being written now by {holder}: what it holds could not be looked at")
        case "unreadable":
            return Finding(
                "warehouse",
                "problem",
                f"the warehouse does not open: {ground.warehouse.problem}",
                "bring it back from its backup, or rebuild it from the landing folder (docs/operations/corrections.md)",
            )
        case "open":
            return Finding("warehouse", "ok", f"{_size(ground.disk.warehouse)}, and it opens")


def check_lock(facts: Facts) -> Finding:
    """Who writes."""
    if facts.ground.holder is None:
        return Finding("lock", "ok", "nobody writes")
    return Finding("lock", "ok", f"held by {facts.ground.holder}")


def check_machine(facts: Facts) -> Finding:
    """The computer is what the project was tried on."""
    machine = facts.machine
    message = f"Python {'.'.join(map(str, machine.python))}, {machine.cores} cores, {_size(machine.memory)} of memory"
    if machine.python != PYTHON:
        return Finding(
            "machine", "problem", message, f"install Python {'.'.join(map(str, PYTHON))} and run `make install`"
        )
    if machine.cores < CORES or machine.memory < MEMORY:
        return Finding(
            "machine", "warning", message, f"runs are tried with {CORES} cores and {_size(MEMORY)}: expect slow ones"
        )
    return Finding("machine", "ok", message)


def check_packages(facts: Facts) -> Finding:
    """The installed packages are the pinned ones."""
    differing = facts.versions.differing
    if differing:
        return Finding("packages", "problem", f"not as pinned: {_some(differing)}", "make install")
    return Finding("packages", "ok", "as pinned in requirements.txt")


def check_dbt_project(facts: Facts) -> Finding:
    """dbt's manifest is that of the project as it is."""
    if facts.versions.manifest_is_current is None:
        return Finding("dbt project", "ok", "not parsed yet: the first run does")
    if not facts.versions.manifest_is_current:
        return Finding(
            "dbt project",
            "warning",
            "changed since it was last parsed: the next run parses it anew",
            f"if that run cannot start, `cd {PROJECT_DIR} && .venv/bin/dbt parse` says which file is wrong",
        )
    return Finding("dbt project", "ok", "parsed as it is now")


def check_deliveries(facts: Facts) -> Finding:
    """The newest load took every file."""
    rejected = facts.ground.warehouse.rejected
    postponed = facts.last_run.postponed if facts.last_run else ()
    if rejected:
        return Finding(
            "deliveries",
            "warning",
            f"{len(rejected)} files were rejected by the newest load: {_some(rejected)}",
            "ask who delivers them for a corrected file; delivery_ledger in the marts has them all with the reason",
        )
    if postponed:
        return Finding(
            "deliveries",
            "warning",
            f"{len(postponed)} files changed while the last run read them: {_some(postponed)}",
            "nothing: the next run reads them; tell who delivers to write under a name ending in .part, then rename",
        )
    return Finding("deliveries", "ok", "no file was rejected by the newest load or put off by the last run")


def check_last_run(facts: Facts) -> Finding:
    """The last run went through."""
    run = facts.last_run
    if run is None:
        return Finding("last run", "warning", "no run has left a log yet", "make run")
    at = f"{run.at:%Y-%m-%d %H:%M} UTC, run {run.run_id}"
    match run.outcome:
        case "done":
            return Finding("last run", "ok", f"went through at {at}")
        case "running":
            return Finding("last run", "ok", f"is going on since {at}")
        case "cut off":
            return Finding(
                "last run",
                "problem",
                f"was cut off (killed, or the machine went down): {at}",
                "run again: nothing is loaded twice; `dmesg` says whether memory ran out",
            )
        case "failed":
            return Finding(
                "last run",
                "problem",
                f"failed at {at}: {run.why}",
                run.what_to_do or "see its log, and docs/operations/README.md",
            )


def check_snapshot(facts: Facts) -> Finding:
    """What readers see is not stale."""
    if facts.snapshot is None:
        return Finding("snapshot", "warning", "nothing is published yet", "make run")
    age = facts.now - facts.snapshot.published_at
    message = (
        f"published {facts.snapshot.published_at:%Y-%m-%d %H:%M} UTC ({_age(age)} ago), as of {facts.snapshot.as_of}"
    )
    if age > timedelta(hours=threshold("publication_hours_max")):
        return Finding("snapshot", "problem", message, "see the last run and the daemon here, then run again")
    return Finding("snapshot", "ok", message)


def check_daemon(facts: Facts) -> Finding:
    """Schedules and sensors are awake, where there is a production instance."""
    return _service(
        "daemon",
        facts.daemon,
        absent="no production instance here: nothing starts by itself",
        good="schedules and sensors are awake",
        do="systemctl restart the unit of docs/operations/running.md, and read its journal",
    )


def check_serving(facts: Facts) -> Finding:
    """The serving copy answers, where there is one."""
    return _service(
        "serving",
        facts.serving,
        absent="no serving copy is set up",
        good="the database of the serving copy answers",
        do="see docs/operations/serving.md",
    )


def check_tools(facts: Facts) -> Finding:
    """Optional tools that the documentation uses."""
    if facts.machine.missing_tools:
        return Finding(
            "tools",
            "ok",
            f"not here, and not needed by runs: {', '.join(facts.machine.missing_tools)} "
            "(the marts can be read by .venv/bin/python too)",
        )
    return Finding("tools", "ok", "all here")


# Asked before each run: a problem stops it. Secret, vault and warehouse are looked at by the load itself (preflight).
BEFORE_A_RUN: tuple[Callable[[Ground], Finding], ...] = (
    check_landing,
    check_folders,
    check_disk,
)
OF_THE_KEPT_FILES: tuple[Callable[[Ground], Finding], ...] = (
    check_secret,
    check_warehouse,
)
BESIDES: tuple[Callable[[Facts], Finding], ...] = (
    check_machine,
    check_packages,
    check_tools,
    check_dbt_project,
    check_lock,
    check_deliveries,
    check_last_run,
    check_snapshot,
    check_daemon,
    check_serving,
)


def findings_before_a_run(ground: Ground) -> list[Finding]:
    """What the checks before a run find."""
    return [check(ground) for check in BEFORE_A_RUN]


def findings(facts: Facts) -> list[Finding]:
    """What all checks find: first what forbids to touch the kept files, then what a run stands on, then the rest."""
    # In the middle of a swap the kept files do not belong together, and whoever brought one back would do harm.
    kept_files = OF_THE_KEPT_FILES if facts.ground.half_swapped is None else ()
    on_ground = [check(facts.ground) for check in (check_privacy, *BEFORE_A_RUN, *kept_files)]
    return [*on_ground, *(check(facts) for check in BESIDES)]


def _service(name: str, service: Service | None, absent: str, good: str, do: str) -> Finding:
    if service is None:
        return Finding(name, "ok", absent)
    if service.problem:
        return Finding(name, "problem", service.problem, do)
    return Finding(name, "ok", good)


def _on_another_device(folder: Folder, other: Folder) -> bool:
    return folder.device is not None and folder.device != other.device


def _some(names: tuple[str, ...] | list[str]) -> str:
    more = f" and {len(names) - NAMES_SHOWN} more" if len(names) > NAMES_SHOWN else ""
    return ", ".join(names[:NAMES_SHOWN]) + more


def _size(count: int) -> str:
    return f"{count / GIB:.1f} GiB"


def _age(age: timedelta) -> str:
    hours = age.total_seconds() / 3600
    return f"{hours:.0f} hours" if hours < 72 else f"{hours / 24:.0f} days"
