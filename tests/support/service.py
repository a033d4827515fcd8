"""The service as a process, for tests of how it begins, stops and is reached."""

from __future__ import annotations

import json
import os
import socket
import ssl
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.support import warm
from tests.support.waiting import LONGEST, until


@dataclass(frozen=True)
class Service:
    """A running service: its process, where it answers, and the file its log lines go to."""

    process: warm.Process
    port: int
    log: Path

    def events(self) -> list[dict[str, Any]]:
        """What it has logged."""
        return [json.loads(line) for line in self.log.read_text().split("\n")[:-1] if line.startswith("{")]


@contextmanager
def running(folder: Path, *, arguments: Sequence[object] = (), **settings: object) -> Iterator[Service]:
    """A service with settings by their names, once it listens; killed in the end if it still runs.

    `arguments` are more words of the command.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    given = {"port": port, "database_url": f"sqlite:///{folder / 'decisions.db'}", **settings}
    environment = {**os.environ, **{f"VPCE_GUARD_{name.upper()}": str(value) for name, value in given.items()}}
    log = folder / "service.log"
    with log.open("wb") as output:
        process = warm.start(["serve", *arguments], env=environment, stderr=output.fileno())
    service = Service(process, port, log)
    try:
        until(lambda: _serves(service))
        yield service
    finally:
        process.kill()
        process.wait(LONGEST)


def _serves(service: Service) -> bool:
    assert service.process.poll() is None, service.log.read_text()
    return any(event["event"] == "serving" for event in service.events())


def get(
    service: Service, path: str, *, context: ssl.SSLContext | None = None, key: str | None = None
) -> tuple[int, Any]:
    """The status and body of a GET; `key` is that of a caller."""
    url = f"{'https' if context else 'http'}://127.0.0.1:{service.port}{path}"
    request = urllib.request.Request(url, headers={"authorization": f"Bearer {key}"} if key else {})
    try:
        with urllib.request.urlopen(request, timeout=LONGEST, context=context) as answer:
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.loads(error.read())
