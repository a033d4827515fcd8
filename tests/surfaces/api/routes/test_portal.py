"""What is accepted of a portal: signed, with a run that can be told, and once."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text

from tests.support.portal import DENIED, GATEWAY, Portal, outcome, payload, send
from vpce_guard.engines.embedded import EmbeddedEngine
from vpce_guard.runtime.wiring import make_guard
from vpce_guard.settings import Settings
from vpce_guard.surfaces.api import make_app


@pytest.fixture
def client(portal_client: TestClient) -> TestClient:
    return portal_client


@pytest.mark.parametrize(
    ("how", "why"),
    [
        ({"secret": "another secret of length"}, "signature"),
        ({"signed": b"{}"}, "body"),
        ({"age": 400}, "old"),
        ({"age": -400}, "of the future"),
    ],
)
def test_nothing_is_done_unsigned(client: TestClient, portal: Portal, how: Any, why: str) -> None:
    assert send(client, payload(GATEWAY), **how) == 401, why
    assert portal.told == []


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"x-port-signature": "v1,guess", "x-port-timestamp": str(int(time.time()))},
        {"x-port-signature": f"v1,{'A' * 43}="},
        {"x-port-signature": f"v1,{'A' * 43}=", "x-port-timestamp": "now"},
    ],
)
def test_what_cannot_be_signed_is_refused(client: TestClient, headers: dict[str, str]) -> None:
    assert client.post("/v1/portal-action", content=b"{}", headers=headers).status_code == 401


@pytest.mark.parametrize("context", [None, {}, {"runId": 7}, {"runId": "../../blueprints"}, {"runId": ""}])
def test_a_run_that_cannot_be_told_is_refused(client: TestClient, portal: Portal, context: Any) -> None:
    assert send(client, payload(GATEWAY, context=context)) == 422
    assert portal.told == []


def test_what_is_sent_again_is_judged_and_told_once(
    client: TestClient, portal_replica: TestClient, portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert send(client, payload(GATEWAY)) == 202
    monkeypatch.delattr(EmbeddedEngine, "evaluate")
    assert send(client, payload(GATEWAY), age=2) == 202  # signed anew
    assert send(portal_replica, payload(GATEWAY)) == 202
    assert outcome(portal)["status"] == "SUCCESS"
    assert len(client.get("/v1/decisions").json()["decisions"]) == 1


def test_another_run_and_another_document_are_judged_anew(client: TestClient, portal: Portal) -> None:
    for content in (payload(GATEWAY), payload(GATEWAY, context={"runId": "r_2"}), payload(json.dumps(DENIED))):
        assert send(client, content) == 202
    assert [(path[-3:], told["status"]) for path, told in portal.told] == [
        ("r_1", "SUCCESS"),
        ("r_2", "SUCCESS"),
        ("r_1", "FAILURE"),
    ]


def test_nothing_is_accepted_while_the_log_cannot_tell(client: TestClient, portal: Portal) -> None:
    guard = client.app.state.guard  # type: ignore[attr-defined]
    with guard.decision_log.database.begin() as connection:
        connection.execute(text("ALTER TABLE request_keys RENAME TO gone"))
    assert send(client, payload(GATEWAY)) == 503
    assert portal.told == []


def test_without_a_secret_there_are_no_actions() -> None:
    with TestClient(make_app(make_guard(Settings()))) as client:
        assert client.post("/v1/portal-action", json={}).status_code == 404
