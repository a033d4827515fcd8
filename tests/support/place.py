"""A place outside that takes what is sent to it over HTTP."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Place:
    """Answers POST with what `take` says, or `answers` in turn, and GET with what `give` says."""

    def __init__(self) -> None:
        self.requests: list[tuple[dict[str, str], bytes]] = []
        self.answers: list[tuple[int, bytes]] = []
        self.taken: list[bytes] = []  # what was answered with 200
        place = self

        class Answering(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                place.requests.append(({name.lower(): value for name, value in self.headers.items()}, body))
                status, told = place.answers.pop(0) if place.answers else place.take(body)
                if status == 200:
                    place.taken.append(body)
                self._answer(status, told)

            def do_GET(self) -> None:
                self._answer(*place.give())

            def _answer(self, status: int, body: bytes) -> None:
                self.send_response(status)
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
        self.url = f"http://127.0.0.1:{self._server.server_port}/place"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def take(self, body: bytes) -> tuple[int, bytes]:  # noqa: ARG002 - of those that look at it
        """Status and body of the answer to what was sent."""
        return 200, b""

    def give(self) -> tuple[int, bytes]:
        """Status and body of the answer to who reads."""
        return 404, b""

    def close(self) -> None:
        """Answer no more."""
        self._server.shutdown()
        self._server.server_close()
