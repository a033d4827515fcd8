"""The run task, with stand-ins for HCP Terraform, which takes the outcome, and for the host that keeps the files."""

from __future__ import annotations

import hashlib
import hmac
import io
import json
import tarfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from vpce_guard.runtime.wiring import make_guard
from vpce_guard.settings import Settings
from vpce_guard.surfaces.api import make_app
from vpce_guard.surfaces.hooks import calling

KEY = "a key of enough length"


SOURCE = "/api/v2/configuration-versions/1/download"
SOURCE_URL = "configuration_version_download_url"
HERE = Path(__file__).parent  # a folder without Terraform source
PATHS = {"/api/v2/plans/1/json-output": "plan", SOURCE: "source"}


class Terraform(ThreadingHTTPServer):
    """Knows where plan and source are kept, and records what it is told."""

    def __init__(self, archivist: Archivist) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.archivist = archivist
        self.told: list[tuple[str, str, Any]] = []
        self.refuse = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class Handler(BaseHTTPRequestHandler):
    server: Terraform

    def do_GET(self) -> None:
        found = self.path in PATHS and self.headers["authorization"] == "Bearer callback-token"
        self.send_response(302 if found else 404)
        if found:
            self.send_header("location", f"{self.server.archivist.url}/{PATHS[self.path]}")
        self.end_headers()

    def do_PATCH(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        self.server.refuse -= 1
        self.send_response(500 if self.server.refuse >= 0 else 200)
        self.end_headers()
        self.server.told.append((self.headers["content-type"], self.headers["authorization"], json.loads(body)))

    def log_message(self, *_: Any) -> None: ...


class Archivist(ThreadingHTTPServer):
    """The other host: gives out files, and records with what credentials it was asked."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), FileHandler)
        self.files: dict[str, bytes] = {}
        self.credentials: list[str | None] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class FileHandler(BaseHTTPRequestHandler):
    server: Archivist

    def do_GET(self) -> None:
        self.server.credentials.append(self.headers["authorization"])
        content = self.server.files.get(self.path.strip("/"))
        self.send_response(404 if content is None else 200)
        self.end_headers()
        self.wfile.write(content or b"")

    def log_message(self, *_: Any) -> None: ...


@contextmanager
def running(server: ThreadingHTTPServer) -> Iterator[None]:
    thread = threading.Thread(target=lambda: server.serve_forever(poll_interval=0.01), daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture
def archivist() -> Iterator[Archivist]:
    server = Archivist()
    with running(server):
        yield server


@pytest.fixture
def terraform(archivist: Archivist) -> Iterator[Terraform]:
    server = Terraform(archivist)
    with running(server):
        yield server


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
    terraform.archivist.files["plan"] = (root / "examples/terraform/plan.json").read_bytes()
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
    terraform.archivist.files["plan"] = (
        root / "tests/formats/terraform/plans/create-one-interface/plan.json"
    ).read_bytes()
    send(client, payload(terraform))
    assert outcome(terraform)["attributes"]["status"] == "passed"


@pytest.mark.parametrize("plan", [b"", b"{", b'{"format_version": "1.2", "errored": true}'])
def test_a_plan_that_cannot_be_judged_fails(client: TestClient, terraform: Terraform, plan: bytes) -> None:
    terraform.archivist.files["plan"] = plan
    assert send(client, payload(terraform)).status_code == 200
    assert outcome(terraform)["attributes"]["status"] == "failed"


def test_a_plan_that_is_not_there_fails(client: TestClient, terraform: Terraform) -> None:
    send(client, payload(terraform, plan_json_api_url=f"{terraform.url}/nothing"))
    assert outcome(terraform)["attributes"]["status"] == "failed"


def test_the_outcome_is_told_again_until_it_is_taken(
    client: TestClient, terraform: Terraform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calling, "PAUSES", (0.01, 0.01))
    terraform.refuse = 2
    send(client, payload(terraform))
    assert len(terraform.told) == 3


def archive(folder: Path, *, below: str = "") -> bytes:
    """The files of a folder as HCP Terraform keeps a configuration version."""
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w:gz") as tar:
        tar.add(folder, arcname=below)
    return stream.getvalue()


def bodies(terraform: Terraform) -> str:
    outcomes = outcome(terraform)["relationships"]["outcomes"]["data"]
    return "\n".join(o["attributes"]["body"] for o in outcomes)


def test_the_source_puts_places_and_values_into_the_outcome(
    client: TestClient, terraform: Terraform, root: Path
) -> None:
    folder = root / "examples/terraform"
    terraform.archivist.files |= {"plan": (folder / "plan.json").read_bytes(), "source": archive(folder)}
    send(client, payload(terraform, **{SOURCE_URL: f"{terraform.url}{SOURCE}"}))
    assert outcome(terraform)["attributes"]["message"].endswith("could not be judged.")
    assert "<br>modules/endpoints/main.tf:" in bodies(terraform)
    assert terraform.archivist.credentials == [None, None]


def test_terraform_runs_in_a_folder_of_the_source(client: TestClient, terraform: Terraform, root: Path) -> None:
    folder = root / "examples/terraform"
    terraform.archivist.files["plan"] = (folder / "plan.json").read_bytes()
    terraform.archivist.files["source"] = archive(folder, below="stacks/net")
    where = {SOURCE_URL: f"{terraform.url}{SOURCE}", "workspace_working_directory": "/stacks/net/"}
    send(client, payload(terraform, **where))
    assert "<br>stacks/net/modules/endpoints/main.tf:" in bodies(terraform)


@pytest.mark.parametrize(("has_source", "status"), [(False, "passed"), (True, "failed")])
def test_what_expressions_stand_for_is_judged_with_the_source(
    client: TestClient, terraform: Terraform, root: Path, has_source: bool, status: str
) -> None:
    folder = root / "tests/formats/terraform/idioms/module"
    terraform.archivist.files |= {"plan": (folder / "plan.json").read_bytes(), "source": archive(folder)}
    url = f"{terraform.url}{SOURCE}" if has_source else None
    send(client, payload(terraform, **{SOURCE_URL: url}))
    assert outcome(terraform)["attributes"]["status"] == status


@pytest.mark.parametrize(
    ("changes", "files", "why"),
    [
        ({SOURCE_URL: None}, {}, "HCP Terraform gives no address for it"),
        ({}, {}, "HCP Terraform answers 404"),
        ({}, {"source": b"no archive"}, "The archive cannot be read"),
        ({}, {"source": archive(HERE)}, "There is no Terraform source in ."),
        (
            {"workspace_working_directory": "../.."},
            {"source": archive(HERE)},
            "The working directory is outside of the archive",
        ),
    ],
)
def test_without_source_the_plan_is_judged_and_that_is_said(
    client: TestClient, terraform: Terraform, root: Path, changes: Any, files: Any, why: str
) -> None:
    terraform.archivist.files |= {"plan": (root / "examples/terraform/plan.json").read_bytes(), **files}
    send(client, payload(terraform, **{SOURCE_URL: f"{terraform.url}{SOURCE}", **changes}))
    message = outcome(terraform)["attributes"]["message"]
    assert message.startswith("3 allowed, 3 denied")
    assert f"Judged without the Terraform source: {why}" in message


def test_a_source_of_more_than_may_be_is_not_taken(terraform: Terraform, root: Path) -> None:
    plan = (root / "tests/formats/terraform/plans/create-one-interface/plan.json").read_bytes()
    terraform.archivist.files |= {"plan": plan, "source": bytes(len(plan) + 1)}
    guard = make_guard(Settings(run_task_key=KEY, run_task_url=terraform.url, max_body=len(plan)))
    with TestClient(make_app(guard)) as client:
        send(client, payload(terraform, **{SOURCE_URL: f"{terraform.url}{SOURCE}"}))
    assert f"The archive has more than {len(plan)} bytes" in outcome(terraform)["attributes"]["message"]


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
        {"configuration_version_download_url": "http://169.254.169.254/latest"},
        {"configuration_version_download_url": 7},
    ],
)
def test_what_is_not_ours_to_fetch_is_refused(client: TestClient, terraform: Terraform, changes: Any) -> None:
    assert send(client, payload(terraform, **changes)).status_code == 422
    assert terraform.told == []


def test_without_a_key_there_is_no_run_task() -> None:
    with TestClient(make_app(make_guard(Settings()))) as client:
        assert client.post("/v1/run-task", json={}).status_code == 404
