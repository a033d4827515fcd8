"""Waiting for what is awaited, however long a busy machine takes: the end is there for tests that fail."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from pathlib import Path

LONGEST = 300.0  # seconds: what has not happened by then does not happen
_ESTABLISHED = "01"  # of TCP's states, as proc(5) numbers them


def until(happened: Callable[[], object], *, seconds: float = LONGEST) -> float:
    """Wait for something; how many seconds it took."""
    started = time.monotonic()
    while not happened():
        assert time.monotonic() - started < seconds, "it did not happen"
        time.sleep(min(max((time.monotonic() - started) / 10, 0.02), 0.25))  # asking takes from what is waited for
    return time.monotonic() - started


def until_taken(connection: socket.socket) -> None:
    """Wait until the process at the other end, on this machine, has read all that was sent."""
    until(lambda: _far_end(connection) == (_ESTABLISHED, 0, True))


def until_closed(connection: socket.socket) -> None:
    """Wait until the process at the other end, on this machine, has closed, though nothing was read at this end."""
    until(lambda: (end := _far_end(connection)) is None or end[0] != _ESTABLISHED)


def _far_end(connection: socket.socket) -> tuple[str, int, bool] | None:
    """Of the other end of a connection over 127.0.0.1: its state, bytes not yet read, and whether a process has it."""
    near, far = connection.getsockname()[1], connection.getpeername()[1]
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        _, local, remote, state, queues, *rest = line.split()
        if (_port(local), _port(remote)) == (far, near):
            return state, int(queues.split(":")[1], 16), rest[4] != "0"
    return None


def _port(address: str) -> int:
    return int(address.split(":")[1], 16)
