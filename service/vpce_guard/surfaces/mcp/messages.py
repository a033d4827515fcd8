"""POST /mcp: one message of the protocol and its answer (streamable HTTP), for callers that the API knows.

Nothing is kept between messages: any worker answers any of them, and there is no stream for a server's own messages.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter, Request
from fastapi.responses import Response
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager

from vpce_guard.surfaces.api.asking import guard_of
from vpce_guard.surfaces.api.http.route import Route, accept_body, require_scope
from vpce_guard.surfaces.api.http.turns import Turns
from vpce_guard.surfaces.mcp import PATH
from vpce_guard.surfaces.mcp.inside import make_ask, receive_once
from vpce_guard.surfaces.mcp.protocol import make_server

if TYPE_CHECKING:
    from starlette.types import Message

router = APIRouter(route_class=Route, include_in_schema=False)


@router.post(PATH)
@require_scope("known")
@accept_body({"type": "object"}, {})
async def post_message(request: Request) -> Response:
    """Answer one message. A tool asks its route as this request's caller, whose scopes and turn the route looks at."""
    body = await request.body()
    turns: Turns = request.app.state.turns
    turns.hand_over(request.state.visit)  # the request that a tool makes has a place and a turn of its own
    server = make_server(make_ask(request.app.router, request.scope))
    manager = StreamableHTTPSessionManager(
        server, json_response=True, stateless=True, max_request_body_size=guard_of(request).settings.max_body
    )
    found = Response()
    chunks: list[bytes] = []

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            found.status_code, found.raw_headers = message["status"], list(message["headers"])
        else:
            chunks.append(message.get("body", b""))

    async with manager.run():
        await manager.handle_request(request.scope, receive_once(body), send)
    found.body = b"".join(chunks)
    return found
