"""A place outside that takes what is sent to it over HTTP."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple


class Answer(NamedTuple):
    """What is answered."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = {}


class Place:
    """Answers POST with what `take` says, or `answers` in turn, and GET with what `give` says."""

    def __init__(self) -> None:
        self.requests: list[tuple[dict[str, str], bytes]] = []  # headers, with `path` among them, and body
        self.answers: list[Answer] = []
        self.taken: list[bytes] = []  # what was answered with 200
        self.refused: list[bytes] = []
        place = self

        class Answering(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                headers = {name.lower(): value for name, value in self.headers.items()}
                place.requests.append(({"path": self.path, **headers}, body))
                answer = place.answers.pop(0) if place.answers else place.take(body)
                (place.taken if answer.status == 200 else place.refused).append(body)
                self._answer(answer)

            def do_GET(self) -> None:
                self._answer(place.give())

            def _answer(self, answer: Answer) -> None:
                self.send_response(answer.status)
                for name, value in {"content-length": str(len(answer.body)), **answer.headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(answer.body)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
        self.url = f"http://127.0.0.1:{self._server.server_port}/place"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def take(self, body: bytes) -> Answer:  # noqa: ARG002 - of those that look at it
        """The answer to what was sent."""
        return Answer(200)

    def give(self) -> Answer:
        """The answer to who reads."""
        return Answer(404)

    def close(self) -> None:
        """Answer no more."""
        self._server.shutdown()
        self._server.server_close()
