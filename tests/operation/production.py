"""The production instance on this machine: the units' own command lines, on a PostgreSQL of the tests' own.

What systemd would do is done here (environment files, umask, pre and post commands); what it guards is not.
"""

import os
import re
import shlex
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import requests

from orchestration.settings import PROJECT_DIR
from tests.installations import Installation
from tests.postgresql import PostgresqlServer

DEPLOY = PROJECT_DIR / "deploy"
UNITS = DEPLOY / "systemd"
# The operator's way to the instance, from a shell.
SHELL = DEPLOY / "tauekel-run"
INSTALLED_AT = "/opt/tauekel"
WEBSERVER_PORT = "3000"
# The longest wait for anything, in seconds: a run takes a minute on idle cores, and a quarter of an hour on busy ones.
PATIENCE = 1800

T = TypeVar("T")


def as_installed(file: Path) -> str:
    """A file of `deploy` as it would stand for this checkout."""
    return file.read_text(encoding="utf-8").replace(INSTALLED_AT, str(PROJECT_DIR))


def unit_text(unit: str) -> str:
    """A unit as it would stand for this checkout."""
    return as_installed(UNITS / f"{unit}.service")


def umask_in(text: str) -> int:
    """What a unit or a line for a transient one sets as umask."""
    return int(re.findall(r"\bUMask=(\d+)", text)[0], 8)


