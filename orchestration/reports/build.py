"""From the published snapshot to a folder of pages: packages, patches, names, data, pages, in that order."""

import fcntl
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from orchestration.reports.catalogue import write_catalogue
from orchestration.reports.sources import write_empty_tables
from orchestration.settings import PROJECT_DIR, Settings

REPORTS_DIR = PROJECT_DIR / "reports"
SOURCES_DIR = REPORTS_DIR / "sources"
# Where the builder keeps the rows of the queries.
DATA_DIR = REPORTS_DIR / ".evidence" / "template" / "static" / "data"
CATALOGUE = REPORTS_DIR / "components" / "catalogue.json"
PACKAGES = REPORTS_DIR / "node_modules"
# Written when the packages stand as the lock file and the patches want them.
INSTALLED = PACKAGES / ".installed"
WANTED_BY = ("package.json", "package-lock.json", ".npmrc", "patches")
# Pages of the builder's own that are none of ours.
FOREIGN_PAGES = ("explore", "settings")
LEAST_NODE = 20


class CannotBuild(Exception):
    """What stands in the way, and what to do about it."""


def build_pages(settings: Settings, report: Callable[[str], None]) -> Path:
    """Build the pages of the published snapshot; the folder in which they lie.

    The old pages stay until the new ones are whole. CannotBuild when something is missing or a step fails.
    """
    if not settings.published_marts.exists():
        raise CannotBuild(f"there is no published snapshot in {settings.published_dir}: make run, then again")
    if not settings.published_quality.exists():
        raise CannotBuild(f"{settings.published_quality} is missing: make run, then again")
    _look_for_node()
    with _alone():
        if not _is_installed():
            report("installing the npm packages (a minute or two the first time)")
            install_packages()
        report(f"reading {settings.published_marts}")
        write_catalogue(settings.published_marts, settings.published_manifest, CATALOGUE)
        for leftover in (REPORTS_DIR / "build", DATA_DIR):
            shutil.rmtree(leftover, ignore_errors=True)
        _run(["npm", "run", "--silent", "sources"], settings)
        if empty := write_empty_tables(SOURCES_DIR, DATA_DIR, _databases(settings)):
            report(f"without a row: {', '.join(empty)}")
        report("building the pages (two to four minutes)")
        _run(["npm", "run", "--silent", "build"], settings)
        return _put_in_place(settings)


def install_packages() -> None:
    """Install the packages of the lock file and patch them; CannotBuild when a patch no longer applies."""
    _run(["npm", "ci", "--ignore-scripts"])
    _run(["npm", "run", "--silent", "patched"])
    INSTALLED.touch()


def node_environment(settings: Settings | None = None) -> dict[str, str]:
    """The environment of the page builder: no telemetry, and where the snapshot lies, seen from its source folder."""
    environment = os.environ | {"SEND_ANONYMOUS_USAGE_STATS": "no", "DO_NOT_TRACK": "1"}
    if settings is not None:
        # The builder takes a file's place as seen from the folder of its queries.
        for source, file in _databases(settings).items():
            place = os.path.relpath(file.resolve(), SOURCES_DIR / source)
            environment[f"EVIDENCE_SOURCE__{source}__filename"] = place
    return environment


def _databases(settings: Settings) -> dict[str, Path]:
    """The file that the queries of each folder of sources read."""
    return {"tauekel": settings.published_marts, "desk": settings.published_quality}


def _look_for_node() -> None:
    if shutil.which("npm") is None or shutil.which("node") is None:
        raise CannotBuild("node and npm are not here: install Node.js 20 or later, which brings npm")
    version = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True).stdout.strip()  # noqa: S607
    if int(version.lstrip("v").split(".")[0]) < LEAST_NODE:
        raise CannotBuild(f"node {version} is too old: node {LEAST_NODE} or later is wanted")


@contextmanager
def _alone() -> Iterator[None]:
    """One build at a time: they share the builder's work folder."""
    with (REPORTS_DIR / "package.json").open() as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise CannotBuild("another build of the pages is running: wait for its end") from error
        yield


def _is_installed() -> bool:
    if not INSTALLED.exists():
        return False
    wanted = [REPORTS_DIR / name for name in WANTED_BY]
    wanted += (REPORTS_DIR / "patches").iterdir()
    return max(path.stat().st_mtime for path in wanted) <= INSTALLED.stat().st_mtime


def _run(command: list[str], settings: Settings | None = None) -> None:
    done = subprocess.run(  # noqa: S603
        command,
        cwd=REPORTS_DIR,
        env=node_environment(settings),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if done.returncode:
        raise CannotBuild(f"{' '.join(command)} failed in {REPORTS_DIR}:\n{done.stdout[-4000:]}")


def _put_in_place(settings: Settings) -> Path:
    """Move the built pages into the data folder; the old ones go only when the new ones stand."""
    built = REPORTS_DIR / "build"
    if not (built / "index.html").exists():
        raise CannotBuild(f"the build left no pages in {built}: run it by hand with npm run build in {REPORTS_DIR}")
    for foreign in FOREIGN_PAGES:
        shutil.rmtree(built / foreign, ignore_errors=True)
    target = settings.reports_dir
    draft, old = target.with_name(f"{target.name}.new"), target.with_name(f"{target.name}.old")
    for leftover in (draft, old):
        shutil.rmtree(leftover, ignore_errors=True)
    shutil.move(built, draft)
    if target.exists():
        target.rename(old)
    draft.rename(target)
    shutil.rmtree(old, ignore_errors=True)
    return target
