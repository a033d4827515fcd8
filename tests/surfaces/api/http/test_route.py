"""Limits: what is over them is refused with the status that says so, before the work is done."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from fastapi import routing
from fastapi.testclient import TestClient

from tests.support.waiting import LONGEST, until
from vpce_guard.decisions.question import Decisions
from vpce_guard.runtime.guard import Guard
from vpce_guard.runtime.wiring import make_guard
from vpce_guard.settings import Settings
from vpce_guard.surfaces.api import make_app

GATEWAY = {"VpcId": "vpc-0a000001", "ServiceName": "com.amazonaws.us-east-1.s3", "RouteTableIds": ["rtb-0a000001"]}
PROPOSAL = {"operation": "create", "request": GATEWAY}
REVIEW = {
    "kind": "AdmissionReview",
    "request": {
        "uid": "u",
        "operation": "CREATE",
        "object": {
            "apiVersion": "ec2.services.k8s.aws/v1alpha1",
            "kind": "VPCEndpoint",
            "metadata": {"name": "s3", "namespace": "network"},
            "spec": {"vpcID": "vpc-0a000001", "serviceName": "com.amazonaws.us-east-1.s3"},
        },
    },
}


def served(**settings: Any) -> TestClient:
    return TestClient(make_app(make_guard(Settings(**settings))), raise_server_exceptions=False)


def plan(count: int) -> dict[str, Any]:
    change = {"actions": ["create"], "before": None, "after": {"vpc_id": "vpc-1", "service_name": "s"}}
    resource = {"mode": "managed", "type": "aws_vpc_endpoint", "name": "e", "change": change}
    return {
        "format_version": "1.2",
        "resource_changes": [{**resource, "address": f"aws_vpc_endpoint.e[{n}]"} for n in range(count)],
    }


def nested(levels: int) -> bytes:
    return b'{"document": %b}' % (b"[" * levels + b"]" * levels)


class TestSizes:
    def test_a_declared_size_is_refused_unread(self) -> None:
        with served(max_body=2048) as client:
            for declared in ("99999", "9" * 30):
                answer = client.post("/v1/decisions", content=b"x", headers={"content-length": declared})
                assert answer.status_code == 413

    @pytest.mark.parametrize("path", ["/v1/decisions", "/v1/decisions/batch", "/v1/admission", "/v1/advice"])
    def test_a_body_is_cut_off_at_the_limit(self, path: str) -> None:
        with served(max_body=2048) as client:
            assert client.post(path, content=iter([b" " * 1000] * 3)).status_code == 413

    @pytest.mark.parametrize("path", ["/v1/decisions", "/v1/decisions/batch", "/v1/admission", "/v1/advice"])
    @pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "zstd", "GZIP", "gzip, identity", "x"])
    def test_an_encoded_body_is_415_whatever_is_in_it(self, client: TestClient, path: str, encoding: str) -> None:
        answer = client.post(path, content=b"\x1f\x8b", headers={"content-encoding": encoding})
        assert answer.status_code == 415
        assert answer.headers["content-type"] == "application/problem+json"

    def test_a_body_that_says_it_is_not_encoded_is_taken(self, client: TestClient) -> None:
        answer = client.post("/v1/decisions", json={"document": PROPOSAL}, headers={"content-encoding": "identity"})
        assert answer.status_code == 200

    @pytest.mark.parametrize(("levels", "detail"), [(190, "was not recognised"), (250, "nested too deep")])
    def test_nesting_is_422(self, client: TestClient, levels: int, detail: str) -> None:
        answer = client.post("/v1/decisions", content=nested(levels))
        assert answer.status_code == 422
        assert detail in answer.json()["detail"]

    def test_a_policy_as_deep_as_may_be_is_judged(self, client: TestClient) -> None:
        document = b'{"VpcId": "vpc-1", "ServiceName": "s", "X": %b}' % (b"[" * 190 + b"]" * 190)
        answer = client.post("/v1/decisions", content=b'{"format": "aws_api", "document": %b}' % document)
        assert answer.status_code == 200
        assert answer.json()["decisions"][0]["error"] is None

    def test_a_batch_of_too_many_items_is_413(self) -> None:
        with served(max_batch=2) as client:
            assert client.post("/v1/decisions/batch", json={"items": [{"document": GATEWAY}] * 3}).status_code == 413

    def test_an_item_that_is_too_many_endpoints_for_the_batch_is_413(self) -> None:
        with served(max_batch=5) as client:
            items = [{"document": [PROPOSAL] * 2}] * 3
            results = client.post("/v1/decisions/batch", json={"items": items}).json()["results"]
        assert [r["error"] and r["error"]["status"] for r in results] == [None, None, 413]

    def test_a_document_of_too_many_endpoints_is_413_before_they_are_compared(self) -> None:
        with served() as client:
            answer = client.post("/v1/decisions", json={"document": plan(20_000)})
        assert answer.status_code == 413
        assert answer.json()["detail"].startswith("The document has 20000 endpoints; the limit is 1000.")

    def test_a_body_of_too_many_values_is_413_before_they_are_made(self, client: TestClient) -> None:
        for body in (b"[%b[]]" % (b"[]," * 1_000_000), b'{"document": [%b0]}' % (b"0," * 1_000_000)):
            answer = client.post("/v1/decisions", content=body)
            assert answer.status_code == 413
            assert "1,000,000 values" in answer.json()["detail"]

    def test_a_plan_of_more_values_is_judged_by_those_that_matter(self, client: TestClient) -> None:
        document = plan(1)
        other = {"mode": "managed", "type": "aws_instance", "name": "i", "change": {"actions": ["no-op"]}}
        other["change"]["after"] = {f"tag{n}": [n] for n in range(100)}  # type: ignore[index]
        document["resource_changes"] += [{**other, "address": f"aws_instance.i[{n}]"} for n in range(5500)]
        body = {"document": document, "request_id": "r-1", "labels": {"team": "a"}, "format": "terraform_plan"}
        answer = client.post("/v1/decisions", json=body)
        assert answer.status_code == 200
        assert answer.json()["request_id"] == "r-1"
        assert [d["subject"]["address"] for d in answer.json()["decisions"]] == ["aws_vpc_endpoint.e[0]"]

    def test_one_of_a_batch_that_is_too_large_spoils_no_other(self) -> None:
        with served(max_endpoints=2) as client:
            items = [{"document": plan(3)}, {"document": GATEWAY}]
            results = client.post("/v1/decisions/batch", json={"items": items}).json()["results"]
        assert [r["error"] and r["error"]["status"] for r in results] == [413, None]


SCOPE: dict[str, Any] = {
    "type": "http",
    "method": "POST",
    "path": "/v1/decisions",
    "raw_path": b"/v1/decisions",
    "query_string": b"",
    "headers": [(b"host", b"localhost")],
    "scheme": "http",
    "http_version": "1.1",
}


class TestTurns:
    def test_a_caller_that_asks_too_often_is_told_when_to_come_back(self) -> None:
        with served(caller_rate=0.01, caller_burst=2) as client:
            answers = [client.get("/v1/rules/VPCE-GW-001") for _ in range(3)]
        assert [answer.status_code for answer in answers] == [200, 200, 429]
        assert 1 <= int(answers[2].headers["retry-after"]) <= 100
        assert answers[2].headers["content-type"] == "application/problem+json"

    def test_more_than_can_be_worked_on_is_429_and_health_still_answers(self, monkeypatch: pytest.MonkeyPatch) -> None:
        go_on = threading.Event()

        async def wait(_: Guard, questions: Sequence[Any], **_more: Any) -> list[Decisions]:
            await asyncio.to_thread(go_on.wait, LONGEST)
            return [Decisions([]) for _ in questions]

        monkeypatch.setattr(Guard, "decide", wait)
        found: list[int] = []
        with served(max_concurrent=2) as client:

            def ask() -> None:
                found.append(client.post("/v1/decisions", json={"document": GATEWAY}).status_code)

            working = [threading.Thread(target=ask) for _ in range(2)]
            for thread in working:
                thread.start()
            until(lambda: client.post("/v1/decisions", json={}).status_code == 429)
            late = client.post("/v1/decisions", json={})
            assert late.headers["retry-after"] == "1"
            assert client.get("/healthz").status_code == 200
            go_on.set()
            for thread in working:
                thread.join()
            assert client.post("/v1/decisions", json={"document": GATEWAY}).status_code == 200
        assert found == [200, 200]

    def test_bodies_that_arrive_take_no_turns(self) -> None:
        app = make_app(make_guard(Settings(max_concurrent=1)))

        waiting: set[int] = set()
        all_wait = asyncio.Event()

        async def ask(number: int) -> int:
            started: list[int] = []

            async def receive() -> Any:
                waiting.add(number)
                if len(waiting) == 5:
                    all_wait.set()
                await all_wait.wait()
                return {"type": "http.request", "body": b"{}", "more_body": False}

            async def send(message: Any) -> None:
                if message["type"] == "http.response.start":
                    started.append(message["status"])

            await app(dict(SCOPE), receive, send)
            return started[0]

        async def many() -> list[int]:
            async with asyncio.timeout(LONGEST):
                return await asyncio.gather(*map(ask, range(5)))

        assert asyncio.run(many()) == [422] * 5


class TestTimes:
    def test_a_body_that_does_not_arrive_is_given_up(self) -> None:
        app = make_app(make_guard(Settings(body_timeout=0.1)))
        status: list[int] = []

        async def never() -> Any:
            await asyncio.sleep(60)

        async def send(message: Any) -> None:
            if message["type"] == "http.response.start":
                status.append(message["status"])

        asyncio.run(app(dict(SCOPE), never, send))
        assert status == [408]

    @pytest.fixture
    def slow(self, guard: Guard, monkeypatch: pytest.MonkeyPatch) -> TestClient:
        async def forever(*_: Any, **__: Any) -> None:
            await asyncio.sleep(60)

        monkeypatch.setattr(guard.engine, "evaluate", forever)
        return TestClient(make_app(replace(guard, settings=Settings(request_timeout=0.1))))

    @pytest.mark.parametrize(
        ("path", "body"),
        [
            ("/v1/decisions", {"document": GATEWAY}),
            ("/v1/decisions/batch", {"items": [{"document": GATEWAY}]}),
            ("/v1/advice", {"service": "s3", "region": "us-east-1", "vpc_id": "vpc-0a000001"}),
        ],
    )
    def test_decisions_that_take_too_long_are_503(self, slow: TestClient, path: str, body: Any) -> None:
        answer = slow.post(path, json=body)
        assert answer.status_code == 503
        assert "longer than 0.1 s" in answer.json()["detail"]
        refusals = answer.json().get("decisions", [])
        assert [(one["allowed"], one["error"]) for one in refusals] == [
            (False, answer.json()["detail"]) for _ in range(path != "/v1/advice")
        ]

    def test_what_takes_too_long_is_not_admitted(self, slow: TestClient) -> None:
        response = slow.post("/v1/admission", json=REVIEW).json()["response"]
        assert response["allowed"] is False
        assert response["status"]["code"] == 503


def test_a_request_without_parameters_is_not_searched_for_any_and_one_with_them_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    searched: list[str] = []
    solve = routing.solve_dependencies

    async def note(**given: Any) -> Any:
        searched.append(given["request"].url.path)
        return await solve(**given)

    monkeypatch.setattr(routing, "solve_dependencies", note)
    client = served()
    body = {"document": GATEWAY}
    assert client.post("/v1/decisions", json=body).json()["allowed"] is True
    assert client.post("/v1/decisions/batch", json={"items": [body]}).status_code == 200
    assert client.post("/v1/admission", json=REVIEW).status_code == 200
    assert searched == []
    assert client.post("/v1/decisions", json=body, headers={"Idempotency-Key": "a b"}).status_code == 422
    assert client.post("/v1/admission?timeout=5s", json=REVIEW).status_code == 200
    assert client.get("/v1/rules/VPCE-GW-001").status_code == 200
    assert searched == ["/v1/decisions", "/v1/admission", "/v1/rules/VPCE-GW-001"]
