"""The operator's way to the production instance: the same user, folder, umask and settings as the pipeline's unit."""

import os
import re
import subprocess

from orchestration.runs.exit_codes import ExitCode
from tests.operation.production import SHELL, UNITS

# systemd-run, as far as a command line shows.
STAND_IN = '#!/bin/sh\nprintf "%s\\n" "$@"\nexit 3\n'


def test_a_command_runs_as_the_pipeline_does_and_its_exit_code_comes_back(tmp_path):
    stand_in = tmp_path / "systemd-run"
    stand_in.write_text(STAND_IN)
    stand_in.chmod(0o755)
    command = ["orchestration.privacy.erase", "--reason", 'request "7/2026"']
    done = subprocess.run(
        [SHELL, *command],
        env=os.environ | {"PATH": f"{tmp_path}:/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == ExitCode.BUSY
    said = done.stdout.splitlines()
    assert said[-len(command) - 2 :] == ["/opt/tauekel/.venv/bin/python", "-m", *command]

    unit = (UNITS / "tauekel-code.service").read_text(encoding="utf-8")
    files = re.findall(r"^EnvironmentFile=.+$", unit, re.MULTILINE)
    assert len(files) == 2
    set_there = dict(re.findall(r"^(User|WorkingDirectory|UMask)=(.+)$", unit, re.MULTILINE))
    assert set(said) >= {
        *files,
        f"--uid={set_there['User']}",
        f"--working-directory={set_there['WorkingDirectory']}",
        f"UMask={set_there['UMask']}",
        "--wait",
        "--pipe",
    }
