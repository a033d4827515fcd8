"""`vpce-guard` as processes of their own that start at once.

Two of three seconds that a service takes to start go into importing it. One process imports it, and forks for each
service that the tests start: what runs is the command with its own arguments, environment, streams and folder. Tests of
what happens before the command line is read, or of how a process looks from outside, start `python -m vpce_guard`.
"""

from __future__ import annotations

import atexit
import gc
import json
import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
IMPORTED = (
    "alembic.command",
    "alembic.context",
    "psycopg",
    "sqlalchemy.dialects.postgresql",
    "sqlalchemy.dialects.sqlite",
    "uvicorn.lifespan.on",
    "vpce_guard.authoring.rego.edited",
    "vpce_guard.decision_log.database",
    "vpce_guard.formats.cloudformation.template",
    "vpce_guard.formats.kubernetes.documents",
    "vpce_guard.formats.pulumi.preview",
    "vpce_guard.runtime.rollout.source_reload",
    "vpce_guard.surfaces.api",
    "vpce_guard.surfaces.api.admission_door",
    "vpce_guard.surfaces.api.http.server",
    "vpce_guard.surfaces.cli.serve",
    "wasmtime",
)
_STATUS = 16  # bytes of an exit status, as text


class Process:
    """A started command; what `subprocess.Popen` says of one."""

    def __init__(self, pid: int, status: int) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self._status = status

    def __enter__(self) -> Process:
        return self

    def __exit__(self, *_: object) -> None:
        self.wait()

    def poll(self) -> int | None:
        """The exit code, or None while it runs."""
        return self._read(0)

    def wait(self, timeout: float | None = None) -> int:
        """Wait for the end; the exit code. Raises subprocess.TimeoutExpired."""
        code = self._read(timeout)
        if code is None:
            raise subprocess.TimeoutExpired("vpce-guard", timeout or 0)
        return code

    def _read(self, timeout: float | None) -> int | None:
        if self.returncode is None and _readable([self._status], timeout):
            self.returncode = int(os.read(self._status, _STATUS))
            os.close(self._status)
        return self.returncode

    def send_signal(self, sent: int) -> None:
        """Send a signal, if it still runs."""
        if self.poll() is None:
            os.kill(self.pid, sent)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it."""
        self.send_signal(signal.SIGKILL)


def start(
    arguments: Sequence[object],
    *,
    env: Mapping[str, str],
    cwd: Path | None = None,
    stdout: int | None = None,
    stderr: int | None = None,
) -> Process:
    """Start `vpce-guard` with arguments. Streams are file descriptors, `subprocess.DEVNULL`, or those of the tests."""
    asked = {"arguments": [str(part) for part in arguments], "env": dict(env), "cwd": str(cwd or Path.cwd())}
    status, told = os.pipe()
    with open(os.devnull, "wb") as nowhere:
        streams = [nowhere.fileno() if stream == subprocess.DEVNULL else stream for stream in (stdout, stderr)]
        given = [1 if streams[0] is None else streams[0], 2 if streams[1] is None else streams[1], told]
        connection = _forker()
        socket.send_fds(connection, [len(body := json.dumps(asked).encode()).to_bytes(4, "big")], given)
        connection.sendall(body)
    os.close(told)
    return Process(int.from_bytes(connection.recv(4, socket.MSG_WAITALL), "big"), status)


@cache
def _forker() -> socket.socket:
    """The connection to the process that forks; it ends when the tests do."""
    ours, theirs = socket.socketpair()
    command = [sys.executable, "-m", "tests.support.warm", str(theirs.fileno())]
    process = subprocess.Popen(command, cwd=ROOT, pass_fds=[theirs.fileno()])
    theirs.close()

    def end() -> None:
        ours.close()
        process.wait()

    atexit.register(end)
    return ours


def _fork_when_asked(connection: socket.socket) -> Sequence[str]:
    """Fork for each request; returns in the child, with its arguments. Ends the process when the tests are gone."""
    running: dict[int, int] = {}
    awake, waker = os.pipe()
    os.set_blocking(waker, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(waker, warn_on_full_buffer=False)
    while True:
        ready = _readable([connection.fileno(), awake])
        if awake in ready:
            os.read(awake, 1 << 12)
            _tell_ends(running)
        if connection.fileno() not in ready:
            continue
        size, given, *_ = socket.recv_fds(connection, 4, 3)
        if not size:
            sys.exit(0)
        asked = json.loads(connection.recv(int.from_bytes(size, "big"), socket.MSG_WAITALL))
        pid = os.fork()
        if pid == 0:
            signal.set_wakeup_fd(-1)
            for unused in (awake, waker, connection.detach(), *running.values(), given[2]):
                os.close(unused)
            return _become(asked, *given[:2])
        running[pid] = given[2]
        for stream in given[:2]:
            os.close(stream)
        connection.sendall(pid.to_bytes(4, "big"))


def _readable(descriptors: Sequence[int], timeout: float | None = None) -> list[int]:
    """Those that have something to read, or none after a time in seconds; select() takes none above 1,023."""
    poll = select.poll()
    for one in descriptors:
        poll.register(one, select.POLLIN)
    return [one for one, _ in poll.poll(None if timeout is None else timeout * 1000)]


def _tell_ends(running: dict[int, int]) -> None:
    """Write the exit code of each process that has ended to where it was asked for."""
    while running:
        pid, status = os.waitpid(-1, os.WNOHANG)
        if not pid:
            return
        told = running.pop(pid)
        with suppress(BrokenPipeError):  # where nobody waits for it any more
            os.write(told, str(os.waitstatus_to_exitcode(status)).encode())
        os.close(told)


def _become(asked: Mapping[str, Any], stdout: int, stderr: int) -> Sequence[str]:
    """Make this process one that was started with what was asked for; its arguments."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.environ.clear()
    os.environ.update(asked["env"])
    time.tzset()
    os.chdir(asked["cwd"])
    for stream, number in ((stdout, 1), (stderr, 2)):
        os.dup2(stream, number)
        os.close(stream)
    arguments: Sequence[str] = asked["arguments"]
    return arguments


if __name__ == "__main__":
    __package__ = ""  # then usage names the command
    for name in IMPORTED:
        import_module(name)
    gc.freeze()  # what is imported is not written to in each child
    sys.argv = ["vpce-guard", *_fork_when_asked(socket.socket(fileno=int(sys.argv[1])))]
    from vpce_guard.surfaces.cli import main

    main()
