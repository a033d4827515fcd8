"""Who asks: callers that are known or, where no credentials are set, this machine.

Everything is decided before the request is looked at any further.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import structlog

from vpce_guard.errors import OverloadedError, SettingsError, VpceGuardError
from vpce_guard.setting_values import is_loopback
from vpce_guard.settings import Settings
from vpce_guard.surfaces.api.http.callers import Caller, CallerSource, KeyFile, Pace, refusal
from vpce_guard.surfaces.api.http.problems import respond

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send


_LOCAL_NAMES = frozenset({b"localhost", b"127.0.0.1", b"[::1]"})
_LOCAL = Caller("local")
MOST_TOKEN = 16_384  # bytes


class AccessControl:
    """ASGI middleware: puts the caller into the request's state, or answers 401, 429 or 503.

    Which scope a route needs is the route's to say (see route.py). What is `open` answers anyone. Middleware around it
    may have found the caller in a session of its own: `signed_in` in the request's state.
    """

    def __init__(
        self, app: ASGIApp, *, known: Sequence[CallerSource], pace: Pace | None, open_paths: frozenset[str]
    ) -> None:
        self._app = app
        self._callers = known
        self._pace = pace
        self._open = open_paths

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer why not."""
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008, "reason": "WebSocket connections are not supported."})
            return
        if scope["type"] == "http" and scope["path"] not in self._open:
            try:
                caller = await self._identify(scope)
                if self._pace is not None:
                    send = _telling(send, self._pace, caller)
                    _check_pace(self._pace, caller)
            except VpceGuardError as error:
                await respond(scope, receive, send, error)
                return
            scope.setdefault("state", {})["caller"] = caller
        await self._app(scope, receive, send)

    async def _identify(self, scope: Scope) -> Caller:
        """The caller. Raises CredentialsError or ProviderError."""
        caller = await self._find_caller(scope)
        if caller is None:
            raise refusal(open_to_local=not self._callers)
        structlog.contextvars.bind_contextvars(caller=caller.name)
        return caller

    async def _find_caller(self, scope: Scope) -> Caller | None:
        headers = scope["headers"]
        if not self._callers:
            return _LOCAL if _is_same_site(headers) else None
        signed_in: Caller | None = scope.get("state", {}).get("signed_in")
        if signed_in is not None:
            return signed_in
        given = [value for name, value in headers if name == b"authorization"]
        if len(given) != 1:  # two that disagree would leave it to chance who asks
            return None
        kind, _, token = given[0].partition(b" ")
        if kind.lower() != b"bearer" or not 0 < len(token) <= MOST_TOKEN:
            return None
        return await find_caller(self._callers, token.strip().decode("latin-1"))


async def find_caller(known: Sequence[CallerSource], token: str) -> Caller | None:
    """Whose key or token it is; None for nobody's. Raises ProviderError where that cannot be told."""
    for source in known:
        caller = source.caller(token) if isinstance(source, KeyFile) else await source.caller(token)
        if caller is not None:
            return caller
    return None


def _check_pace(pace: Pace, caller: Caller) -> None:
    """Count a request of a caller. Raises OverloadedError where it has sent too many."""
    if (wait := pace.wait(caller.name)) > 0:
        raise OverloadedError(f'The caller "{caller.name}" sends too many requests.', retry_after=math.ceil(wait))


def _telling(send: Send, pace: Pace, caller: Caller) -> Send:
    """Sending that tells a caller in each answer what it may still ask."""

    async def send_with(message: Message) -> None:
        if message["type"] == "http.response.start":
            told = ((b"ratelimit-policy", pace.policy), (b"ratelimit", pace.tell(caller.name)))
            message["headers"] = [*message.get("headers", ()), *((name, value.encode()) for name, value in told)]
        await send(message)

    return send_with


def _is_same_site(headers: Sequence[tuple[bytes, bytes]]) -> bool:
    """Whether a request without credentials is not one that a page of another site makes a browser send.

    Such a page reaches us under its own name (DNS rebinding), which Host tells, or under ours, which Origin tells.
    """
    hosts = [value.lower() for name, value in headers if name == b"host"]
    origins = [value.lower() for name, value in headers if name == b"origin"]
    if len(hosts) != 1 or not (hosts[0] in _LOCAL_NAMES or hosts[0].rsplit(b":", 1)[0] in _LOCAL_NAMES):
        return False
    return all(origin in (b"http://" + hosts[0], b"https://" + hosts[0]) for origin in origins)


def pace_of(settings: Settings) -> Pace | None:
    """How often each caller may ask; None where that has no limit."""
    return Pace(settings.caller_rate, settings.caller_burst) if settings.caller_rate else None


def find_sources(settings: Settings) -> list[CallerSource]:
    """The sources of callers that are set. Raises SettingsError for those that cannot work."""
    found: list[CallerSource] = []
    if settings.api_keys_file is not None:
        found.append(KeyFile(settings.api_keys_file))
    given = (settings.oidc_issuer, settings.oidc_audience, settings.oidc_jwks_url)
    if any(given) and not all(given):
        raise SettingsError("For bearer tokens oidc_issuer, oidc_audience and oidc_jwks_url are all needed.")
    if all(given):
        from vpce_guard.surfaces.api.http.openid import OpenId

        found.append(OpenId(settings))
    return found


def check_exposure(settings: Settings) -> None:
    """Raise SettingsError when the service would answer other machines without credentials, or those cannot work."""
    if not find_sources(settings) and not is_loopback(settings.host):
        raise SettingsError(
            f"No credentials are configured, so a service bound to {settings.host} would answer anyone.",
            advice="Set VPCE_GUARD_API_KEYS_FILE or VPCE_GUARD_OIDC_ISSUER, or bind to 127.0.0.1.",
        )
