"""What agents are told when a tool fails: advice, and nothing of what went wrong inside."""

from __future__ import annotations

import asyncio

from mcp import Client
from mcp_types import CallToolResult

from vpce_guard.errors import EngineError
from vpce_guard.surfaces.mcp.inside import Ask, RouteCall, RouteReply
from vpce_guard.surfaces.mcp.protocol import make_server


def call(ask: Ask) -> tuple[bool, str]:
    """Whether the tool `rules` failed, and what it said."""

    async def run() -> CallToolResult:
        async with Client(make_server(ask)) as agent:
            return await agent.call_tool("rules", {})

    result = asyncio.run(run())
    return result.is_error, result.content[0].text  # type: ignore[union-attr]


def test_what_nobody_foresaw_is_not_told() -> None:
    async def ask(_: RouteCall) -> RouteReply:
        raise RuntimeError("a secret")

    assert call(ask) == (
        True,
        "Internal failure. The tool failed unexpectedly; nothing was allowed. See the log.",
    )


def test_an_error_is_told_with_its_advice() -> None:
    async def ask(_: RouteCall) -> RouteReply:
        raise EngineError("It is gone.", advice="Wait.")

    assert call(ask)[1].endswith(". It is gone. Wait.")


def test_a_problem_is_told_with_its_places() -> None:
    async def ask(_: RouteCall) -> RouteReply:
        places = [{"pointer": "", "code": "x", "detail": "all of it"}, {"pointer": "/a", "code": "x", "detail": "this"}]
        return RouteReply(422, {"title": "Wrong", "detail": "It is wrong.", "errors": places})

    assert call(ask) == (True, "Wrong. It is wrong.\n/: all of it\n/a: this")


def test_the_instructions_say_how_to_go_on() -> None:
    async def run() -> str:
        async def ask(_: RouteCall) -> RouteReply:
            return RouteReply(200, [])

        async with Client(make_server(ask), mode="legacy") as agent:
            return agent.instructions or ""

    assert "to_fetch" in asyncio.run(run())
