"""Requests without a connection: they say who asks, and carry nothing of the request that they are made for."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from pydantic_core import to_json

from vpce_guard.surfaces.mcp.inside import RouteCall, RouteReply, make_ask

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send


async def mirror(scope: Scope, receive: Receive, send: Send) -> None:
    """Tells what it was asked."""
    body = (await receive())["body"]
    more = asyncio.create_task(receive())  # type: ignore[arg-type]
    await asyncio.sleep(0)
    told: dict[str, Any] = {name: scope[name] for name in ("method", "path", "state")}
    told |= {"query": scope["query_string"].decode(), "headers": [name.decode() for name, _ in scope["headers"]]}
    told |= {"body": body.decode(), "ended": more.done(), "params": "path_params" in scope}
    more.cancel()
    await send({"type": "http.response.start", "status": 202, "headers": []})
    await send({"type": "http.response.body", "body": to_json(told)[:10], "more_body": True})
    await send({"type": "http.response.body", "body": to_json(told)[10:]})


def test_this_machine_asks_where_nobody_else_does() -> None:
    reply = asyncio.run(make_ask(mirror)(RouteCall("POST", "/v1/x", {"a": 1}, {"b": None, "c": "d e"})))
    assert reply == RouteReply(
        202,
        {
            "method": "POST",
            "path": "/v1/x",
            "state": {},
            "query": "c=d+e",
            "headers": ["host"],
            "body": '{"a":1}',
            "ended": False,
            "params": False,
        },
    )


def test_a_request_made_for_another_has_its_caller_and_not_its_body_nor_its_place() -> None:
    outer: Scope = {
        "headers": [(b"host", b"a"), (b"content-length", b"99"), (b"content-type", b"x"), (b"accept", b"y")],
        "state": {"caller": "portal"},
        "path_params": {"name": "s3"},
    }
    reply = asyncio.run(make_ask(mirror, outer)(RouteCall("GET", "/v1/y")))
    told = {name: reply.content[name] for name in ("state", "headers", "body", "params")}
    assert told == {"state": {"caller": "portal"}, "headers": ["host", "accept"], "body": "", "params": False}
