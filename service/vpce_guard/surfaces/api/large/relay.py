"""Requests passed on to the process for large ones, and its answers back to who asked."""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import structlog
from fastapi import Request, Response
from fastapi.responses import StreamingResponse
from pydantic_core import from_json

from vpce_guard.errors import EngineError
from vpce_guard.logs import Logger
from vpce_guard.runtime.guard import Guard
from vpce_guard.runtime.telemetry.metrics import ServiceMetrics
from vpce_guard.surfaces.api.asking import take_turn
from vpce_guard.surfaces.api.http.request_id import HEADER, current_request_id
from vpce_guard.surfaces.api.large.protocol import (
    CLIENT,
    COUNTS,
    LOG_COUNTS,
    ORG,
    REVISION,
    encode_caller,
    large_settings,
)

if TYPE_CHECKING:
    import aiohttp

    from vpce_guard.surfaces.api.large.process import LargeProcess

log = Logger("vpce_guard.large")
IDLE = 30.0  # seconds without a request after which the process ends and its memory is given back
_POSSIBLE = os.name == "posix"
_CHUNK = 64 << 10
_OF_CONNECTION = frozenset({"connection", "content-length", "date", "server", "transfer-encoding", "keep-alive"})
_PASSED_ON = ("content-type", "accept", "idempotency-key", "traceparent", "tracestate")


class LargeRequests:
    """The large requests of a service: at most one process at a time. `log_counts` is what its decision log counted.

    Raises OSError where there is no folder for temporary files.
    """

    def __init__(self, guard: Guard, metrics: ServiceMetrics) -> None:
        self._folder = tempfile.mkdtemp(prefix="vpce-guard-")  # which only this user may enter
        self._guard = guard
        self._metrics = metrics
        self._start: type[LargeProcess] | None = None
        self._process: LargeProcess | None = None
        self._asked = 0
        self._idle: asyncio.TimerHandle | None = None
        self._ending: set[asyncio.Task[None]] = set()
        self.log_counts: Counter[str] = Counter()

    async def answer(self, request: Request) -> Response:
        """What the process answers; a body sent as it is made is passed on as it comes. Raises EngineError."""
        async with AsyncExitStack() as stack:
            if request.method == "POST":
                self._guard.check_current()
                await stack.enter_async_context(take_turn(request, request.app.state.turns.heavy))
            large = stack.enter_context(_Asking(self, await self._import_start())).large
            found = await stack.enter_async_context(
                large.ask(
                    request.method,
                    request.url.path + (f"?{request.url.query}" if request.url.query else ""),
                    data=await request.body() if request.method == "POST" else None,
                    headers=self._headers(request),
                )
            )
            headers = {name: value for name, value in found.headers.items() if name.lower() not in _OF_CONNECTION}
            if "content-length" in found.headers:
                content = await found.read()
                await self._take_counts(large)
                return Response(content, status_code=found.status, headers=headers)
            return StreamingResponse(
                _pass_on(found, stack.pop_all()), status_code=found.status, headers=headers, media_type=None
            )

    async def close(self) -> None:
        """End the process."""
        if self._idle is not None:
            self._idle.cancel()
        self._end()
        await asyncio.gather(*self._ending)
        shutil.rmtree(self._folder, ignore_errors=True)

    def _headers(self, request: Request) -> dict[str, str]:
        """Who asks, under which policy, and what of the request counts for its answer."""
        policy = self._guard.policy
        return {
            "authorization": f"Bearer {encode_caller(request.state.caller)}",
            REVISION: policy.bundle.revision,
            ORG: policy.org.current.revision,
            HEADER.decode(): current_request_id(),
            CLIENT: str(structlog.contextvars.get_contextvars().get("client", "")),
            **{name: value for name in _PASSED_ON if (value := request.headers.get(name)) is not None},
        }

    async def _import_start(self) -> type[LargeProcess]:
        """What starts the process: imported with its HTTP client when it is first needed, off the event loop."""
        if self._start is None:
            module = await asyncio.to_thread(import_module, "vpce_guard.surfaces.api.large.process")
            self._start = module.LargeProcess
        return self._start

    def begin(self, start: type[LargeProcess]) -> LargeProcess:
        """The process, for one request more."""
        if self._idle is not None:
            self._idle.cancel()
            self._idle = None
        if self._process is not None and not self._process.is_running:
            log.error("large_process_gone")
            self._end()
        if self._process is None:
            self._process = start(large_settings(self._guard.settings), folder=Path(self._folder))
        self._asked += 1
        return self._process

    def finish(self) -> None:
        """One request less."""
        self._asked -= 1
        if not self._asked:
            self._idle = asyncio.get_running_loop().call_later(IDLE, self._end)

    def _end(self) -> None:
        if self._process is not None:
            task = asyncio.create_task(self._process.end())
            self._ending.add(task)
            task.add_done_callback(self._ending.discard)
            self._process = None

    async def _take_counts(self, large: LargeProcess) -> None:
        """Count what the process did as done here."""
        try:
            async with large.ask("GET", COUNTS) as found:
                told = from_json(await found.read())
        except EngineError:
            return  # what it counted is gone with it
        self._metrics.add(told["metrics"])
        self.log_counts.update(dict(zip(LOG_COUNTS, told["log"], strict=True)))


def make_large(guard: Guard, metrics: ServiceMetrics) -> LargeRequests | None:
    """The process; None where this machine lets none be made, so that the service answers everything itself."""
    if not _POSSIBLE:
        return None
    try:
        return LargeRequests(guard, metrics)
    except OSError as error:
        log.warning("no_large_process", error=str(error))
        return None


class _Asking:
    """The time during which the process is asked."""

    def __init__(self, large: LargeRequests, start: type[LargeProcess]) -> None:
        self._all = large
        self._start = start

    def __enter__(self) -> _Asking:
        self.large = self._all.begin(self._start)
        return self

    def __exit__(self, *_: object) -> None:
        self._all.finish()


async def _pass_on(found: aiohttp.ClientResponse, until: AsyncExitStack) -> AsyncIterator[bytes]:
    async with until:
        async for chunk in found.content.iter_chunked(_CHUNK):
            yield chunk
