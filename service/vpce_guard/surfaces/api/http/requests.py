"""Each request observed: given an id, counted, timed, logged and, where traces are on, a span. Outside of all else."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import structlog
from starlette.requests import ClientDisconnect

from vpce_guard.logs import Logger
from vpce_guard.runtime.telemetry.observer import TelemetryObserver
from vpce_guard.surfaces.api.http.addresses import Addresses
from vpce_guard.surfaces.api.http.request_id import HEADER, take_request_id

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from vpce_guard.runtime.telemetry.traces import Span

log = Logger("vpce_guard.api")
_PROBES = frozenset({"/healthz", "/readyz", "/metrics"})
_NO_ROUTE = "none"
_GONE = 499  # what nginx calls a client that closed the connection


class Requests:
    """ASGI middleware. What it learns of the caller, the route and the problem stands in the scope afterwards."""

    def __init__(
        self, app: ASGIApp, *, observer: TelemetryObserver, access_log: str, addresses: Addresses | None = None
    ) -> None:
        """With `addresses`, log lines say where a request comes from."""
        self._app = app
        self._metrics = observer.metrics
        self._traces = observer.traces
        self._addresses = addresses
        self._logged_from = {"all": 0, "refused": 400, "off": 1000}[access_log]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and tell of it once it is answered, or failed."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status, request_id = 0, self._identify(scope)

        async def send_noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                others = (field for field in message.get("headers", ()) if field[0] != HEADER)
                message["headers"] = [*others, (HEADER, request_id.encode())]
            await send(message)

        span = self._span(scope)
        started = time.perf_counter()
        self._metrics.in_flight += 1
        failure: BaseException | None = None
        try:
            await self._app(scope, receive, send_noting)
        except BaseException as error:
            failure = error
            raise
        finally:
            self._metrics.in_flight -= 1
            self._tell(scope, status or _failure_status(failure), time.perf_counter() - started, span)

    def _identify(self, scope: Scope) -> str:
        """The id of the request, which every line of it has."""
        request_id = take_request_id(scope["headers"])
        bound = {"request_id": request_id}
        if self._addresses is not None and (address := self._addresses.find_client(scope)) is not None:
            bound["client"] = address
        structlog.contextvars.bind_contextvars(**bound)
        return request_id

    def _span(self, scope: Scope) -> Span | None:
        if self._traces is None or scope["path"] in _PROBES:
            return None
        span = self._traces.request(scope["headers"], method=scope["method"])
        structlog.contextvars.bind_contextvars(trace_id=span.trace_id)
        return span

    def _tell(self, scope: Scope, status: int, seconds: float, span: Span | None) -> None:
        route, method = getattr(scope.get("route"), "path", _NO_ROUTE), scope["method"]
        self._metrics.count_request(route=route, method=method, status=status, seconds=seconds)
        if (reason := scope.get("state", {}).get("refused")) is not None:
            self._metrics.count_refusal(reason)
        if status >= (400 if scope["path"] in _PROBES else 0) and status >= self._logged_from:
            log.info("request", method=method, route=route, status=status, duration_ms=round(seconds * 1000, 3))
        if span is not None:
            about = {"http.request.method": method, "http.route": route, "http.response.status_code": status}
            span.end(about, failed=str(status) if status >= 500 else None, name=f"{method} {route}")


def _failure_status(failure: BaseException | None) -> int:
    """The status of a request without an answer, as it would have been."""
    return _GONE if failure is None or isinstance(failure, ClientDisconnect) else 500
