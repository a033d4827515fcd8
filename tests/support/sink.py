"""A sink for decision-log events, and the event that a real OPA sends to one."""

from __future__ import annotations

import gzip
import json
import subprocess
import urllib.request
from pathlib import Path
from typing import Any

from tests.support.place import Place
from tests.support.servers import free_port
from tests.support.waiting import LONGEST, until


class Sink(Place):
    """Takes batches as OPA sends them."""

    @property
    def batches(self) -> list[list[Any]]:
        """The events of each batch that was taken."""
        return [events_in(body) for body in self.taken]

    @property
    def ids(self) -> list[str]:
        """The ids of the decisions that were taken."""
        return [event["decision_id"] for batch in self.batches for event in batch]


def events_in(body: bytes) -> list[Any]:
    """The events that were sent."""
    events: list[Any] = json.loads(gzip.decompress(body))
    return events


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
        headers, _ = sink.requests[0]
        assert (headers["content-encoding"], headers["path"]) == ("gzip", "/place/logs")
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
