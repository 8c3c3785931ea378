"""Who may read what after the guide's own commands, in a mount namespace: the machine stays as it is."""

import os
import re
import shutil
import subprocess
import sys

import pytest

from orchestration.settings import PROJECT_DIR
from tests.operation.production import DEPLOY, INSTALLED_AT


def can_be_tried():
    """Whether this is root on a Debian, and not shut in a container that lets nobody mount."""
    may_mount = os.geteuid() == 0 and subprocess.run(["unshare", "--mount", "true"], check=False).returncode == 0
    return may_mount and shutil.which("adduser")


pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not can_be_tried(), reason="it wants root that may mount, and Debian's adduser"),
]

GUIDE = (PROJECT_DIR / "docs/operations/running.md").read_text(encoding="utf-8")
# Folders that the commands write to: a copy of one, and two that are empty.
PRIVATE = """
mount -t tmpfs none "$1" && cp -a /etc "$1/etc" && mount --bind "$1/etc" /etc
mount -t tmpfs none /srv && mount -t tmpfs none /var && mkdir -p /var/lib /var/log /var/mail
"""


def installation():
    """The commands of the guide that make users, groups, folders and files."""
    (block,) = re.findall(r"^    apt-get install postgresql(?:.*\n\n?(?=    |\n))+", GUIDE, re.MULTILINE)
    lines = [line.strip() for line in block.splitlines()]
    chosen = [line for line in lines if line.split(" ")[0] in ("adduser", "addgroup", "install", "ln")]
    assert len(chosen) >= 7
    return "\n".join(chosen).replace(INSTALLED_AT, str(PROJECT_DIR))


@pytest.fixture
def answers(tmp_path):
    """Runs a script after the guide's commands and after one who delivers has got an account; what it prints."""
    (group,) = re.findall(r"Whoever delivers belongs to the group `([\w-]+)`", GUIDE)
    courier = f"useradd --groups {group} courier"

    def run(script):
        whole = f"{{ {PRIVATE}\n{installation()}\n{courier}; }} >&2\n{script}"
        done = subprocess.run(
            ["unshare", "--mount", "bash", "-euo", "pipefail", "-c", whole, "bash", str(tmp_path)],
            capture_output=True,
            text=True,
            check=False,
        )
        print(done.stderr, file=sys.stderr)
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run


def test_who_delivers_reads_no_secret_and_no_password(answers):
    files = sorted(f"/etc/tauekel/{path.name.removesuffix('.example')}" for path in DEPLOY.glob("*.env.example"))
    assert len(files) == 2
    script = f"""
    for file in {" ".join(files)} /var/lib/tauekel/data; do
        stat --format '%U %a %n' $file
        runuser -u courier -- test -r $file && echo "who delivers reads $file"
    done || true
    """
    assert answers(script).splitlines() == [
        *(f"root 600 {file}" for file in files),
        "tauekel 700 /var/lib/tauekel/data",
    ]


def test_the_pipeline_reads_what_they_deliver_and_others_do_not(answers):
    script = """
    runuser -u courier -- bash -c 'umask 027; cd /srv/tauekel/landing; mkdir centres; echo C1 > centres/a.csv'
    runuser -u tauekel -- cat /srv/tauekel/landing/centres/a.csv
    runuser -u nobody -- ls /srv/tauekel/landing 2>/dev/null || echo 'nobody else'
    """
    assert answers(script).splitlines() == ["C1", "nobody else"]
