"""A real `vpce-guard serve`, and raw connections to it."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.support import warm
from tests.support.opa_server import free_port
from tests.support.waiting import LONGEST, until

GATEWAY = {"VpcId": "vpc-0a000001", "ServiceName": "com.amazonaws.us-east-1.s3", "RouteTableIds": ["rtb-0a000001"]}
HOST = b"Host: localhost\r\n"
HEALTH = b"GET /healthz HTTP/1.1\r\n" + HOST + b"\r\n"


@contextmanager
def serving(
    directory: Path,
    *,
    start: Callable[[int], Sequence[object]] = lambda port: ["serve", "--port", port],
    **settings: Any,
) -> Iterator[int]:
    """The port of a service of its own, with these settings; `start` is the command that has it listen on a port."""
    port = free_port()
    values = {"database_url": f"sqlite:///{directory / 'decisions.db'}", "log_level": "error", **settings}
    environ = {**os.environ, **{f"VPCE_GUARD_{name.upper()}": str(value) for name, value in values.items()}}
    with warm.start(start(port), env=environ, stderr=subprocess.DEVNULL) as process:
        try:
            until(lambda: _answers(process, port))
            yield port
        finally:
            process.terminate()
            try:
                process.wait(LONGEST)
            except subprocess.TimeoutExpired:
                process.kill()


def _answers(process: warm.Process, port: int) -> bool:
    assert process.poll() is None, "the service did not start"
    try:
        urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=LONGEST).close()
    except OSError:
        return False
    return True


class Wire:
    """A connection on which anything may be sent."""

    def __init__(self, port: int, *, buffer: int | None = None) -> None:
        self.socket = socket.socket()
        if buffer is not None:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
        self.socket.settimeout(LONGEST)
        self.socket.connect(("127.0.0.1", port))

    def __enter__(self) -> Wire:
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    def send(self, data: bytes) -> bool:
        """Send; False if the other side is gone."""
        try:
            self.socket.sendall(data)
        except OSError:
            return False
        return True

    def trickle(self, data: bytes, *, pause: float = 0.05, most: float = LONGEST) -> None:
        """Send byte by byte until the other side has answered, is gone, or too much time has passed."""
        limit = time.monotonic() + most
        for at in range(len(data)):
            if not self.send(data[at : at + 1]) or self.answered(pause):
                return
            assert time.monotonic() < limit, "the service went on listening"

    def answered(self, seconds: float) -> bool:
        """Whether something, or the end, can be read within a time."""
        self.socket.settimeout(seconds)
        try:
            self.socket.recv(1, socket.MSG_PEEK)
        except TimeoutError:
            return False
        except OSError:
            return True
        finally:
            self.socket.settimeout(LONGEST)
        return True

    def rest(self) -> bytes:
        """All that comes until the other side closes, which must happen."""
        found = b""
        try:
            while data := self.socket.recv(1 << 16):
                found += data
        except ConnectionError:
            pass
        return found

    def answer(self) -> tuple[int, dict[str, str], bytes]:
        """The next answer: status, headers and body."""
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            data = self.socket.recv(1)
            assert data, f"closed after {head!r}"
            head += data
        line, *fields = head.decode().split("\r\n")[:-2]
        headers = {name.lower(): value for name, value in (field.split(": ", 1) for field in fields)}
        size = int(headers.get("content-length", 0))
        body = b""
        while len(body) < size:
            body += self.socket.recv(size - len(body))
        return int(line.split()[1]), headers, body


def post(body: bytes, *fields: bytes, path: bytes = b"/v1/decisions") -> bytes:
    """A request with a body."""
    length = b"Content-Length: %d\r\n" % len(body)
    return b"POST %b HTTP/1.1\r\n" % path + HOST + length + b"".join(f + b"\r\n" for f in fields) + b"\r\n" + body


def decide(port: int) -> None:
    """Get a decision."""
    with Wire(port) as wire:
        wire.send(post(json.dumps({"document": GATEWAY}).encode()))
        status, _, body = wire.answer()
    assert status == 200
    assert json.loads(body)["allowed"] is True