def wait_for(what: str, condition: Callable[[], T | None]) -> T:
    """The first true answer of `condition`, which is asked until then."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if answer := condition():
            return answer
        time.sleep(0.5)
    raise AssertionError(f"waited {PATIENCE} s for {what}")


class Production(Installation):
    """An installation whose runs are Dagster's: code server, daemon and web server, each a process group of its own."""

    def __init__(self, folder: Path, database: PostgresqlServer, webhook_url: str) -> None:
        super().__init__(folder)
        self.home = folder / "instance"
        self.home.mkdir(mode=0o700)
        (self.home / "dagster.yaml").symlink_to(DEPLOY / "dagster.yaml")
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            self.port = str(listener.getsockname()[1])
        self._overrides = {
            "DAGSTER_HOME": str(self.home),
            "TAUEKEL_CODE_SOCKET": str(folder / "code.sock"),
            "TAUEKEL_POSTGRES_HOST": database.host,
            "TAUEKEL_POSTGRES_PORT": str(database.port),
            "TAUEKEL_POSTGRES_DATABASE": database.dbname,
            "TAUEKEL_POSTGRES_USER": database.user,
            "TAUEKEL_POSTGRES_PASSWORD": database.password,
            "TAUEKEL_LANDING_DIR": str(self.settings.landing_dir),
            "TAUEKEL_DATA_DIR": str(self.settings.data_dir),
            "TAUEKEL_WEBHOOK_URL": webhook_url,
        }
        self._logs = folder / "logs"
        self._logs.mkdir()
        self._processes: dict[str, subprocess.Popen[bytes]] = {}

    def environment_of(self, text: str) -> dict[str, str]:
        """What a unit and its environment files say, with the paths of this installation, and nothing else."""
        said = {}
        for file in re.findall(r"\bEnvironmentFile=/etc/tauekel/(\w+\.env)\b", text):
            for line in (DEPLOY / f"{file}.example").read_text(encoding="utf-8").splitlines():
                if "=" in line:
                    name, _, value = line.lstrip("#").partition("=")
                    said[name] = value
        own = dict(re.findall(r"^Environment=(\w+)=(.+)$", text, re.MULTILINE))
        set_here = {name: value for name, value in (said | self._overrides).items() if name in said and value}
        return {"PATH": "/usr/bin:/bin", "HOME": "/", "LANG": "C.UTF-8", "NO_PROXY": "127.0.0.1"} | own | set_here

    def start(self, unit: str) -> None:
        """Start a unit, its pre and post commands included."""
        text = unit_text(unit)
        environment = self.environment_of(text)

        def commands(kind: str) -> list[list[str]]:
            lines = re.findall(rf"^{kind}=(.+)$", text, re.MULTILINE)
            filled = [re.sub(r"\$\{(\w+)\}", lambda name: environment[name[1]], line) for line in lines]
            return [[self.port if word == WEBSERVER_PORT else word for word in shlex.split(line)] for line in filled]

        with (self._logs / f"{unit}.log").open("ab") as log:
            options: dict[str, Any] = {
                "cwd": PROJECT_DIR, "env": environment, "umask": umask_in(text), "stdout": log, "stderr": log
            }  # fmt: skip
            for command in commands("ExecStartPre"):
                subprocess.run(command, check=True, **options)
            (command,) = commands("ExecStart")
            self._processes[unit] = subprocess.Popen(command, start_new_session=True, **options)
            for command in commands("ExecStartPost"):
                subprocess.run(command, check=True, timeout=PATIENCE, **options)

    def stop(self, unit: str, number: signal.Signals = signal.SIGTERM) -> None:
        """Send the signal to all processes of a unit, as systemd does, and wait until its first one is gone."""
        process = self._processes.pop(unit)
        os.killpg(process.pid, number)
        try:
            process.wait(timeout=60)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def stop_all(self) -> None:
        for unit in list(self._processes):
            self.stop(unit)

    def logs(self) -> str:
        return "\n".join(f"== {path.name}\n{path.read_text()}" for path in sorted(self._logs.iterdir()))

    def from_a_shell(self, *arguments: str) -> subprocess.Popen[bytes]:
        """`deploy/tauekel-run` with these arguments: what it asks systemd for is done here."""
        text = as_installed(SHELL)
        (command,) = re.findall(r'^ +(/\S+ -m) "\$@"$', text, re.MULTILINE)
        with (self._logs / "shell.log").open("ab") as log:
            return subprocess.Popen(
                [*shlex.split(command), *arguments],
                cwd=PROJECT_DIR,
                env=self.environment_of(text) | {"TAUEKEL_LOCK_WAIT_SECONDS": str(PATIENCE)},
                umask=umask_in(text),
                stdout=log,
                stderr=log,
            )

    def ask(self, query: str, **variables: Any) -> Any:
        """What the web server answers to a GraphQL query."""
        answer = requests.post(
            f"http://127.0.0.1:{self.port}/graphql", json={"query": query, "variables": variables}, timeout=60
        ).json()
        assert "errors" not in answer, answer
        return answer["data"]

    def is_served(self) -> bool:
        try:
            return requests.get(f"http://127.0.0.1:{self.port}/server_info", timeout=60).ok
        except requests.ConnectionError:
            return False

    def request_run(self) -> str:
        """Ask the web server for a run of the main job, as its button does; the run's id."""
        selector = {"repositoryLocationName": "tauekel", "repositoryName": "__repository__", "jobName": "refresh"}
        launched = self.ask(
            "mutation ($p: ExecutionParams!) { launchRun(executionParams: $p) "
            "{ __typename ... on LaunchRunSuccess { run { runId } } ... on PythonError { message } } }",
            p={"selector": selector},
        )["launchRun"]
        assert launched["__typename"] == "LaunchRunSuccess", launched
        return launched["run"]["runId"]

    def runs(self) -> list[dict[str, Any]]:
        """All runs, newest first."""
        return self.ask(
            "{ runsOrError { ... on Runs { results { runId jobName status startTime endTime tags { key value } "
            "stepStats { stepKey status startTime endTime } } } } }"
        )["runsOrError"]["results"]

    def run(self, run_id: str) -> dict[str, Any]:
        (found,) = [run for run in self.runs() if run["runId"] == run_id]
        return found

    def finished(self, run_id: str) -> dict[str, Any]:
        """The run, once it has ended."""

        def ended() -> dict[str, Any] | None:
            run = self.run(run_id)
            return run if run["status"] in ("SUCCESS", "FAILURE", "CANCELED") else None

        return wait_for(f"the end of run {run_id}", ended)
