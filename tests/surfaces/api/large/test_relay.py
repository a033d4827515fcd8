"""Large requests are answered in a process of their own as they would be here, and what it did counts as done here."""

from __future__ import annotations

import hashlib
import os
import signal
import stat
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.support.waiting import until
from vpce_guard.model import Json
from vpce_guard.runtime.wiring import make_guard, open_log
from vpce_guard.settings import Settings
from vpce_guard.surfaces.api import make_app
from vpce_guard.surfaces.api.large import relay

KEY = {"authorization": "Bearer portal"}


def gateways(count: int, *, text: int = 0) -> list[Json]:
    tags = [{"ResourceType": "vpc-endpoint", "Tags": [{"Key": "Name", "Value": "x" * text}]}]
    return [
        {
            "operation": "create",
            "request": {
                "VpcId": f"vpc-{number:08x}",
                "ServiceName": "com.amazonaws.us-east-1.s3",
                "RouteTableIds": [f"rtb-{number:08x}"],
                "TagSpecifications": tags,
            },
        }
        for number in range(count)
    ]


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    kept = tmp_path_factory.mktemp("large")
    keys = kept / "keys"
    keys.write_text(f"portal:{hashlib.sha256(b'portal').hexdigest()}\nother:{hashlib.sha256(b'other').hexdigest()}\n")
    guard = make_guard(Settings(api_keys_file=keys, database_url=f"sqlite:///{kept / 'log.db'}", max_work=1 << 20))
    app = make_app(replace(guard, decision_log=open_log(guard.settings)), large=True)
    with TestClient(app, headers=KEY) as client:
        yield client


def running(client: TestClient) -> Any:
    """The process that answers large requests, where there is one."""
    return client.app.state.large._process  # type: ignore[attr-defined]


def metric(client: TestClient, line: str) -> float:
    return sum(float(text.split()[-1]) for text in client.get("/metrics").text.splitlines() if text.startswith(line))


def test_a_small_request_is_answered_here(client: TestClient) -> None:
    assert client.post("/v1/decisions", json={"document": gateways(1)}).status_code == 200
    assert running(client) is None


def test_a_large_body_is_decided_in_the_large_process_and_kept_under_its_caller(client: TestClient) -> None:
    answer = client.post("/v1/decisions", json={"document": gateways(2, text=20_000)})
    assert answer.status_code == 200
    assert running(client).is_running
    kept = client.get(f"/v1/decisions/{answer.json()['decisions'][0]['decision_id']}").json()
    assert kept["requested_by"] == "portal"
    assert kept["decision"] == answer.json()["decisions"][0]


def test_a_small_body_with_many_endpoints_is_decided_there_too(client: TestClient) -> None:
    before = metric(client, "vpce_guard_decision_log_written_total")
    answer = client.post("/v1/decisions", json={"document": gateways(11)})
    assert [decision["subject"]["vpc_id"] for decision in answer.json()["decisions"]] == [
        f"vpc-{number:08x}" for number in range(11)
    ]
    assert running(client).is_running
    assert metric(client, "vpce_guard_decision_log_written_total") == before + 11


def test_what_the_large_process_decided_is_counted_here(client: TestClient) -> None:
    hidden = hashlib.sha256(b"portal").hexdigest()[:12]
    line = f'vpce_guard_caller_decisions_total{{caller="{hidden}"'
    before = metric(client, line)
    client.post("/v1/decisions", json={"document": gateways(11)})
    assert metric(client, line) == before + 11


def test_a_problem_of_the_large_process_is_answered_as_one_of_this_process(client: TestClient) -> None:
    answer = client.post("/v1/decisions", json={"document": gateways(40, text=30_000)})
    assert (answer.status_code, answer.headers["content-type"]) == (413, "application/problem+json")
    assert answer.json()["instance"] == "/v1/decisions"
    assert answer.headers.get_list("x-request-id") == [answer.json()["request_id"]]


def test_a_request_has_the_same_id_there(client: TestClient) -> None:
    answer = client.post("/v1/decisions", json={"document": gateways(11)}, headers={"x-request-id": "change-7"})
    assert (answer.json()["request_id"], answer.headers.get_list("x-request-id")) == ("change-7", ["change-7"])


def test_a_large_page_is_passed_on_as_it_comes_and_holds_what_the_caller_may_read(client: TestClient) -> None:
    client.post("/v1/decisions", json={"document": gateways(30)})
    page = client.get("/v1/decisions?limit=25").json()
    assert len(page["decisions"]) == 25
    others = client.get("/v1/decisions?limit=25", headers={"authorization": "Bearer other"}).json()
    assert others["decisions"] == []


def test_whoever_asks_has_to_be_let_in_before(client: TestClient) -> None:
    document = {"document": gateways(11)}
    assert client.post("/v1/decisions", json=document, headers={"authorization": "Bearer x"}).status_code == 401


def test_a_large_process_that_was_ended_is_replaced(client: TestClient) -> None:
    client.post("/v1/decisions", json={"document": gateways(11)})
    first = running(client)
    os.kill(first._process.pid, signal.SIGKILL)
    until(lambda: not first.is_running)
    assert client.post("/v1/decisions", json={"document": gateways(11)}).status_code == 200
    assert running(client)._process.pid != first._process.pid


def test_a_large_process_that_nobody_needs_ends(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(relay, "IDLE", 0.0)
    client.post("/v1/decisions", json={"document": gateways(11)})
    until(lambda: running(client) is None)


def test_only_this_user_reaches_a_worker(client: TestClient) -> None:
    assert stat.S_IMODE(Path(client.app.state.large._folder).stat().st_mode) == 0o700  # type: ignore[attr-defined]


def test_where_no_folder_can_be_made_the_service_answers_everything_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(**_: str) -> str:
        raise FileNotFoundError("no usable temporary directory")

    monkeypatch.setattr(tempfile, "mkdtemp", refuse)
    client = TestClient(make_app(make_guard(Settings()), large=True), base_url="http://127.0.0.1")
    assert client.post("/v1/decisions", json={"document": gateways(11)}).status_code == 200


def test_nothing_goes_to_the_large_process_while_another_bundle_should_answer(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client.app.state.guard, "why_outdated", lambda: "another bundle")  # type: ignore[attr-defined]
    refused = client.post("/v1/decisions", json={"document": gateways(200)})
    assert refused.status_code == 503
    assert refused.json()["detail"].startswith("another bundle")
