"""Replays over REST: begun, followed, read, stopped, and kept from those who may not see others' decisions."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from fastapi.testclient import TestClient

from tests.support.recording import GATEWAY, KMS, changed, record
from tests.support.waiting import until
from vpce_guard.bundle.bundle import open_bundle
from vpce_guard.runtime.wiring import make_guard, open_log
from vpce_guard.settings import Settings
from vpce_guard.surfaces.api import make_app
from vpce_guard.surfaces.reports.replay.json import schema

NO_S3 = {"services": {"allow": ["*"], "deny": ["s3"]}}


@pytest.fixture
def url(sqlite_url: str) -> str:
    return sqlite_url


@pytest.fixture
def client(url: str) -> Iterator[TestClient]:
    record(url, GATEWAY, KMS, labels={"team": "payments"})
    settings = Settings(database_url=url)
    guard = replace(make_guard(settings), decision_log=open_log(settings))
    with TestClient(make_app(guard), raise_server_exceptions=False) as client:
        yield client


def begun(client: TestClient, candidate: Any, **selection: Any) -> str:
    answer = client.post("/v1/replays", json={"candidate": candidate, "selection": selection})
    assert answer.status_code == 202, answer.text
    location: str = answer.headers["location"]
    assert location == f"/v1/replays/{answer.json()['replay_id']}"
    return location


def ended(client: TestClient, location: str) -> Any:
    until(lambda: client.get(location).json()["status"] != "running")
    return client.get(location).json()


def test_org_data_that_are_sent(client: TestClient) -> None:
    location = begun(client, {"org_data": NO_S3}, label="team:payments")
    state = ended(client, location)
    assert state["error"] is None
    assert state["status"] == "done"
    assert state["progress"] == {"read": 2, "total": 2}
    jsonschema.validate(state["report"], schema())
    assert state["report"]["kinds"]["newly_denied"] == 1
    assert state["report"]["by_rule"]["VPCE-ORG-002"] == {"newly_denied": 1}
    page = client.get(f"{location}/page")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert "1 newly denied" in page.text
    assert client.delete(location).status_code == 204
    assert client.get(location).status_code == 404


def test_a_kept_bundle(client: TestClient) -> None:
    state = ended(client, begun(client, {"revision": open_bundle().revision}))
    assert state["report"]["kinds"]["unchanged"] == 2


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"candidate": {}}, "/candidate"),
        ({"candidate": {"revision": "0" * 64}}, "/candidate/revision"),
        ({"candidate": {"revision": "../x"}}, "/candidate/revision"),
        ({"candidate": {"org_data": {"services": 5}}}, "/candidate/org_data"),
        ({"candidate": {"org_data": {}}, "selection": {"since": "yesterday"}}, "/since"),
        ({"candidate": {"org_data": {}}, "selection": {"limit": 0}}, "/selection/limit"),
        ({"candidate": {"org_data": {}}, "selection": {"database_url": "x"}}, "/selection/database_url"),
    ],
)
def test_what_cannot_be_done_is_refused_at_once(client: TestClient, body: Any, pointer: str) -> None:
    answer = client.post("/v1/replays", json=body)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == pointer


def test_one_at_a_time_and_stopped(client: TestClient, url: str) -> None:
    changed(url, lambda _result, given: given["context"].update(AccountId="1"), copies=200)
    first = begun(client, {"org_data": NO_S3})
    second = client.post("/v1/replays", json={"candidate": {"org_data": NO_S3}})
    assert second.status_code == 429
    assert second.headers["retry-after"] == "30"
    assert client.get(f"{first}/page").status_code == 409
    assert client.delete(first).status_code == 204
    assert ended(client, begun(client, {"org_data": NO_S3}, limit=1))["status"] == "done"


def test_without_a_log_there_is_nothing_to_replay() -> None:
    with TestClient(make_app(make_guard(Settings(decision_log="off")))) as client:
        assert client.post("/v1/replays", json={"candidate": {"org_data": {}}}).status_code == 404


def test_only_authors_may(url: str, tmp_path: Path) -> None:
    keys = tmp_path / "keys"
    lines = [
        f"{name}:{hashlib.sha256(f'key-{name}'.encode()).hexdigest()} scopes={scopes}"
        for name, scopes in (("author", "read,author"), ("reader", "read,decide"))
    ]
    keys.write_text("\n".join(lines))
    record(url, GATEWAY)
    settings = Settings(database_url=url, api_keys_file=keys)
    guard = replace(make_guard(settings), decision_log=open_log(settings))
    with TestClient(make_app(guard), raise_server_exceptions=False) as client:

        def ask(method: str, path: str, name: str, **more: Any) -> Any:
            return client.request(method, path, headers={"authorization": f"Bearer key-{name}"}, **more)

        order = {"json": {"candidate": {"org_data": NO_S3}}}
        assert ask("POST", "/v1/replays", "reader", **order).status_code == 403
        begun = ask("POST", "/v1/replays", "author", **order)
        assert begun.json()["requested_by"] == "author"
        location = begun.headers["location"]
        assert ask("GET", location, "reader").status_code == 403
        assert ask("GET", f"{location}/page", "reader").status_code == 403
        assert ask("DELETE", location, "reader").status_code == 403
        assert ask("GET", location, "author").status_code == 200
