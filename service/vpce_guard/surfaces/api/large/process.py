"""The process as its service sees it: started when it is first needed, ended when it was not needed for a while.

Requests reach it over a socket in a folder of this user only, so that nobody else can ask it in a caller's name.
"""

from __future__ import annotations

import asyncio
import secrets
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import aiohttp

from vpce_guard.errors import EngineError
from vpce_guard.logs import Logger
from vpce_guard.settings import Settings

log = Logger("vpce_guard.large")
_STARTING = 10.0  # seconds that its start may take
_ENDING = 10.0  # seconds in which it finishes what it has
_BACKLOG = 128


class LargeProcess:
    """One process that answers requests, for one event loop."""

    def __init__(self, settings: Settings, *, folder: Path) -> None:
        """Raises OSError where nothing can be started."""
        self._within = settings.request_timeout + settings.log_timeout + _STARTING
        self._socket = folder / secrets.token_hex(4)  # a path to a socket may have some 100 characters
        path = str(self._socket)
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listening:
            listening.bind(path)
            listening.listen(_BACKLOG)  # what comes before it has started waits
            self._process = subprocess.Popen(  # noqa: S603 - ourselves
                [sys.executable, "-m", "vpce_guard.surfaces.api.large.main", str(listening.fileno())],
                stdin=subprocess.PIPE,
                pass_fds=[listening.fileno()],
                start_new_session=True,  # a signal from the terminal is for the service, which ends it in order
            )
        assert self._process.stdin is not None  # noqa: S101 - how it was started
        with suppress(BrokenPipeError):  # it has ended already, which the first request finds
            self._process.stdin.write(settings.model_dump_json().encode() + b"\n")
            self._process.stdin.flush()
        self._session = aiohttp.ClientSession(
            connector=aiohttp.UnixConnector(path, limit=0), timeout=aiohttp.ClientTimeout(total=None)
        )
        log.info("large_process_started", process=self._process.pid)

    @property
    def is_running(self) -> bool:
        """Whether it has not ended by itself."""
        return self._process.poll() is None

    @asynccontextmanager
    async def ask(self, method: str, target: str, **request: Any) -> AsyncIterator[aiohttp.ClientResponse]:
        """The beginning of its answer. Raises EngineError where there is none in time; then the process is ended."""
        try:
            async with asyncio.timeout(self._within):
                response = await self._session.request(method, f"http://large{target}", **request)
        except TimeoutError:
            self._process.kill()
            raise EngineError(
                f"The process for large requests did not answer within {self._within:g} s.",
                advice="Send fewer endpoints at once.",
            ) from None
        except (aiohttp.ClientError, OSError):
            raise _gone_error() from None
        try:
            yield response
        except aiohttp.ClientError:
            raise _gone_error() from None
        finally:
            response.close()

    async def end(self) -> None:
        """Have it finish what it has, and end."""
        await self._session.close()
        await asyncio.to_thread(self._end)

    def _end(self) -> None:
        assert self._process.stdin is not None  # noqa: S101 - how it was started
        with suppress(OSError):
            self._process.stdin.close()  # it stops when it can read no more
        try:
            self._process.wait(_ENDING)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._socket.unlink(missing_ok=True)
        log.info("large_process_ended", process=self._process.pid)


def _gone_error() -> EngineError:
    return EngineError(
        "The process for large requests ended before it had answered.", advice="Send fewer endpoints at once."
    )
