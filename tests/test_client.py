"""The client against a real service and against one that misbehaves."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

import httpx2
import pytest

from vpce_guard import client as client_module
from vpce_guard.client import AsyncClient, Client, UnavailableError
from vpce_guard.errors import CredentialsError, MalformedError, NotFoundError, VpceGuardError

GATEWAY = {"VpcId": "vpc-0a000001", "ServiceName": "com.amazonaws.us-east-1.s3", "RouteTableIds": ["rtb-0a000001"]}
KMS = {**GATEWAY, "ServiceName": "com.amazonaws.us-east-1.kms"}


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_module, "_FIRST_PAUSE", 0.001)


def test_a_portal_asks(service: str) -> None:
    with Client(service) as guard:
        assert guard.decide(GATEWAY).allowed is True
        answer = guard.decide(KMS, request_id="mine", labels={"team": "a"})
        assert (answer.allowed, answer.request_id) == (False, "mine")
        assert "VPCE-GW-001" in {v.rule_id for v in answer.decisions[0].violations}
        first, second = guard.decide_batch([{"document": GATEWAY}, {"document": {"x": 1}}])
        assert first.allowed is True
        assert second.error is not None
        assert guard.rule("VPCE-GW-001")["id"] == "VPCE-GW-001"
        assert guard.rule("VPCE-GW-001")["title"] in {rule["title"] for rule in guard.rules()}
        with pytest.raises(MalformedError):
            guard.decide({"x": 1})
        with pytest.raises(NotFoundError):
            guard.rule("VPCE-GW-999")


def test_asynchronous_code_asks_the_same(service: str) -> None:
    async def ask() -> tuple[bool, bool, str]:
        async with AsyncClient(service) as guard:
            one, batch = await asyncio.gather(guard.decide(KMS), guard.decide_batch([{"document": GATEWAY}]))
            return one.allowed, batch[0].allowed, (await guard.rule("VPCE-GW-001"))["id"]

    assert asyncio.run(ask()) == (False, True, "VPCE-GW-001")


def served(*answers: httpx2.Response | Exception) -> tuple[Client, list[httpx2.Request]]:
    """A client of a service that gives these answers in turn, the last one for ever."""
    asked: list[httpx2.Request] = []

    def handle(request: httpx2.Request) -> httpx2.Response:
        asked.append(request)
        found = answers[min(len(asked), len(answers)) - 1]
        if isinstance(found, Exception):
            raise found
        return found

    return Client("http://guard", token="secret", transport=httpx2.MockTransport(handle)), asked


def good() -> httpx2.Response:
    return httpx2.Response(200, json={"request_id": "r", "allowed": True, "decisions": [], "new": 1})


def test_what_fails_on_the_way_is_tried_again_under_one_request_id() -> None:
    failures = (
        httpx2.ConnectError("refused"),
        httpx2.Response(503),
        httpx2.Response(429, headers={"retry-after": "0"}),
    )
    guard, asked = served(*failures, good())
    assert guard.decide(GATEWAY).allowed is True
    assert len(asked) == 4
    assert len({json.loads(request.content)["request_id"] for request in asked}) == 1
    assert {request.headers["authorization"] for request in asked} == {"Bearer secret"}


@pytest.mark.parametrize(
    ("answer", "error", "attempts"),
    [
        (lambda: httpx2.ConnectError("refused"), UnavailableError, 4),
        (lambda: httpx2.ReadTimeout("slow"), UnavailableError, 4),
        (lambda: httpx2.Response(503, json={"detail": "the engine"}), UnavailableError, 4),
        (lambda: httpx2.Response(500, text="oops"), UnavailableError, 1),
        (lambda: httpx2.Response(200, text="<html>"), UnavailableError, 1),
        (lambda: httpx2.Response(200, json=[]), UnavailableError, 1),
        (lambda: httpx2.Response(200, json={"allowed": "perhaps"}), UnavailableError, 1),
        (lambda: httpx2.Response(401, json={"detail": "no key"}), CredentialsError, 1),
        (lambda: httpx2.Response(422, json={"detail": "x", "errors": [{"pointer": "/a"}]}), MalformedError, 1),
        (lambda: httpx2.Response(302, headers={"location": "http://other"}), UnavailableError, 1),
    ],
)
def test_what_is_no_answer_is_never_taken_for_one(
    answer: Callable[[], Any], error: type[VpceGuardError], attempts: int
) -> None:
    guard, asked = served(answer())
    with pytest.raises(error):
        guard.decide(GATEWAY)
    assert len(asked) == attempts
