"""From a request to a question: what cannot be read is a problem that says what to do."""

from __future__ import annotations

from dataclasses import replace

import pytest
from fastapi.testclient import TestClient

from tests.surfaces.api.test_api import PROPOSAL
from vpce_guard.runtime.guard import Guard
from vpce_guard.settings import Settings
from vpce_guard.surfaces.api import make_app


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b'{"document": ', 400),
        (b"\xff\xfe", 400),
        (b"[" * 100_000, 422),
        (b"[]", 422),
        (b"{}", 422),
        (b'{"document": {}, "format": "pdf"}', 422),
        (b'{"document": {"operation": "destroy"}}', 422),
        (b'{"document": {}, "surprise": 1}', 422),
        (b'{"document": {}, "context": 3}', 422),
        (b'{"document": {"VpcId": "vpc-1", "ServiceName": "s", "X": 1e999}}', 422),
        (b'{"document": {"VpcId": "vpc-1", "ServiceName": "s"}, "context": {"X": [-1e999]}}', 422),
    ],
)
def test_bad_input_is_a_problem_that_says_what_to_do(client: TestClient, body: bytes, status: int) -> None:
    answer = client.post("/v1/decisions", content=body)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert {"type", "title", "status", "detail", "instance", "errors"} <= answer.json().keys()
    assert "Traceback" not in answer.text


@pytest.mark.parametrize("member", ["strict", "dry_run"])
def test_what_is_no_boolean_is_not_taken_for_one(client: TestClient, member: str) -> None:
    for value in ("true", 1, "no"):
        assert client.post("/v1/decisions", json={"document": PROPOSAL, member: value}).status_code == 422


def test_a_body_over_the_limit_is_refused(guard: Guard) -> None:
    small = replace(guard, settings=Settings(max_body=1024))
    with TestClient(make_app(small)) as client:
        assert client.post("/v1/decisions", content=b" " * 2000).status_code == 413
