"""The protocol's server: lists the tools and calls them. What a route refuses is an error of the tool, with its advice.

Source: Model Context Protocol, Tools (structured content, output schemas, tool errors).
"""

from __future__ import annotations

from functools import cache
from typing import Any

import mcp_types as types
from mcp.server.lowlevel import Server
from pydantic import ValidationError
from pydantic_core import to_json

from vpce_guard import DOCUMENTATION, __version__
from vpce_guard.errors import VpceGuardError, shape_error
from vpce_guard.logs import Logger
from vpce_guard.model import Json
from vpce_guard.surfaces.mcp.inside import Ask
from vpce_guard.surfaces.mcp.tools import TOOLS

log = Logger("vpce_guard.mcp")
_OK = 200
_INSTRUCTIONS = (
    "vpce-guard judges AWS VPC endpoints before they are made. Check a plan or template before you propose it. Apply "
    "fixes as they are and check again with dry_run until it is allowed. Where rules are undetermined, run the "
    "commands of to_fetch, or ask for their output, and check again with it as context. Never call denied what is "
    "undetermined, nor allowed what has an error."
)


def make_server(ask: Ask) -> Server[Any]:
    """A server whose tools ask by `ask`."""

    async def list_tools(_: object, __: object) -> types.ListToolsResult:
        return types.ListToolsResult(tools=_describe_tools())

    async def call_tool(_: object, called: types.CallToolRequestParams) -> types.CallToolResult:
        try:
            return await _call(ask, called.name, called.arguments or {})
        except VpceGuardError as error:
            places = [f"{place['pointer'] or '/'}: {place['detail']}" for place in error.pointers]
            return _fail(error.title, str(error), places)
        except Exception as error:  # nothing of it may leave the process
            log.error("tool_failed", tool=called.name, exc_info=error)
            return _fail("Internal failure", "The tool failed unexpectedly; nothing was allowed. See the log.", [])

    return Server(
        "vpce-guard",
        version=__version__,
        title="vpce-guard",
        website_url=f"{DOCUMENTATION}/",
        instructions=_INSTRUCTIONS,
        on_list_tools=list_tools,
        on_call_tool=call_tool,
    )


@cache
def _describe_tools() -> list[types.Tool]:
    return [
        types.Tool(
            name=name,
            title=tool.title,
            description=tool.description,
            input_schema=tool.takes.model_json_schema(),
            output_schema=tool.gives.model_json_schema(mode="serialization"),
            annotations=types.ToolAnnotations(
                read_only_hint=not tool.records,
                destructive_hint=False,
                idempotent_hint=not tool.records,
                open_world_hint=False,
            ),
        )
        for name, tool in TOOLS.items()
    ]


async def _call(ask: Ask, name: str, arguments: Json) -> types.CallToolResult:
    """What a tool answers. Raises MalformedError for arguments that it does not take."""
    tool = TOOLS.get(name)
    if tool is None:
        return _fail("Not found", f"There is no tool {name!r}. There is {', '.join(TOOLS)}.", [])
    try:
        tool.takes.model_validate(arguments)
    except ValidationError as error:
        raise shape_error("call", error, advice=f"The input schema of {name} says what it takes.") from None
    reply = await ask(tool.call(arguments))
    if reply.status != _OK:
        problem = reply.content or {}
        places = [f"{place['pointer'] or '/'}: {place['detail']}" for place in problem.get("errors", ())]
        return _fail(problem.get("title", "Refused"), problem.get("detail", f"Status {reply.status}."), places)
    answer = tool.shape(arguments, reply.content)
    text = types.TextContent(type="text", text=to_json(answer).decode())  # for clients that read no structured content
    return types.CallToolResult(content=[text], structured_content=answer)


def _fail(title: str, detail: str, places: list[str]) -> types.CallToolResult:
    text = "\n".join([f"{title}. {detail}", *places])
    return types.CallToolResult(content=[types.TextContent(type="text", text=text)], is_error=True)
