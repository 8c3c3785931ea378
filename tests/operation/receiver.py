"""A web server on loopback that keeps what is posted to it, as a messenger's webhook would get it."""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Receiver:
    """`posted` holds the content type and the JSON of each post; `answer` is the status that it gives.

    For `drips_for` seconds it sends one more header each tenth of a second, before its answer is complete.
    """

    def __init__(self):
        self.posted = []
        self.answer = 200
        self.drips_for = 0.0
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.posted.append((self.headers["Content-Type"], json.loads(body)))
                self.send_response(receiver.answer)
                until = time.monotonic() + receiver.drips_for
                while time.monotonic() < until:
                    self.send_header("X-Not-Yet", "1")
                    self.flush_headers()
                    time.sleep(0.1)
                self.end_headers()

            def log_message(self, format, *args):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/hook?secret=of-the-hook"

    def __enter__(self):
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        """Nobody answers any more; closing twice is fine."""
        self._server.shutdown()
        self._server.server_close()
