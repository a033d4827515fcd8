"""The program of that process: `python -m vpce_guard.surfaces.api.large.main FD`, its settings on standard input.

It serves on the listening socket FD until standard input ends, which it does with the service.
"""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

import structlog
import uvicorn
from pydantic_core import to_json

from vpce_guard import logs
from vpce_guard.runtime.guard import Guard
from vpce_guard.runtime.replicas.following import Replica
from vpce_guard.runtime.rollout.in_force import Rollout
from vpce_guard.runtime.telemetry.observer import TelemetryObserver
from vpce_guard.runtime.wiring import make_guard, open_log
from vpce_guard.settings import Settings
from vpce_guard.surfaces.api import make_app
from vpce_guard.surfaces.api.large.protocol import CLIENT, COUNTS, LOG_COUNTS, ORG, REVISION, KnownCallers

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

_NICER = 5  # what the service does itself goes first


def main() -> None:
    """Serve until the service is gone, or wants no more."""
    with suppress(OSError):
        os.nice(_NICER)
    settings = Settings.model_validate_json(sys.stdin.buffer.readline())
    logs.configure(settings.log_level)
    guard = make_guard(settings)
    guard = replace(guard, decision_log=open_log(settings))
    app = make_app(guard, callers=[KnownCallers()])
    config = uvicorn.Config(
        SamePolicy(app, guard=guard, life=app.state.life, replica=app.state.replica),
        fd=int(sys.argv[1]),
        log_config=None,
        timeout_graceful_shutdown=int(settings.shutdown_seconds) or 1,
    )
    server = uvicorn.Server(config)
    threading.Thread(target=_watch_input, args=[server], name="service-watch", daemon=True).start()
    server.run()


def _watch_input(server: uvicorn.Server) -> None:
    sys.stdin.buffer.read()
    server.should_exit = True


class SamePolicy:
    """ASGI middleware: a request is answered under the policy that is in force in the service by now.

    It also tells what was counted since it was asked last.
    """

    def __init__(self, app: ASGIApp, *, guard: Guard, life: Rollout | None, replica: Replica | None = None) -> None:
        self._app = app
        self._guard = guard
        self._life = life
        self._replica = replica
        self._told = [0] * len(LOG_COUNTS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, once the policy is that of the service."""
        if scope["type"] == "http":
            if scope["path"] == COUNTS:
                await self._tell_counts(send)
                return
            headers = dict(scope["headers"])
            if client := headers.get(CLIENT.encode()):
                structlog.contextvars.bind_contextvars(client=client.decode())
            await self._catch_up(headers)
        await self._app(scope, receive, send)

    async def _catch_up(self, headers: dict[bytes, bytes]) -> None:
        if self._life is not None and headers.get(REVISION.encode()) != self._guard.bundle.revision.encode():
            await self._life.catch_up()
        if headers.get(ORG.encode()) != self._guard.org.current.revision.encode():
            await asyncio.to_thread(self._guard.org.refresh if self._replica is None else self._replica.look)

    async def _tell_counts(self, send: Send) -> None:
        observer, writer = self._guard.observer, self._guard.decision_log
        now = [getattr(writer, name) for name in LOG_COUNTS] if writer is not None else self._told
        since, self._told = [new - old for new, old in zip(now, self._told, strict=True)], now
        assert isinstance(observer, TelemetryObserver)  # noqa: S101 - make_app made it
        content = to_json({"metrics": observer.metrics.take(), "log": since})
        await send(
            {"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % len(content))]}
        )
        await send({"type": "http.response.body", "body": content})


if __name__ == "__main__":
    main()
