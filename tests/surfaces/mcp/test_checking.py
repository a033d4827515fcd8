"""What the tool `check` asks, as a route: for callers that may have decisions made, and closed where none can be."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from vpce_guard.errors import EngineError
from vpce_guard.runtime.guard import Guard
from vpce_guard.surfaces.api import make_app
from vpce_guard.surfaces.mcp import Agents

GATEWAY = {"VpcId": "vpc-0a000001", "ServiceName": "com.amazonaws.us-east-1.s3", "RouteTableIds": ["rtb-0a000001"]}


@pytest.fixture
def client(guard: Guard) -> Iterator[TestClient]:
    with TestClient(make_app(guard, pages=Agents())) as client:
        yield client


def test_it_decides_as_the_api_does(client: TestClient) -> None:
    body = {"document": GATEWAY, "labels": {"team": "payments"}}
    told, plain = (client.post(path, json=body).json() for path in ("/mcp/check", "/v1/decisions"))
    for answer in (told, plain):
        for decision in answer["decisions"]:
            decision.update(decision_id="", request_id="", timestamp="", metrics={})
    assert told["decisions"] == plain["decisions"]
    assert told["allowed"] is plain["allowed"] is True


def test_an_engine_that_fails_is_503_with_the_refusals(
    client: TestClient, guard: Guard, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(_: object) -> None:
        raise EngineError("The engine is gone.")

    monkeypatch.setattr(guard.engine, "evaluate", fail)
    answer = client.post("/mcp/check", json={"document": GATEWAY})
    assert (answer.status_code, [one["allowed"] for one in answer.json()["decisions"]]) == (503, [False])


def test_strict_denies_what_could_not_be_judged(client: TestClient) -> None:
    answer = client.post("/mcp/check", json={"document": GATEWAY, "strict": True}).json()
    assert answer["allowed"] is False
    assert answer["to_fetch"]


def test_it_is_no_part_of_the_api_document(client: TestClient) -> None:
    assert "/mcp" not in client.get("/openapi.json").text
