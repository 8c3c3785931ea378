"""The built pages on loopback, with a content rule under which a browser asks no other host for anything."""

import sys
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

LOOPBACK = "127.0.0.1"
# Scripts of the pages stand in the pages, and DuckDB runs as WebAssembly in a worker of its own.
CONTENT_RULE = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; worker-src 'self' blob:; connect-src 'self'; "
    "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
)


class PagesHandler(SimpleHTTPRequestHandler):
    """Serves files, says nothing, and lets nothing in from outside."""

    def end_headers(self) -> None:
        """Add the content rule to each answer."""
        self.send_header("Content-Security-Policy", CONTENT_RULE)
        self.send_header("Referrer-Policy", "no-referrer")
        self.send_header("X-Content-Type-Options", "nosniff")
        super().end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Print nothing for each request."""


class PagesServer(ThreadingHTTPServer):
    """A thread a request. That a browser left before it had its answer is no fault, and nothing is said of it."""

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Print the fault of a request, unless it is the reader's going away."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


def pages_server(folder: Path, port: int) -> ThreadingHTTPServer:
    """A server of the pages in `folder`; port 0 takes a free one. OSError when the port is taken."""
    return PagesServer((LOOPBACK, port), partial(PagesHandler, directory=str(folder)))
