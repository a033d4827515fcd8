"""A sink for decision-log events, and the event that a real OPA sends to one."""

from __future__ import annotations

import gzip
import json
import subprocess
import threading
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from tests.support.servers import free_port
from tests.support.waiting import LONGEST, until


class Sink:
    """Takes batches as OPA sends them. `answers` are given in turn, then 200."""

    def __init__(self) -> None:
        self.batches: list[list[Any]] = []
        self.refused: list[list[Any]] = []
        self.requests: list[dict[str, str]] = []
        self.answers: list[tuple[int, dict[str, str]]] = []
        sink = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(gzip.decompress(self.rfile.read(int(self.headers["content-length"]))))
                headers = {name.lower(): value for name, value in self.headers.items()}
                sink.requests.append({"path": self.path, **headers})
                status, more = sink.answers.pop(0) if sink.answers else (200, {})
                (sink.batches if status == 200 else sink.refused).append(body)
                self.send_response(status)
                for name, value in {"content-length": "0", **more}.items():
                    self.send_header(name, value)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/collector"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def ids(self) -> list[str]:
        return [event["decision_id"] for batch in self.batches for event in batch]

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def event_of_opa(opa: str, path: Path) -> Any:
    """The event that a real OPA sends for one query to a sink like ours."""
    sink, port = Sink(), free_port()
    config = {
        "services": {"sink": {"url": sink.url}},
        "decision_logs": {"service": "sink", "reporting": {"min_delay_seconds": 1, "max_delay_seconds": 1}},
    }
    (path / "opa.json").write_text(json.dumps(config))
    (path / "p.rego").write_text("package p\nallow := true\n")
    command = [opa, "run", "-s", "-l", "error", "--addr", f"127.0.0.1:{port}", "-c", path / "opa.json", path / "p.rego"]
    process = subprocess.Popen(command)
    try:
        question = urllib.request.Request(f"http://127.0.0.1:{port}/v1/data/p/allow", b'{"input": {"a": 1}}')
        until(lambda: _answered(question))
        until(lambda: sink.batches)
        assert sink.requests[0]["content-encoding"] == "gzip"
        assert sink.requests[0]["path"] == "/collector/logs"
        return sink.batches[0][0]
    finally:
        process.terminate()
        process.wait(LONGEST)
        sink.close()


def _answered(question: urllib.request.Request) -> bool:
    try:
        with urllib.request.urlopen(question, timeout=LONGEST):
            return True
    except OSError:
        return False
