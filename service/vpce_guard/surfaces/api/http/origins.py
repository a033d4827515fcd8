"""Pages of other origins that may ask from a browser (CORS, in the Fetch standard): those that are set, and no other.

They send a key or token as any caller does. Cookies and the like are never asked for, so no page acts for its visitor.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_METHODS = b"GET, POST, DELETE"
_HEADERS = b"authorization, content-type, idempotency-key, if-none-match, x-request-id"
_EXPOSED = b"etag, link, ratelimit, ratelimit-policy, retry-after, x-request-id"
_SECONDS = b"600"  # for which a browser may keep what it was told


class Origins:
    """ASGI middleware: answers what browsers ask first, and says in each answer whose page may read it."""

    def __init__(self, app: ASGIApp, *, allowed: Sequence[str]) -> None:
        self._app = app
        self._allowed = frozenset(origin.encode() for origin in allowed)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, unless it is only the question whether another may be sent."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = {name: value for name, value in scope["headers"] if name.startswith((b"origin", b"access-control-"))}
        origins = [value for name, value in scope["headers"] if name == b"origin"]
        headers = [(b"vary", b"origin")]
        if len(origins) == 1 and origins[0] in self._allowed:
            headers.append((b"access-control-allow-origin", origins[0]))
            if scope["method"] == "OPTIONS" and b"access-control-request-method" in given:
                await _answer_before(send, headers)
                return
            headers.append((b"access-control-expose-headers", _EXPOSED))

        async def send_with(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), *headers]
            await send(message)

        await self._app(scope, receive, send_with)


async def _answer_before(send: Send, headers: list[tuple[bytes, bytes]]) -> None:
    told = [
        (b"access-control-allow-methods", _METHODS),
        (b"access-control-allow-headers", _HEADERS),
        (b"access-control-max-age", _SECONDS),
    ]
    await send({"type": "http.response.start", "status": 204, "headers": [*headers, *told]})
    await send({"type": "http.response.body", "body": b""})
