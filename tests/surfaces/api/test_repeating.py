"""A request sent again under its key is decided once, on both databases, also when both come at the same time."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text

from tests.support.servers import GATEWAY, KMS
from vpce_guard.decision_log import chain
from vpce_guard.decision_log.keys import NO_KEYS
from vpce_guard.engines import Evaluations
from vpce_guard.engines.embedded import EmbeddedEngine
from vpce_guard.errors import EngineError
from vpce_guard.model import Json
from vpce_guard.runtime.wiring import make_guard
from vpce_guard.settings import Settings
from vpce_guard.surfaces.api import make_app


@pytest.fixture
def client(logged_client: TestClient) -> TestClient:
    return logged_client


def ask(client: TestClient, body: Any, key: str = "k-1") -> Any:
    return client.post("/v1/decisions", json=body, headers={"idempotency-key": key})


def kept(client: TestClient) -> int:
    return len(client.get("/v1/decisions").json()["decisions"])


def database(client: TestClient) -> Any:
    return client.app.state.guard.decision_log.database  # type: ignore[attr-defined]


def test_the_same_key_and_body_give_the_same_answer_and_one_record(client: TestClient) -> None:
    first = ask(client, {"document": [GATEWAY, KMS]})
    again = ask(client, {"document": [GATEWAY, KMS]})
    assert (again.status_code, again.json()) == (200, first.json())
    assert kept(client) == 2


def test_another_body_under_the_same_key_is_refused(client: TestClient) -> None:
    ask(client, {"document": GATEWAY})
    other = ask(client, {"document": KMS})
    assert other.status_code == 422
    assert other.json()["errors"][0]["pointer"] == "/Idempotency-Key"
    assert kept(client) == 1


def test_another_key_is_another_decision(client: TestClient) -> None:
    first, second = ask(client, {"document": GATEWAY}), ask(client, {"document": GATEWAY}, "k-2")
    assert first.json()["decisions"][0]["decision_id"] != second.json()["decisions"][0]["decision_id"]


def test_two_that_come_at_the_same_time_are_decided_once(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    both, evaluate = threading.Barrier(2), EmbeddedEngine.evaluate

    async def wait_for_both(engine: EmbeddedEngine, inputs: Sequence[Json]) -> Evaluations:
        await asyncio.to_thread(both.wait)
        return await evaluate(engine, inputs)

    monkeypatch.setattr(EmbeddedEngine, "evaluate", wait_for_both)
    answers: list[Any] = []
    threads = [threading.Thread(target=lambda: answers.append(ask(client, {"document": GATEWAY}))) for _ in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].json() == answers[1].json()
    assert kept(client) == 1
    assert client.app.state.guard.decision_log.last_error is None  # type: ignore[attr-defined]
    assert chain.verify(database(client), NO_KEYS).findings == ()


def test_what_could_not_be_decided_may_be_sent_again(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fail(*_: Any) -> Evaluations:
        raise EngineError("It is away.")

    with monkeypatch.context() as patched:
        patched.setattr(EmbeddedEngine, "evaluate", fail)
        assert ask(client, {"document": GATEWAY}).status_code == 503
    assert ask(client, {"document": GATEWAY}).json()["allowed"] is True


def test_a_dry_run_has_no_key(client: TestClient) -> None:
    ask(client, {"document": GATEWAY, "dry_run": True})
    assert ask(client, {"document": GATEWAY}).status_code == 200
    assert kept(client) == 1


def test_a_key_that_was_made_to_stand_for_another_decision_is_not_believed(client: TestClient) -> None:
    ask(client, {"document": KMS}, "denied")
    ask(client, {"document": GATEWAY}, "allowed")
    swap = (
        "UPDATE request_keys SET answer = (SELECT answer FROM request_keys WHERE key = 'allowed') WHERE key = 'denied'"
    )
    with database(client).begin() as connection:
        connection.execute(text(swap))
    answer = ask(client, {"document": KMS}, "denied")
    assert (answer.status_code, answer.json()["type"]) == (503, "urn:vpce-guard:log")


def test_a_service_without_a_log_says_that_it_cannot_know() -> None:
    client = TestClient(make_app(make_guard(Settings())), base_url="http://127.0.0.1")
    assert ask(client, {"document": GATEWAY}).json()["errors"][0]["code"] == "no_log"


@pytest.mark.parametrize("key", ["", "k" * 201, "a b"])
def test_a_key_that_is_none_is_refused(key: str) -> None:
    client = TestClient(make_app(make_guard(Settings())), base_url="http://127.0.0.1")
    assert ask(client, {"document": GATEWAY}, key).status_code == 422
