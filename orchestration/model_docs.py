"""dbt's documentation of the models as one file with lineage: `make docs`, then open data/dbt_docs/index.html.

It is about the project: of the data it holds only the marts' column types, where a snapshot is published. The warehouse
is not read, so no run waits for it, and it says nothing of the machine that made it.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from orchestration.file_modes import owner_only
from orchestration.runs.exit_codes import ExitCode
from orchestration.runs.run_lock import Busy, writing
from orchestration.settings import PROJECT_DIR, Settings

# Relative: dbt writes the folder's path into the documentation.
WORK = Path("target/docs")
# dbt copies variables of this name into its artefacts.
COPIED_BY_DBT = "DBT_ENV_CUSTOM_ENV_"


def generate(settings: Settings) -> str:
    """The page as text. Raises CalledProcessError when dbt cannot make it; dbt has then said why."""
    work = PROJECT_DIR / WORK
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    environment = {name: value for name, value in os.environ.items() if not name.startswith(COPIED_BY_DBT)}
    if settings.published_marts.exists():
        environment |= {"TAUEKEL_DATA_DIR": str(settings.data_dir), "TAUEKEL_DBT_TARGET": "published"}
        catalog = []
    else:  # dbt compiles against a database of its own, which stays empty
        environment |= {"TAUEKEL_DATA_DIR": str(WORK), "TAUEKEL_DBT_TARGET": "warehouse"}
        catalog = ["--empty-catalog"]
    arguments = ["--static", "--quiet", "--target-path", str(WORK), "--log-path", str(WORK), *catalog]
    subprocess.run(  # noqa: S603
        [Path(sys.executable).with_name("dbt"), "docs", "generate", *arguments],
        cwd=PROJECT_DIR,
        env=environment,
        check=True,
    )
    # the root of the checkout, which dbt writes beside each seed
    page = (work / "static_index.html").read_text(encoding="utf-8")
    return page.replace(str(PROJECT_DIR), ".")


def main() -> int:
    """Write the page and say where it is; the exit code."""
    owner_only()
    settings = Settings.from_env()
    try:
        page = generate(settings)
        with writing(settings, "documentation of the models", report=print):
            settings.dbt_docs_dir.mkdir(exist_ok=True)
            draft = settings.dbt_docs_dir / "index.draft.html"
            draft.write_text(page, encoding="utf-8")
            draft.replace(settings.dbt_docs_dir / "index.html")
    except subprocess.CalledProcessError:
        return ExitCode.FAILED
    except Busy as busy:
        print(busy, file=sys.stderr)
        return ExitCode.BUSY
    print(f"{settings.dbt_docs_dir / 'index.html'}: the models, their columns, and the lineage")
    return ExitCode.OK


if __name__ == "__main__":
    sys.exit(main())
