"""Every answer has the id of its request: the caller's, or one of ours."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.support.recording import GATEWAY
from vpce_guard.runtime.guard import Guard
from vpce_guard.runtime.wiring import make_guard
from vpce_guard.settings import Settings
from vpce_guard.surfaces.api import make_app


@pytest.fixture(scope="module")
def client() -> TestClient:
    return TestClient(make_app(make_guard(Settings())), raise_server_exceptions=False)


def test_a_decision_has_the_id_that_its_caller_gave(client: TestClient) -> None:
    answer = client.post("/v1/decisions", json={"document": GATEWAY}, headers={"x-request-id": "change-7.a_b"})
    assert (answer.headers["x-request-id"], answer.json()["request_id"]) == ("change-7.a_b", "change-7.a_b")
    answer = client.post("/v1/decisions", json={"document": GATEWAY, "request_id": "mine"})
    assert answer.json()["request_id"] == "mine"
    assert str(uuid.UUID(answer.headers["x-request-id"])) == answer.headers["x-request-id"]


@pytest.mark.parametrize("given", ["", "a b", "a\tb", "x" * 129, "caf\u00e9", "a,b", "<script>", "\x1b[31m"])
def test_an_id_that_is_not_well_formed_is_replaced(client: TestClient, given: str) -> None:
    headers = {"x-request-id": given.encode("latin-1")}
    assert len(client.get("/healthz", headers=headers).headers["x-request-id"]) == 36


def test_two_ids_are_none(client: TestClient) -> None:
    answer = client.get("/healthz", headers=[("x-request-id", "one"), ("x-request-id", "two")])
    assert answer.headers.get_list("x-request-id")[0] not in ("one", "two")


@pytest.mark.parametrize(
    ("path", "more", "status"),
    [
        ("/nowhere", {}, 404),
        ("/v1/rules?x=1", {}, 422),
        ("/v1/rules", {"host": "elsewhere.example"}, 401),
    ],
)
def test_every_problem_has_it(client: TestClient, path: str, more: dict[str, str], status: int) -> None:
    answer = client.get(path, headers={"x-request-id": "change-7", **more})
    assert (answer.status_code, answer.json()["request_id"], answer.headers["x-request-id"]) == (
        status,
        "change-7",
        "change-7",
    )


def test_a_failure_that_nobody_foresaw_has_it_too(guard: Guard, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise RuntimeError

    app = make_app(guard)
    monkeypatch.setattr(Guard, "question", fail)
    answer = TestClient(app, raise_server_exceptions=False).post(
        "/v1/decisions", json={"document": GATEWAY}, headers={"x-request-id": "change-7"}
    )
    assert (answer.status_code, answer.json()["request_id"], answer.headers["x-request-id"]) == (
        500,
        "change-7",
        "change-7",
    )
