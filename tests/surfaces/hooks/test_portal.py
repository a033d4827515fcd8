"""Actions of a portal: judged, and told to a stand-in for it."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.support.portal import DENIED, GATEWAY, Portal, outcome, payload, send, settings
from vpce_guard.engines import Evaluations
from vpce_guard.engines.embedded import EmbeddedEngine
from vpce_guard.errors import EngineError
from vpce_guard.runtime.wiring import make_guard
from vpce_guard.surfaces.api import make_app
from vpce_guard.surfaces.hooks import calling


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calling, "PAUSES", (0.01, 0.01))


@pytest.fixture
def client(portal_client: TestClient) -> TestClient:
    return portal_client


def test_an_allowed_document_is_a_success_and_in_the_log(client: TestClient, portal: Portal) -> None:
    assert send(client, payload(GATEWAY)) == 202
    told = outcome(portal)
    assert told["status"] == "SUCCESS"
    assert told["statusLabel"].startswith("1 allowed, 0 denied")
    (listed,) = client.get("/v1/decisions", params={"request_id": "r_1"}).json()["decisions"]
    decision = listed["decision"]
    kept = client.get(f"/v1/decisions/{decision['decision_id']}").json()
    assert told["link"] == [f"https://guard.example.org/console/decisions/{decision['decision_id']}"]
    assert kept["requested_by"] is None
    labels = {"requested_by": "someone@example.org", "action": "create_vpc_endpoint", "team": "payments"}
    assert kept["input"]["labels"] == labels


def test_a_denied_document_is_a_failure_with_reasons(client: TestClient, portal: Portal) -> None:
    send(client, payload(json.dumps(DENIED)))
    told = outcome(portal)
    assert told["status"] == "FAILURE"
    assert "VPCE-IFACE-002" in told["summary"]
    assert "Keep one subnet per Availability Zone" in " ".join(told["summary"].split())
    assert "\x1b" not in told["summary"]


@pytest.mark.parametrize(("strict", "status"), [(False, "SUCCESS"), (True, "FAILURE")])
def test_what_is_undetermined_denies_only_when_strict(
    portal: Portal, tmp_path: Path, strict: bool, status: str
) -> None:
    with TestClient(make_app(make_guard(settings(portal, tmp_path, strict=strict))), base_url="http://localhost") as c:
        send(c, payload(GATEWAY))
    told = outcome(portal)
    assert told["status"] == status
    assert "could not be judged" in told["statusLabel"]
    assert "NOT KNOWN" in told["summary"]


@pytest.mark.parametrize("document", [None, {"what": "ever"}, "{", "a: [", 7])
def test_a_document_that_cannot_be_read_is_a_failure_that_says_so(
    client: TestClient, portal: Portal, document: Any
) -> None:
    assert send(client, payload(document)) == 202
    told = outcome(portal)
    assert (told["status"], told["statusLabel"]) == ("FAILURE", "Could not decide.")
    assert told["summary"].startswith("vpce-guard could not decide: ")


def test_the_inputs_themselves_may_be_the_request(portal: Portal, tmp_path: Path) -> None:
    app = make_app(make_guard(settings(portal, tmp_path, portal_document="/payload/properties")))
    with TestClient(app, base_url="http://localhost") as client:
        send(client, payload(None, payload={"properties": GATEWAY["request"]}))
    assert outcome(portal)["statusLabel"].startswith("1 allowed")


@pytest.mark.parametrize(("refuse", "told"), [(2, 1), (3, 0)])
def test_a_portal_that_fails_is_told_again_within_bounds(
    client: TestClient, portal: Portal, refuse: int, told: int
) -> None:
    portal.refuse = refuse
    assert send(client, payload(GATEWAY)) == 202
    assert len(portal.told) == told
    assert len(client.get("/v1/decisions").json()["decisions"]) == 1


def test_two_that_come_at_the_same_time_are_told_once(
    client: TestClient, portal_replica: TestClient, portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    both, evaluate = threading.Barrier(2), EmbeddedEngine.evaluate

    async def wait_for_both(engine: EmbeddedEngine, inputs: Sequence[Any]) -> Evaluations:
        await asyncio.to_thread(both.wait, 30)
        return await evaluate(engine, inputs)

    monkeypatch.setattr(EmbeddedEngine, "evaluate", wait_for_both)
    threads = [threading.Thread(target=send, args=(one, payload(GATEWAY))) for one in (client, portal_replica)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcome(portal)["status"] == "SUCCESS"
    assert len(client.get("/v1/decisions").json()["decisions"]) == 1


def test_what_could_not_be_decided_may_be_sent_again(
    client: TestClient, portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: Any) -> Evaluations:
        raise EngineError("The engine is away.")

    with monkeypatch.context() as patched:
        patched.setattr(EmbeddedEngine, "evaluate", fail)
        assert send(client, payload(GATEWAY)) == 202
    assert send(client, payload(GATEWAY)) == 202
    assert [told["status"] for _, told in portal.told] == ["FAILURE", "SUCCESS"]


@pytest.mark.parametrize("token", [b"", b"[]", b"{}"])
def test_a_portal_without_tokens_is_told_nothing(client: TestClient, portal: Portal, token: bytes) -> None:
    portal.token = token
    assert send(client, payload(GATEWAY)) == 202
    assert portal.told == []
