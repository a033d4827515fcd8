"""A stand-in for a developer portal, which gives out tokens and is told outcomes, and services that it asks."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from vpce_guard.runtime.wiring import make_guard, open_log
from vpce_guard.settings import Settings
from vpce_guard.surfaces.api import make_app

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


@pytest.fixture
def portal() -> Iterator[Portal]:
    """A portal, until it is no longer needed."""
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
def portal_client(portal: Portal, tmp_path: Path) -> Iterator[TestClient]:
    with served(settings(portal, tmp_path)) as client:
        yield client


@pytest.fixture
def portal_replica(portal: Portal, tmp_path: Path) -> Iterator[TestClient]:
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
