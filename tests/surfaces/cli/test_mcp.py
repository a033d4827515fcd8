"""`vpce-guard mcp`: the SDK's client starts it and asks over standard input and output."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from mcp import Client, StdioServerParameters

from tests.support.command import run
from tests.support.serving import GATEWAY
from vpce_guard.surfaces.mcp.tools import TOOLS


def test_a_client_starts_it_and_decisions_are_kept(tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path / 'decisions.db'}"
    environ = {**os.environ, "VPCE_GUARD_DATABASE_URL": database}
    command = StdioServerParameters(command=sys.executable, args=["-m", "vpce_guard", "mcp"], env=environ)

    async def work() -> Any:
        async with Client(command) as agent:
            found = (await agent.call_tool("check", {"document": GATEWAY})).structured_content
            (decision,) = found["decisions"]
            asked = {"decision_id": decision["decision_id"], "rule_id": "VPCE-GW-001", "flip": False}
            return decision, (await agent.call_tool("explain", asked)).structured_content

    decision, explained = asyncio.run(work())
    assert decision["allowed"] is True
    assert [one["decision_id"] for one in explained["explanations"]] == [decision["decision_id"]]


def test_the_skill_is_printed_and_names_tools_that_there_are() -> None:
    text = run("mcp", "--skill").stdout.decode()
    _, head, body = text.split("---\n", 2)
    assert set(yaml.safe_load(head)) == {"name", "description"}
    assert all(f"`{tool}`" in body for tool in TOOLS)


@pytest.mark.parametrize("address", ["8080", "localhost", ":8080", "localhost:http"])
def test_an_address_has_a_host_and_a_port(address: str) -> None:
    done = run("mcp", "--http", address)
    assert done.returncode == 2
    assert b"--http takes HOST:PORT" in done.stderr


def test_without_keys_it_listens_to_this_machine_only() -> None:
    done = run("mcp", "--http", "0.0.0.0:8080")
    assert done.returncode == 2
    assert b"would answer anyone" in done.stderr
