"""Decisions over REST: allowed, denied, in batches, and what a caller may ask for."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.surfaces.api.test_api import PROPOSAL


def denied(service: str = "com.amazonaws.us-east-1.kms") -> dict[str, Any]:
    return {**PROPOSAL, "request": {**PROPOSAL["request"], "ServiceName": service}}  # type: ignore[dict-item]


def test_an_allowed_proposal(client: TestClient) -> None:
    answer = client.post("/v1/decisions", json={"document": PROPOSAL, "request_id": "r-1"})
    assert answer.status_code == 200
    assert answer.json()["request_id"] == "r-1"
    assert answer.json()["allowed"] is True
    (decision,) = answer.json()["decisions"]
    assert [v for v in decision["violations"] if v["enforcement_action"] == "deny"] == []
    assert decision["engine"] == "embedded"


def test_a_denial_is_200_and_says_why(client: TestClient) -> None:
    answer = client.post("/v1/decisions", json={"document": denied()})
    assert answer.status_code == 200
    assert answer.json()["allowed"] is False
    violation = {v["rule_id"]: v for v in answer.json()["decisions"][0]["violations"]}["VPCE-GW-001"]
    assert violation["path"] == "/request/ServiceName"
    assert violation["remediation"] == "Set VpcEndpointType to Interface."


@pytest.mark.parametrize(
    ("member", "value", "rule_id"),
    [
        ("PolicyDocument", "{", "VPCE-COMMON-013"),
        ("PolicyDocument", '{"Statement": 1e999}', "VPCE-COMMON-013"),
        ("VpcEndpointType", "Portal", "VPCE-COMMON-002"),
    ],
)
def test_a_bad_value_in_a_readable_request_is_a_denial(
    client: TestClient, member: str, value: str, rule_id: str
) -> None:
    document = {**PROPOSAL, "request": {**PROPOSAL["request"], member: value}}  # type: ignore[dict-item]
    answer = client.post("/v1/decisions", json={"document": document})
    assert answer.status_code == 200
    assert rule_id in [v["rule_id"] for v in answer.json()["decisions"][0]["violations"]]


def test_strict_refuses_what_could_not_be_told(client: TestClient) -> None:
    document = {**PROPOSAL, "context": {}}
    assert client.post("/v1/decisions", json={"document": document}).json()["allowed"] is True
    assert client.post("/v1/decisions", json={"document": document, "strict": True}).json()["allowed"] is False


@pytest.mark.parametrize("strict", [False, True])
def test_what_may_hold_endpoints_and_is_not_read_is_told(client: TestClient, strict: bool) -> None:
    nested = {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": "https://bucket/net.yaml"}}
    body = {"document": {"Resources": {"Net": nested}}, "strict": strict}
    for answer in (
        client.post("/v1/decisions", json=body).json(),
        client.post("/v1/decisions/batch", json={"items": [body]}).json()["results"][0],
    ):
        assert (answer["allowed"], answer["decisions"]) == (not strict, [])
        (note,) = answer["notes"]
        assert note.startswith("the nested stack Net")
    assert "notes" not in client.post("/v1/decisions", json={"document": PROPOSAL}).json()


def test_a_batch_answers_in_order_and_keeps_unreadable_items_apart(client: TestClient) -> None:
    items = [{"document": PROPOSAL}, {"document": 7}, {"nonsense": 1}, {"document": denied()}]
    answer = client.post("/v1/decisions/batch", json={"items": items})
    results = answer.json()["results"]
    assert [r["allowed"] for r in results] == [True, False, False, False]
    assert [r["error"] and r["error"]["status"] for r in results] == [None, 422, 422, None]
    assert len(results[3]["decisions"]) == 1
