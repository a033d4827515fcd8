"""A listener of its own for Kubernetes API servers: /v1/admission and the health pages, and nothing else.

A managed control plane sends no bearer token to a webhook, so whoever reaches this listener may ask; where it shows a
certificate, that is asked for in TLS. Everything else of the service stays behind its credentials.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import structlog
import uvicorn
from fastapi import FastAPI

from vpce_guard import __version__
from vpce_guard.errors import SettingsError
from vpce_guard.setting_values import is_loopback
from vpce_guard.settings import Settings
from vpce_guard.surfaces.api.http import problems
from vpce_guard.surfaces.api.http.addresses import Addresses
from vpce_guard.surfaces.api.http.callers import Caller
from vpce_guard.surfaces.api.http.requests import Requests
from vpce_guard.surfaces.api.routes import admission, health

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

_NO_TELEMETRY: Any = {"tracing": False, "metrics": False, "logs": False, "auto_configure": False}
_API_SERVER = Caller("kubernetes", frozenset({"decide"}))


def check_door(settings: Settings) -> None:
    """Raise SettingsError for a listener that no API server could use: they speak TLS only."""
    if settings.admission_port is None:
        return
    if settings.admission_tls_cert_file is None and not is_loopback(settings.admission_host):
        raise SettingsError(
            f"admission_port: API servers speak TLS only, and {settings.admission_host} has no certificate.",
            advice="Set VPCE_GUARD_ADMISSION_TLS_CERT_FILE, or bind VPCE_GUARD_ADMISSION_HOST to 127.0.0.1.",
        )


def make_admission_app(app: FastAPI) -> FastAPI:
    """The application of the listener, over the guard and the limits of the whole one."""
    door = FastAPI(
        title="vpce-guard admission",
        version=__version__,
        openapi_url=None,
        redirect_slashes=False,
        telemetry=_NO_TELEMETRY,
    )
    door.state = app.state
    problems.install(door)
    for module in (admission, health):
        door.router.routes += module.router.routes
    door.add_middleware(_AsApiServer)
    guard = app.state.guard
    settings = guard.settings
    addresses = Addresses(settings.trusted_proxies) if settings.log_client else None
    door.add_middleware(Requests, observer=guard.observer, access_log=settings.access_log, addresses=addresses)
    return door


class DoorServer(uvicorn.Server):
    """uvicorn's, beside another one that is told to stop: it takes no signals itself."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals to the other one."""
        yield


class _AsApiServer:
    """ASGI middleware: every request is one of an API server, which may ask and do nothing else."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008, "reason": "WebSocket connections are not supported."})
            return
        if scope["type"] == "http":
            of_health = scope["path"] in ("/healthz", "/readyz")
            scope.setdefault("state", {})["caller"] = None if of_health else _API_SERVER
            structlog.contextvars.bind_contextvars(caller=_API_SERVER.name)
        await self._app(scope, receive, send)
