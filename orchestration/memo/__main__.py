"""`python -m orchestration.memo`: writes the year's note from the published snapshot, which it only reads.

Exit code 0: the files are written. 2: there is no snapshot to write from, or the year or folder cannot be used.
"""

import argparse
import os
import sys
from pathlib import Path

from orchestration.file_modes import owner_only
from orchestration.memo.document import Note
from orchestration.memo.html_file import html_of
from orchestration.memo.marts import NothingPublished, default_out, last_whole_year, published, read
from orchestration.memo.note import note_of
from orchestration.memo.word_file import word_of
from orchestration.memo.wording import LANGUAGES
from orchestration.runs.exit_codes import ExitCode
from orchestration.settings import Settings


def main(arguments: list[str] | None = None) -> ExitCode:
    """Write the note in each language that is asked for."""
    settings = Settings.from_env()
    asked = _asked(arguments)
    owner_only()
    try:
        year = asked.year or last_whole_year(published(settings).as_of)
        facts = read(settings, year)
        if not facts.kpis:
            raise NothingPublished(f"The snapshot has no figures of {year}: give another --year.")
        folder = asked.out or default_out(settings)
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for language in LANGUAGES if asked.lang == "all" else (asked.lang,):
            for path in _write(note_of(facts, language), folder):
                print(path)
    except (NothingPublished, OSError) as error:
        print(error, file=sys.stderr)
        return ExitCode.CANNOT_START
    return ExitCode.OK


def _asked(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m orchestration.memo", description="Write the year's note.")
    parser.add_argument("--year", type=int, help="by default the last whole year of the data")
    parser.add_argument("--lang", choices=[*LANGUAGES, "all"], default="all")
    parser.add_argument("--out", type=Path, help="folder of the files, by default memo in the data folder")
    return parser.parse_args(arguments)


def _write(note: Note, folder: Path) -> list[Path]:
    """Each file takes its place whole, and only its owner may read it."""
    written = []
    for suffix, content in (("docx", word_of(note)), ("html", html_of(note).encode())):
        path = folder / f"note_{note.year}_{note.language}.{suffix}"
        draft = path.with_name(f".{path.name}.draft")
        draft.unlink(missing_ok=True)
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
            stream.write(content)
        draft.replace(path)
        written.append(path)
    return written


if __name__ == "__main__":
    sys.exit(main())
