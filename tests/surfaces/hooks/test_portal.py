"""Actions of a portal, with a stand-in for it that gives out tokens and is told outcomes."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text

from vpce_guard.engines import Evaluations
from vpce_guard.engines.embedded import EmbeddedEngine
from vpce_guard.errors import EngineError
from vpce_guard.runtime.wiring import make_guard, open_log
from vpce_guard.settings import Settings
from vpce_guard.surfaces.api import make_app
from vpce_guard.surfaces.hooks import calling

SECRET = "a secret of enough length"
SUBNETS = [
    {"SubnetId": f"subnet-0a00000{n}", "VpcId": "vpc-0a000001", "AvailabilityZone": "us-east-1a"} for n in (1, 2)
]
GATEWAY = {
    "operation": "create",
    "request": {
        "VpcEndpointType": "Gateway",
        "VpcId": "vpc-0a000001",
        "ServiceName": "com.amazonaws.us-east-1.s3",
        "RouteTableIds": ["rtb-0a000001"],
    },
    "labels": {"requested_by": "somebody else", "team": "payments"},
}
DENIED = {
    "operation": "create",
    "request": {
        "VpcEndpointType": "Interface",
        "VpcId": "vpc-0a000001",
        "ServiceName": "com.amazonaws.us-east-1.sqs",
        "SubnetIds": ["subnet-0a000001", "subnet-0a000002"],
    },
    "context": {"Region": "us-east-1", "Subnets": SUBNETS},
}


class Portal(ThreadingHTTPServer):
    """Gives a token for the right secret, and records what it is told; `refuse` answers are refused first."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.told: list[tuple[str, Any]] = []
        self.refuse, self.refusals, self.token = 0, 0, b'{"accessToken": "one"}'

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class Handler(BaseHTTPRequestHandler):
    server: Portal

    def do_POST(self) -> None:
        right = {"clientId": "id", "clientSecret": SECRET}
        self._answer(200 if self._body() == right and self.path == "/v1/auth/access_token" else 401, self.server.token)

    def do_PATCH(self) -> None:
        body = self._body()
        if self.headers["authorization"] != "Bearer one":
            self._answer(401)
        elif self.server.refusals < self.server.refuse:
            self.server.refusals += 1
            self._answer(503)
        else:
            self.server.told.append((self.path, body))
            self._answer(200)

    def _body(self) -> Any:
        return json.loads(self.rfile.read(int(self.headers["content-length"])))

    def _answer(self, status: int, body: bytes = b"{}") -> None:
        self.send_response(status)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None: ...


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calling, "PAUSES", (0.01, 0.01))


@pytest.fixture
def portal() -> Iterator[Portal]:
    server = Portal()
    threading.Thread(target=lambda: server.serve_forever(poll_interval=0.01), daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def settings(portal: Portal, folder: Path, **others: Any) -> Settings:
    return Settings(
        portal_client_id="id",
        portal_client_secret=SECRET,
        portal_url=portal.url,
        console_url="https://guard.example.org",
        database_url=f"sqlite:///{folder / 'log.db'}",
        **others,
    )


@pytest.fixture
def client(portal: Portal, tmp_path: Path) -> Iterator[TestClient]:
    with served(settings(portal, tmp_path)) as client:
        yield client


@pytest.fixture
def replica(portal: Portal, tmp_path: Path) -> Iterator[TestClient]:
    """Another service with the same log."""
    with served(settings(portal, tmp_path)) as client:
        yield client


def served(chosen: Settings) -> TestClient:
    guard = replace(make_guard(chosen), decision_log=open_log(chosen))
    return TestClient(make_app(guard), base_url="http://localhost", raise_server_exceptions=False)


def payload(document: Any, **changes: Any) -> Any:
    return {
        "action": "create_vpc_endpoint",
        "context": {"runId": "r_1"},
        "trigger": {"by": {"user": {"email": "someone@example.org"}, "userId": "7"}},
        "payload": {"properties": {"document": document}},
        **changes,
    }


def send(client: TestClient, content: Any, *, secret: str = SECRET, age: int = 0, signed: bytes | None = None) -> int:
    """The status of an action that was signed so many seconds ago."""
    body, when = json.dumps(content).encode(), str(int(time.time()) - age)
    digest = hmac.new(secret.encode(), f"{when}.".encode() + (body if signed is None else signed), hashlib.sha256)
    headers = {
        "x-port-signature": f"v1,{base64.b64encode(digest.digest()).decode()}",
        "x-port-timestamp": when,
    }
    return int(client.post("/v1/portal-action", content=body, headers=headers).status_code)


def outcome(portal: Portal) -> Any:
    ((path, told),) = portal.told
    assert path == "/v1/actions/runs/r_1"
    return told


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


@pytest.mark.parametrize(("refuse", "told"), [(2, 1), (3, 0)])
def test_a_portal_that_fails_is_told_again_within_bounds(
    client: TestClient, portal: Portal, refuse: int, told: int
) -> None:
    portal.refuse = refuse
    assert send(client, payload(GATEWAY)) == 202
    assert len(portal.told) == told
    assert len(client.get("/v1/decisions").json()["decisions"]) == 1


def test_what_is_sent_again_is_judged_and_told_once(
    client: TestClient, replica: TestClient, portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert send(client, payload(GATEWAY)) == 202
    monkeypatch.delattr(EmbeddedEngine, "evaluate")
    assert send(client, payload(GATEWAY), age=2) == 202  # signed anew
    assert send(replica, payload(GATEWAY)) == 202
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


def test_two_that_come_at_the_same_time_are_told_once(
    client: TestClient, replica: TestClient, portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    both, evaluate = threading.Barrier(2), EmbeddedEngine.evaluate

    async def wait_for_both(engine: EmbeddedEngine, inputs: Sequence[Any]) -> Evaluations:
        await asyncio.to_thread(both.wait, 30)
        return await evaluate(engine, inputs)

    monkeypatch.setattr(EmbeddedEngine, "evaluate", wait_for_both)
    threads = [threading.Thread(target=send, args=(one, payload(GATEWAY))) for one in (client, replica)]
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


def test_nothing_is_accepted_while_the_log_cannot_tell(client: TestClient, portal: Portal) -> None:
    guard = client.app.state.guard  # type: ignore[attr-defined]
    with guard.decision_log.database.begin() as connection:
        connection.execute(text("ALTER TABLE request_keys RENAME TO gone"))
    assert send(client, payload(GATEWAY)) == 503
    assert portal.told == []


@pytest.mark.parametrize("token", [b"", b"[]", b"{}"])
def test_a_portal_without_tokens_is_told_nothing(client: TestClient, portal: Portal, token: bytes) -> None:
    portal.token = token
    assert send(client, payload(GATEWAY)) == 202
    assert portal.told == []


def test_without_a_secret_there_are_no_actions() -> None:
    with TestClient(make_app(make_guard(Settings()))) as client:
        assert client.post("/v1/portal-action", json={}).status_code == 404
