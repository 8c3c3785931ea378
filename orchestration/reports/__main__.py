"""`python -m orchestration.reports [serve]`: build the pages of the published snapshot, or serve the built ones.

Exit code 0: built, or served until it was stopped. 1: a step failed. 2: something is missing; what to do is said.
"""

import argparse
import sys
import time

import duckdb

from orchestration.file_modes import owner_only
from orchestration.reports.build import CannotBuild, build_pages
from orchestration.reports.serve import LOOPBACK, pages_server
from orchestration.runs.exit_codes import ExitCode
from orchestration.settings import Settings

PORT = 3080


def main() -> ExitCode:
    """Do what the arguments say."""
    parser = argparse.ArgumentParser(prog="python -m orchestration.reports", description="The pages for the browser.")
    parser.add_argument("what", nargs="?", choices=["build", "serve"], default="build")
    parser.add_argument("--port", type=int, default=PORT, help=f"port on loopback to serve on (default {PORT})")
    arguments = parser.parse_args()
    owner_only()
    settings = Settings.from_env()
    return _build(settings) if arguments.what == "build" else _serve(settings, arguments.port)


def _build(settings: Settings) -> ExitCode:
    started = time.monotonic()
    try:
        folder = build_pages(settings, print)
    except CannotBuild as problem:
        print(f"no pages: {problem}", file=sys.stderr)
        return ExitCode.CANNOT_START
    except duckdb.CatalogException as problem:
        print(f"no pages: the snapshot is older than the pages, make run, then again ({problem})", file=sys.stderr)
        return ExitCode.CANNOT_START
    print(f"{folder / 'index.html'}: built in {time.monotonic() - started:.0f} s; make report-dev shows it")
    return ExitCode.OK


def _serve(settings: Settings, port: int) -> ExitCode:
    if not (settings.reports_dir / "index.html").exists():
        print(f"no pages in {settings.reports_dir}: make report, then again", file=sys.stderr)
        return ExitCode.CANNOT_START
    try:
        server = pages_server(settings.reports_dir, port)
    except OSError as problem:
        print(f"port {port} cannot be had ({problem}): choose another with --port", file=sys.stderr)
        return ExitCode.CANNOT_START
    print(f"http://{LOOPBACK}:{server.server_port}/ (Ctrl-C ends it)")
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        server.server_close()
    return ExitCode.OK


if __name__ == "__main__":
    sys.exit(main())
