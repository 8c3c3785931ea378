"""The guide's commands as they stand there, from an empty server on: docs/operations/serving.md."""

import os
import re
import subprocess
import sys
import textwrap
from contextlib import closing
from dataclasses import replace

import pytest
from psycopg2 import OperationalError, errors

from orchestration.serving.roles import PUBLISHER
from orchestration.settings import PROJECT_DIR, Settings
from tests.serving.conftest import PASSWORD, Serving

pytestmark = pytest.mark.slow

GUIDE = (PROJECT_DIR / "docs/operations/serving.md").read_text(encoding="utf-8")
BLOCKS = [textwrap.dedent(block) for block in re.findall(r"(?:^ {4}.+\n(?:\n(?= {4}))?)+", GUIDE, re.MULTILINE)]
DATABASE = "tauekel"


def commands(first_words):
    """The block of the guide that begins with these words."""
    (block,) = [block for block in BLOCKS if block.startswith(first_words)]
    return block


class Administrator:
    """Who types the guide's commands, and PASSWORD wherever psql asks for one."""

    def __init__(self, server, folder):
        self.server = replace(server, dbname=DATABASE)
        self._folder = folder
        address = {"PGHOST": server.host, "PGPORT": str(server.port)}
        self._environment = os.environ | address | {"PGUSER": server.user, "PGPASSWORD": server.password}

    def types(self, command):
        """Run commands of the shell, of which each must go through."""
        # The test's server knows its administrator by the password, not by the user of the machine.
        command = command.replace("sudo -u postgres ", "").replace(".venv/bin/python", sys.executable)
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", command],
            cwd=PROJECT_DIR,
            env=self._environment,
            input=f"{PASSWORD}\n" * 10,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            start_new_session=True,  # psql asks a terminal if there is one
        )
        assert done.returncode == 0, done.stdout
        return done.stdout

    def types_into_psql(self, statements):
        script = self._folder / "typed.sql"
        script.write_text(statements, encoding="utf-8")
        return self.types(f"psql -v ON_ERROR_STOP=1 -d {DATABASE} -f {script}")


@pytest.fixture(scope="module")
def administrator(postgresql_server, tmp_path_factory):
    """The set-up is done, its last step twice: as after a release."""
    made = Administrator(postgresql_server, tmp_path_factory.mktemp("administrator"))
    set_up = commands("sudo -u postgres createdb")
    made.types(set_up)
    made.types(set_up.partition("\n")[2])
    return made


@pytest.fixture(scope="module")
def serving(administrator, tmp_path_factory):
    """The first publication, with the password that was typed."""
    folder = tmp_path_factory.mktemp("guide")
    made = Serving(administrator.server, Settings(landing_dir=folder / "landing", data_dir=folder / "data"))
    rows = "select unnest(['KZ-75', 'KZ-71', 'KZ']) as region_code, 'Қазақстан' as name"
    made.snapshot("run-1", kpi_values=rows, fct_penalties=rows, dim_metric="select 1 as metric_key")
    made.serve()
    return made


def test_the_database_is_utf_8_whatever_the_cluster_is(serving):
    assert serving.ask("select distinct name from marts.kpi_values", PUBLISHER) == [("Қазақстан",)]


def test_an_analyst_is_let_in_and_shut_out(serving, administrator):
    let_in, shut_out = commands("create role aigerim").split("\n\n")
    administrator.types_into_psql(let_in)
    assert serving.ask("select * from marts.my_regions", "aigerim") == [("KZ-75",)]
    assert serving.ask("select run_id from marts.published_snapshot", "aigerim") == [("run-1",)]
    with closing(serving.connect("aigerim")) as session, session.cursor() as cursor:
        cursor.execute("select region_code from marts.kpi_values")
        assert cursor.fetchall() == [("KZ-75",)]
        administrator.types_into_psql(shut_out.partition("\n")[0])
        with pytest.raises(errors.InsufficientPrivilege):
            cursor.execute("select region_code from marts.kpi_values")
        administrator.types_into_psql(shut_out.partition("\n")[2])
        with pytest.raises(OperationalError):
            cursor.execute("select 1")
    assert serving.ask("select 1 from pg_roles where rolname = 'aigerim'") == []


def test_a_role_of_ones_own_reads_the_marts_that_it_was_given(serving, administrator):
    administrator.types_into_psql(commands("create role auditor_general"))
    all_rows = [("KZ",), ("KZ-71",), ("KZ-75",)]
    assert serving.ask("select region_code from marts.fct_penalties order by 1", "auditor_general") == all_rows
    with pytest.raises(errors.InsufficientPrivilege):
        serving.ask("select 1 from marts.kpi_values", "auditor_general")


def test_the_check_of_a_copy_shows_the_run_and_a_regions_rows(serving, administrator):
    printed = administrator.types_into_psql(commands("select run_id"))
    assert re.search(r"^ run-1 ", printed, re.MULTILINE)
    assert re.findall(r"^ (KZ\S*) +\| +(\d+)$", printed, re.MULTILINE) == [("KZ-75", "1")]
