"""The run task, with a stand-in for HCP Terraform that keeps the plan and takes the outcome."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from vpce_guard.runtime.wiring import make_guard
from vpce_guard.settings import Settings
from vpce_guard.surfaces.api import make_app

KEY = "a key of enough length"


class Terraform(ThreadingHTTPServer):
    """Serves one plan behind a redirect and records what it is told."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.plan: bytes = b""
        self.told: list[tuple[str, str, Any]] = []
        self.refuse = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class Handler(BaseHTTPRequestHandler):
    server: Terraform

    def do_GET(self) -> None:
        if self.path == "/api/v2/plans/1/json-output" and self.headers["authorization"] == "Bearer callback-token":
            self.send_response(307)
            self.send_header("location", "/stored")
            self.end_headers()
            return
        found = self.path == "/stored"
        self.send_response(200 if found else 404)
        self.end_headers()
        self.wfile.write(self.server.plan if found else b"")

    def do_PATCH(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        self.server.refuse -= 1
        self.send_response(500 if self.server.refuse >= 0 else 200)
        self.end_headers()
        self.server.told.append((self.headers["content-type"], self.headers["authorization"], json.loads(body)))

    def log_message(self, *_: Any) -> None: ...


@pytest.fixture
def terraform() -> Iterator[Terraform]:
    server = Terraform()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def client(terraform: Terraform) -> Iterator[TestClient]:
    guard = make_guard(Settings(run_task_key=KEY, run_task_url=terraform.url))
    with TestClient(make_app(guard), raise_server_exceptions=False) as client:
        yield client


def payload(terraform: Terraform, **changes: Any) -> Any:
    return {
        "payload_version": 1,
        "stage": "post_plan",
        "access_token": "callback-token",
        "run_id": "run-1",
        "workspace_name": "network",
        "organization_name": "org",
        "plan_json_api_url": f"{terraform.url}/api/v2/plans/1/json-output",
        "task_result_callback_url": f"{terraform.url}/api/v2/task-results/1/callback",
        **changes,
    }


def send(client: TestClient, content: Any, *, key: str = KEY, signature: str | None = None) -> Any:
    body = json.dumps(content).encode()
    signature = hmac.new(key.encode(), body, hashlib.sha512).hexdigest() if signature is None else signature
    return client.post("/v1/run-task", content=body, headers={"x-tfc-task-signature": signature})


def outcome(terraform: Terraform) -> Any:
    kind, credentials, told = terraform.told[-1]
    assert (kind, credentials) == ("application/vnd.api+json", "Bearer callback-token")
    return told["data"]


def test_a_plan_is_fetched_judged_and_reported(client: TestClient, terraform: Terraform, root: Path) -> None:
    terraform.plan = (root / "examples/terraform/plan.json").read_bytes()
    assert send(client, payload(terraform)).status_code == 200
    data = outcome(terraform)
    assert data["type"] == "task-results"
    assert data["attributes"]["status"] == "failed"
    assert data["attributes"]["message"].startswith("3 allowed, 3 denied")
    found = data["relationships"]["outcomes"]["data"]
    denied = [o["attributes"] for o in found if o["attributes"]["tags"]["Status"][0]["label"] == "Denied"]
    assert len(denied) == 3
    assert any("VPCE-IFACE-002" in attributes["body"] for attributes in denied)
    assert {attributes["tags"]["Severity"][0]["level"] for attributes in denied} == {"error"}


def test_an_allowed_plan_passes(client: TestClient, terraform: Terraform, root: Path) -> None:
    terraform.plan = (root / "tests/formats/terraform/plans/create-one-interface/plan.json").read_bytes()
    send(client, payload(terraform))
    assert outcome(terraform)["attributes"]["status"] == "passed"


@pytest.mark.parametrize("plan", [b"", b"{", b'{"format_version": "1.2", "errored": true}'])
def test_a_plan_that_cannot_be_judged_fails(client: TestClient, terraform: Terraform, plan: bytes) -> None:
    terraform.plan = plan
    assert send(client, payload(terraform)).status_code == 200
    assert outcome(terraform)["attributes"]["status"] == "failed"


def test_a_plan_that_is_not_there_fails(client: TestClient, terraform: Terraform) -> None:
    send(client, payload(terraform, plan_json_api_url=f"{terraform.url}/nothing"))
    assert outcome(terraform)["attributes"]["status"] == "failed"


def test_the_outcome_is_told_again_until_it_is_taken(client: TestClient, terraform: Terraform) -> None:
    terraform.refuse = 2
    send(client, payload(terraform))
    assert len(terraform.told) == 3


@pytest.mark.parametrize(
    "signature", ["", "0" * 128, hmac.new(b"another", b"{}", hashlib.sha512).hexdigest(), "\u00e9"], ids=range(4)
)
def test_nothing_is_done_unsigned(client: TestClient, terraform: Terraform, signature: str) -> None:
    body = json.dumps(payload(terraform)).encode()
    headers = {"x-tfc-task-signature": signature.encode("latin-1")} if signature else {}
    answer = client.post("/v1/run-task", content=body, headers=headers)
    assert answer.status_code == 401
    assert terraform.told == []


def test_a_trial_is_accepted_and_nothing_fetched(client: TestClient, terraform: Terraform) -> None:
    trial = payload(terraform, access_token="test-token", plan_json_api_url=None)
    assert send(client, trial).status_code == 200
    assert terraform.told == []


@pytest.mark.parametrize(
    "changes",
    [
        {"payload_version": 2},
        {"stage": "pre_plan"},
        {"plan_json_api_url": "http://169.254.169.254/latest"},
        {"task_result_callback_url": "https://elsewhere.example/"},
        {"task_result_callback_url": None},
    ],
)
def test_what_is_not_ours_to_fetch_is_refused(client: TestClient, terraform: Terraform, changes: Any) -> None:
    assert send(client, payload(terraform, **changes)).status_code == 422
    assert terraform.told == []


def test_without_a_key_there_is_no_run_task() -> None:
    with TestClient(make_app(make_guard(Settings()))) as client:
        assert client.post("/v1/run-task", json={}).status_code == 404
