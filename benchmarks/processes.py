"""Servers that a benchmark asks, as processes on 127.0.0.1."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    return port


@contextmanager
def process(
    command: list[str], flag: str, health: str, *, environment: Mapping[str, str] | None = None
) -> Iterator[int]:
    """The port of a server that is told it with a flag, from when a path answers 200 to the end of the context."""
    port = free_port()
    where = f"127.0.0.1:{port}" if flag == "--addr" else str(port)
    server = subprocess.Popen(
        [*command, flag, where], stderr=subprocess.DEVNULL, env={**os.environ, **(environment or {})}
    )
    try:
        for _ in range(600):
            try:
                connection = http.client.HTTPConnection("127.0.0.1", port, timeout=1)
                connection.request("GET", health)
                if connection.getresponse().status == 200:
                    break
            except OSError:
                time.sleep(0.05)
        yield port
    finally:
        server.terminate()
        server.wait(timeout=30)
