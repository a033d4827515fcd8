"""Agents over HTTP, by the SDK's client and a real service: the keys, scopes and log of the API."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any, TypeVar

import httpx2
import pytest
from fastapi.testclient import TestClient
from mcp import Client
from mcp.client.client import ConnectMode
from mcp.client.streamable_http import streamable_http_client

from tests.support.console import write_keys
from tests.support.serving import GATEWAY, serving
from vpce_guard.runtime.guard import Guard
from vpce_guard.runtime.wiring import make_guard
from vpce_guard.settings import Settings
from vpce_guard.surfaces.api import make_app
from vpce_guard.surfaces.mcp import Agents

Told = TypeVar("Told")
PING = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
ACCEPT = {"accept": "application/json, text/event-stream"}


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A service for agents that asks for keys, and has one place for requests."""
    folder = tmp_path_factory.mktemp("agents")
    with serving(
        folder,
        start=lambda port: ["mcp", "--http", f"127.0.0.1:{port}"],
        api_keys_file=write_keys(folder),
        max_concurrent=1,
    ) as port:
        yield f"http://127.0.0.1:{port}"


def as_agent(
    url: str, key: str, work: Callable[[Client], Coroutine[Any, Any, Told]], mode: ConnectMode = "auto"
) -> Told:
    """What an agent with a key gets done."""

    async def run() -> Told:
        async with (
            httpx2.AsyncClient(headers=bearer(key), timeout=60) as http,
            Client(streamable_http_client(f"{url}/mcp", http_client=http), mode=mode) as agent,
        ):
            return await work(agent)

    return asyncio.run(run())


def bearer(key: str) -> dict[str, str]:
    return {"authorization": f"Bearer {key}"}


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_a_decision_is_recorded_under_the_name_of_the_key(url: str, mode: ConnectMode) -> None:
    async def work(agent: Client) -> Any:
        return (await agent.call_tool("check", {"document": GATEWAY})).structured_content

    found = as_agent(url, "both-key", work, mode)
    (decision,) = found["decisions"]
    kept = httpx2.get(f"{url}/v1/decisions/{decision['decision_id']}", headers=bearer("admin-key")).json()
    assert (kept["requested_by"], kept["decision"]["allowed"]) == ("both", True)


def test_a_tool_needs_the_scope_of_its_route(url: str) -> None:
    async def work(agent: Client) -> Any:
        listed = await agent.list_tools()
        return len(listed.tools), await agent.call_tool("check", {"document": GATEWAY})

    tools, result = as_agent(url, "reader-key", work)
    assert tools == 6
    assert result.is_error
    assert 'The caller "reader" lacks the scope "decide".' in result.content[0].text


def test_strangers_learn_nothing(url: str) -> None:
    for headers in ({}, bearer("no-key")):
        answer = httpx2.post(f"{url}/mcp", json=PING, headers=headers | ACCEPT)
        assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")


def test_there_is_no_stream_and_nothing_to_end(url: str) -> None:
    for method in ("GET", "DELETE"):
        answer = httpx2.request(method, f"{url}/mcp", headers=bearer("both-key"))
        assert (answer.status_code, answer.headers["allow"]) == (405, "POST")


def test_what_is_no_message_is_refused(url: str) -> None:
    answer = httpx2.post(
        f"{url}/mcp", content=b"{", headers=bearer("both-key") | ACCEPT | {"content-type": "application/json"}
    )
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == -32700


def test_the_api_answers_beside(url: str) -> None:
    assert httpx2.get(f"{url}/v1/services/s3", headers=bearer("reader-key")).status_code == 200


CHECK = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "tools/call",
    "params": {"name": "check", "arguments": {"document": GATEWAY, "dry_run": True}},
}


def test_no_page_of_another_site_calls_a_tool_where_there_are_no_keys(guard: Guard) -> None:
    with TestClient(make_app(guard, pages=Agents())) as client:
        for headers, status in (({}, 200), ({"origin": "https://a.example"}, 401), ({"host": "a.example"}, 401)):
            assert client.post("/mcp", json=CHECK, headers=headers | ACCEPT).status_code == status


def test_a_call_counts_as_one_request_of_its_caller(tmp_path: Path) -> None:
    settings = Settings(api_keys_file=write_keys(tmp_path), caller_rate=0.01, caller_burst=2)
    with TestClient(make_app(make_guard(settings), pages=Agents())) as client:
        answers = [client.post("/mcp", json=CHECK, headers=bearer("both-key") | ACCEPT) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[0].headers["ratelimit"].startswith('"caller";r=1;')
    assert answers[0].json()["result"]["structuredContent"]["allowed"] is True
