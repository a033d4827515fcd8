"""A request to a route of the application at hand, made without a connection: how tools ask."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote, urlencode

from pydantic_core import from_json, to_json

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope

    from vpce_guard.model import Json

_HEAD: Scope = {
    "type": "http",
    "asgi": {"version": "3.0"},
    "http_version": "1.1",
    "scheme": "http",
    "headers": [(b"host", b"localhost")],
    "client": ("127.0.0.1", 0),
    "server": ("127.0.0.1", 0),
}


class RouteCall(NamedTuple):
    """What a route is asked. `path` is not escaped; `query` leaves out what is None."""

    method: str
    path: str
    body: Any = None
    query: Mapping[str, object] = {}


class RouteReply(NamedTuple):
    """What it answered: the status, and the content of its JSON."""

    status: int
    content: Any


Ask = Callable[[RouteCall], Awaitable[RouteReply]]


def make_ask(app: ASGIApp, head: Scope = _HEAD) -> Ask:
    """What asks an application, or a part of it, on behalf of the request that `head` is of; if none, of this machine.

    Where an access control went before, `head` has the caller in its state.
    """

    async def ask(call: RouteCall) -> RouteReply:
        given = {name: value for name, value in call.query.items() if value is not None}
        scope: Scope = {
            **head,
            "method": call.method,
            "path": call.path,
            "raw_path": quote(call.path).encode(),
            "root_path": "",
            "query_string": urlencode(given).encode(),
            "headers": [field for field in head["headers"] if not field[0].startswith(b"content-")],
            "state": dict(head.get("state", {})),
        }
        for found_by_routing in ("path_params", "route", "endpoint", "router"):
            scope.pop(found_by_routing, None)
        return await _send(app, scope, to_json(call.body) if call.body is not None else b"")

    return ask


def receive_once(body: bytes) -> Receive:
    """What receives a body that is there already; after it nothing comes, not even that the caller is gone."""
    parts = iter([{"type": "http.request", "body": body, "more_body": False}])

    async def receive() -> Message:
        message: Message | None = next(parts, None)
        return message if message is not None else await asyncio.get_running_loop().create_future()

    return receive


async def _send(app: ASGIApp, scope: Scope, body: bytes) -> RouteReply:
    status, chunks = 0, [b""]

    async def send(message: Message) -> None:
        nonlocal status
        if message["type"] == "http.response.start":
            status = message["status"]
        else:
            chunks.append(message.get("body", b""))

    await app(scope, receive_once(body), send)
    content: Json | None = from_json(b"".join(chunks) or b"null")
    return RouteReply(status, content)
