"""One large or impossible item of a batch is that item's error, and never a reason to try the same again."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import httpx2
import pytest
from fastapi.testclient import TestClient

from vpce_guard.client import Client
from vpce_guard.engines import Evaluations
from vpce_guard.engines.embedded import EmbeddedEngine
from vpce_guard.errors import EngineError, MalformedError, TooLargeError, TooMuchError, UnfitError
from vpce_guard.model import Json
from vpce_guard.runtime.wiring import make_guard
from vpce_guard.settings import Settings
from vpce_guard.surfaces.api import make_app

GATEWAY = {"VpcId": "vpc-0a000001", "ServiceName": "com.amazonaws.us-east-1.s3", "RouteTableIds": ["rtb-0a000001"]}
POISON = {**GATEWAY, "VpcId": "vpc-0a0000ff"}


def many(count: int) -> list[Json]:
    return [{"operation": "create", "request": {**GATEWAY, "VpcId": f"vpc-{n:08x}"}} for n in range(count)]


def served(**settings: Any) -> TestClient:
    return TestClient(make_app(make_guard(Settings(**settings))), raise_server_exceptions=False)


def batch(client: TestClient, *documents: Any) -> list[Json]:
    answer = client.post("/v1/decisions/batch", json={"items": [{"document": document} for document in documents]})
    assert answer.status_code == 200
    found: list[Json] = answer.json()["results"]
    return found


def statuses(results: Sequence[Json]) -> list[int | None]:
    return [result["error"] and result["error"]["status"] for result in results]


@pytest.fixture
def fragile(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """An engine that cannot judge one endpoint, whatever it is judged with; how many inputs each call had."""
    evaluate, calls = EmbeddedEngine.evaluate, []

    async def fail(self: EmbeddedEngine, inputs: Sequence[Json]) -> Evaluations:
        calls.append(len(inputs))
        if any(one["request"].get("VpcId") == POISON["VpcId"] for one in inputs):
            raise TooMuchError("The policy needs more memory than it may have.")
        return await evaluate(self, inputs)

    monkeypatch.setattr(EmbeddedEngine, "evaluate", fail)
    return calls


def test_an_item_that_the_engine_cannot_judge_spoils_no_other(fragile: list[int]) -> None:
    with served() as client:
        results = batch(client, *[GATEWAY] * 5, POISON, *[GATEWAY] * 10)
    assert statuses(results) == [None] * 5 + [413] + [None] * 10
    assert [result["allowed"] for result in results] == [True] * 5 + [False] + [True] * 10
    refusal = results[5]["decisions"][0]
    assert (refusal["allowed"], refusal["error"]) == (False, results[5]["error"]["detail"])
    assert len(fragile) < 20  # halved, not asked one by one


@pytest.mark.usefixtures("fragile")
def test_such_a_document_alone_is_413() -> None:
    with served() as client:
        answer = client.post("/v1/decisions", json={"document": POISON})
    assert answer.status_code == 413
    assert answer.json()["type"] == "urn:vpce-guard:too-large"
    assert [decision["allowed"] for decision in answer.json()["decisions"]] == [False]


def test_an_engine_that_fails_for_all_is_503_and_asked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []

    async def fail(_: EmbeddedEngine, inputs: Sequence[Json]) -> Evaluations:
        calls.append(len(inputs))
        raise EngineError("It is gone.")

    monkeypatch.setattr(EmbeddedEngine, "evaluate", fail)
    with served() as client:
        items = [{"document": GATEWAY}] * 4
        assert client.post("/v1/decisions/batch", json={"items": items}).status_code == 503
    assert calls[-1] == 4


def test_an_item_of_too_many_endpoints_spoils_no_other() -> None:
    with served(max_batch=10) as client:
        assert statuses(batch(client, GATEWAY, many(9), many(3), GATEWAY)) == [None, None, 413, 413]


def test_an_item_of_too_much_work_spoils_no_other() -> None:
    with served(max_work=20_000) as client:
        alike = [{**one, "request": {**one["request"], "VpcId": "vpc-0a000001"}} for one in many(100)]
        results = batch(client, GATEWAY, alike, GATEWAY)
    assert statuses(results) == [None, 413, None]
    assert "rules would be given" in results[1]["error"]["detail"]


def test_a_policy_that_would_need_more_memory_than_it_may_have_is_413() -> None:
    with served(memory_limit=16 << 20, max_work=1 << 30) as client:
        alike = [{**one, "request": {**one["request"], "VpcId": "vpc-0a000001"}} for one in many(400)]
        assert client.post("/v1/decisions", json={"document": alike}).status_code == 413
        assert client.post("/v1/decisions", json={"document": GATEWAY}).status_code == 200


def test_a_number_that_no_engine_takes_is_the_fault_of_the_document() -> None:
    engine = make_guard(Settings()).engine
    assert isinstance(engine, EmbeddedEngine)
    with pytest.raises(UnfitError) as raised:
        asyncio.run(engine.ask("vpce/main/result", {"request": {"X": float("inf")}}))
    assert raised.value.status == 422


@pytest.mark.parametrize(("status", "error"), [(413, TooLargeError), (422, MalformedError)])
def test_a_client_does_not_send_the_same_again(status: int, error: type[Exception]) -> None:
    asked = []

    def answer(_: httpx2.Request) -> httpx2.Response:
        asked.append(1)
        return httpx2.Response(status, json={"detail": "It will not do."})

    with Client("http://x", transport=httpx2.MockTransport(answer)) as client, pytest.raises(error):
        client.decide(GATEWAY)
    assert asked == [1]
