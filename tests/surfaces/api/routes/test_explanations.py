"""Explanations over REST."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import delete

from vpce_guard.bundle.bundle import Bundle
from vpce_guard.decision_log.tables import BUNDLES, ORG_DATA
from vpce_guard.runtime.wiring import make_guard, open_log
from vpce_guard.settings import Settings
from vpce_guard.surfaces.api import make_app

SUBNETS = [
    {
        "SubnetId": f"subnet-0a00000{n}",
        "VpcId": "vpc-0a000001",
        "AvailabilityZoneId": "use1-az1",
        "OwnerId": "111122223333",
    }
    for n in (1, 2)
]
DOCUMENT = {
    "operation": "create",
    "request": {
        "VpcEndpointType": "Interface",
        "VpcId": "vpc-0a000001",
        "ServiceName": "com.amazonaws.us-east-1.sqs",
        "SubnetIds": ["subnet-0a000001", "subnet-0a000002"],
    },
    "context": {"Subnets": SUBNETS},
}
ALICE, BOB, ADMIN = "a" * 40, "b" * 40, "c" * 40


def serve(url: str, **settings: Any) -> Iterator[TestClient]:
    chosen = Settings(database_url=url, **settings)
    guard = replace(make_guard(chosen), decision_log=open_log(chosen))
    with TestClient(make_app(guard), raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def url(sqlite_url: str) -> str:
    return sqlite_url


@pytest.fixture
def client(url: str) -> Iterator[TestClient]:
    yield from serve(url)


def recorded(client: TestClient, **headers: str) -> str:
    answer = client.post("/v1/decisions", json={"document": DOCUMENT}, headers=headers)
    return str(answer.json()["decisions"][0]["decision_id"])


def test_a_recorded_decision_is_explained(client: TestClient) -> None:
    decision_id = recorded(client)
    answer = client.get(f"/v1/decisions/{decision_id}/explanation", params={"rule_id": "VPCE-IFACE-002"})
    assert answer.status_code == 200
    body = answer.json()
    assert (body["decision_id"], body["allowed"], body["notes"]) == (decision_id, False, [])
    assert [rule["outcome"] for rule in body["rules"]] == ["violated"]
    assert body["flip"]["patch"] == [{"op": "remove", "path": "/request/SubnetIds/1"}]


def test_a_document_is_explained_and_not_recorded(client: TestClient) -> None:
    answer = client.post("/v1/explanations", json={"document": DOCUMENT, "flip": False})
    assert answer.status_code == 200
    (explanation,) = answer.json()["explanations"]
    assert explanation["flip"] is None
    assert {r["rule_id"]: r["outcome"] for r in explanation["rules"]}["VPCE-IFACE-002"] == "violated"
    assert client.get("/v1/decisions").json()["decisions"] == []


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 422),
        ({"document": {"operation": "create", "request": []}}, 422),
        ({"document": DOCUMENT, "rule_id": "VPCE-IFACE-999"}, 404),
        ({"document": [DOCUMENT] * 21}, 413),
    ],
)
def test_what_cannot_be_explained_is_a_problem(client: TestClient, body: Any, status: int) -> None:
    answer = client.post("/v1/explanations", json=body)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_decision_under_other_org_data_is_explained_under_its_own_or_on_demand(client: TestClient) -> None:
    decision_id = recorded(client)
    guard = client.app.state.guard  # type: ignore[attr-defined]
    guard.policy = replace(guard.policy, org=_OtherOrg(guard.org.current))
    own = client.get(f"/v1/decisions/{decision_id}/explanation", params={"flip": False})
    assert (own.status_code, own.json()["notes"]) == (200, [])
    told = client.get(f"/v1/decisions/{decision_id}/explanation", params={"current": True, "flip": False}).json()
    assert told["notes"] == ["The decision was made under no org data, and 111111111111 are at hand."]


class _OtherOrg:
    """Org data of another revision that say the same."""

    def __init__(self, org: Any) -> None:
        self.current = replace(org, revision="1" * 64)


def test_a_decision_under_another_bundle_is_explained_under_the_one_that_was_kept(client: TestClient) -> None:
    decision_id = recorded(client)
    path = f"/v1/decisions/{decision_id}/explanation"
    guard = client.app.state.guard  # type: ignore[attr-defined]
    before = guard.bundle
    first = client.get(path, params={"flip": False}).json()
    catalogue = before.catalogue.model_copy(update={"revision": "0" * 64, "rules": ()})  # would explain nothing
    guard.policy = replace(guard.policy, bundle=Bundle(catalogue=catalogue, files=before.files))
    then = client.get(path, params={"flip": False})
    assert (then.status_code, then.json()) == (200, first)
    with guard.decision_log.database.begin() as connection:
        connection.execute(delete(BUNDLES))
    refused = client.get(path)
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:vpce-guard:other-bundle")
    assert f"bundle {before.revision[:12]}, and 000000000000 is at hand" in refused.json()["detail"]


def test_a_decision_under_org_data_that_are_not_kept_is_not_explained_under_others(url: str, tmp_path: Path) -> None:
    org = tmp_path / "org.yaml"
    org.write_text("regions:\n  default: [us-east-1]\n")
    for client in serve(url, org_data=(org,)):
        decision_id = recorded(client)
        guard = client.app.state.guard  # type: ignore[attr-defined]
        guard.policy = replace(guard.policy, org=_OtherOrg(guard.org.current))
        path = f"/v1/decisions/{decision_id}/explanation?flip=false"
        assert (client.get(path).status_code, client.get(path).json()["notes"]) == (200, [])
        with guard.decision_log.database.begin() as connection:
            connection.execute(delete(ORG_DATA))
        assert client.get(path).status_code == 409


def test_only_ones_own_decisions_are_explained_unless_admin(url: str, tmp_path: Path) -> None:
    keys = tmp_path / "keys"
    digest = {name: hashlib.sha256(key.encode()).hexdigest() for name, key in (("a", ALICE), ("b", BOB), ("c", ADMIN))}
    keys.write_text(
        f"alice:{digest['a']} scopes=decide,read\nbob:{digest['b']} scopes=read\nroot:{digest['c']} scopes=admin\n"
    )
    for client in serve(url, api_keys_file=keys):
        decision_id = recorded(client, authorization=f"Bearer {ALICE}")
        path = f"/v1/decisions/{decision_id}/explanation?flip=false&rule_id=VPCE-IFACE-002"
        statuses = [
            client.get(path, headers={"authorization": f"Bearer {key}"}).status_code for key in (ALICE, BOB, ADMIN)
        ]
        assert statuses == [200, 404, 200]
        answer = client.post(
            "/v1/explanations", json={"document": DOCUMENT}, headers={"authorization": f"Bearer {BOB}"}
        )
        assert answer.status_code == 403


def test_what_the_log_never_keeps_is_named(url: str) -> None:
    for client in serve(url, log_erase=("/request/SubnetIds",)):
        decision_id = recorded(client)
        told = client.get(f"/v1/decisions/{decision_id}/explanation", params={"flip": False}).json()
        without = "/input/request/SubnetIds, /input/endpoint/SubnetIds"
        assert told["notes"][0] == f"Explained without what the log does not keep: {without}."
