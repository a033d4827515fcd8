"""Who may ask for what: known callers with the scope a path needs, or, where no credentials are set, this machine.

Everything is decided before the request is looked at any further.
"""

from __future__ import annotations

import ipaddress
import math
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool

from vpce_guard.api.callers import Caller, KeyFile, Pace, callers, refusal
from vpce_guard.api.problems import respond
from vpce_guard.errors import ForbiddenError, OverloadedError, SettingsError, VpceGuardError
from vpce_guard.settings import Settings

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

_SIGNED = frozenset({"/v1/run-task"})
_WATCHED = frozenset({"/healthz", "/readyz", "/metrics"})
_LOCAL_NAMES = frozenset({b"localhost", b"127.0.0.1", b"[::1]", b"testserver"})
_LOCAL = Caller("local")
_MOST_TOKEN = 16_384
_NEEDS = (
    ("/v1/bundles", "author"),
    ("/status", "read"),
    ("/v1/replays", "author"),
    ("/v1/decisions", "decide"),
    ("/v1/admission", "decide"),
    ("/v1/advice", "decide"),
    ("/v1/explanations", "decide"),
)


class Access:
    """ASGI middleware: puts the caller into the request's state, or answers 401, 403 or 429."""

    def __init__(self, app: ASGIApp, *, settings: Settings) -> None:
        """Raises SettingsError for credentials that cannot work."""
        self._app = app
        self._callers = callers(settings)
        self._pace = Pace(settings.caller_rate, settings.caller_burst) if settings.caller_rate else None
        self._open = _SIGNED | (_WATCHED if settings.open_health else frozenset())
        self._most = settings.max_concurrent
        self._busy = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer why not."""
        if scope["type"] != "http" or scope["path"] in self._open:
            await self._app(scope, receive, send)
            return
        try:
            scope.setdefault("state", {})["caller"] = await self._admitted(scope)
        except VpceGuardError as error:
            await respond(scope, receive, send, error)
            return
        self._busy += 1
        try:
            await self._app(scope, receive, send)
        finally:
            self._busy -= 1

    async def _admitted(self, scope: Scope) -> Caller:
        """The caller. Raises CredentialsError, ForbiddenError or OverloadedError."""
        caller = await self._known(scope)
        if caller is None:
            raise refusal(open_to_local=not self._callers)
        needed = _needed(scope)
        if not caller.may(needed):
            raise ForbiddenError(f"{caller.name} has not the scope {needed}.", advice="Ask whoever gives out keys.")
        if self._pace is not None and (wait := self._pace.wait(caller.name)) > 0:
            raise OverloadedError(f"{caller.name} asks too often.", retry_after=math.ceil(wait))
        if self._busy >= self._most:
            raise OverloadedError(f"{self._most} requests are being answered already.", retry_after=1)
        return caller

    async def _known(self, scope: Scope) -> Caller | None:
        headers = scope["headers"]
        if not self._callers:  # a page of another site must not reach a local service under its own name
            hosts = [value for name, value in headers if name == b"host"]
            local = len(hosts) == 1 and (hosts[0] in _LOCAL_NAMES or hosts[0].rsplit(b":", 1)[0] in _LOCAL_NAMES)
            return _LOCAL if local else None
        given = [value for name, value in headers if name == b"authorization"]
        if len(given) != 1:  # two that disagree would leave it to chance who asks
            return None
        kind, _, token = given[0].partition(b" ")
        if kind.lower() != b"bearer" or not 0 < len(token) <= _MOST_TOKEN:
            return None
        text = token.strip().decode("latin-1")
        for source in self._callers:
            if isinstance(source, KeyFile):
                caller = source.caller(text)
            elif text.count(".") == 2:
                caller = await run_in_threadpool(source.caller, text)
            else:
                caller = None
            if caller is not None:
                return caller
        return None


def _needed(scope: Scope) -> str:
    """The scope that a request needs: what changes or decides something by its path, everything else only reading."""
    if scope["method"] in ("GET", "HEAD", "OPTIONS"):
        return "read"
    return next((scope_ for prefix, scope_ in _NEEDS if scope["path"].startswith(prefix)), "admin")


def check_exposure(settings: Settings) -> None:
    """Raise SettingsError when the service would answer other machines without credentials, or those cannot work."""
    if not callers(settings) and not _is_loopback(settings.host):
        raise SettingsError(
            f"Bound to {settings.host}, the service would answer anyone: no credentials are configured.",
            advice="Set VPCE_GUARD_API_KEYS_FILE or VPCE_GUARD_OIDC_ISSUER, or bind to 127.0.0.1.",
        )


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
