"""Clients that speak OPA: the same result as OPA gives, or none, in OPA's own form."""

from __future__ import annotations

import json
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from pydantic_core import to_json

from tests.surfaces.api.test_api import PROPOSAL
from vpce_guard.decisions.inputs import rego_input
from vpce_guard.errors import EngineError
from vpce_guard.runtime.guard import Guard
from vpce_guard.runtime.wiring import make_guard, open_log
from vpce_guard.settings import Settings
from vpce_guard.surfaces.api import make_app

URL = "/v1/data/vpce/main/result"
ENDPOINT = {"VpcEndpointId": "vpce-0a1b2c3d", **PROPOSAL["request"]}  # type: ignore[dict-item]
KMS = {**PROPOSAL["request"], "ServiceName": "com.amazonaws.us-east-1.kms"}  # type: ignore[dict-item]


def modified(**members: Any) -> dict[str, Any]:
    request = {"VpcEndpointId": "vpce-0a1b2c3d", "AddRouteTableIds": ["rtb-0a000002"]}
    return {"operation": "modify", "request": request, **members}


def in_order(result: dict[str, Any]) -> dict[str, Any]:
    """A result with its sets, which have no order, in one."""
    return {
        **result,
        **{
            name: sorted(result[name], key=lambda one: json.dumps(one, sort_keys=True))
            for name in ("violations", "undetermined")
        },
    }


def test_the_result_is_that_of_opa_for_the_proposal_as_rules_see_it(
    client: TestClient, guard: Guard, opa: str, tmp_path: Path
) -> None:
    document = {**PROPOSAL, "request": KMS, "context": {**PROPOSAL["context"], "time": "2026-06-01T12:00:00Z"}}  # type: ignore[dict-item]
    question = guard.question(document, request_id="r", record=False)
    terms = guard.terms
    (proposal,) = question.proposals
    (tmp_path / "input.json").write_bytes(
        to_json(rego_input(proposal, terms.profile, terms.org.effective_for(proposal.context)))
    )
    (tmp_path / "vpce.tar.gz").write_bytes(guard.bundle.files["vpce.tar.gz"])
    command = [opa, "eval", "-f", "json", "-b", "vpce.tar.gz", "-i", "input.json", "data.vpce.main.result"]
    said = subprocess.run(command, cwd=tmp_path, capture_output=True, check=True).stdout
    answer = client.post(URL, json={"input": document})
    assert answer.status_code == 200
    assert answer.json().keys() == {"result"}
    assert in_order(answer.json()["result"]) == in_order(json.loads(said)["result"][0]["expressions"][0]["value"])
    assert "gw.gateway_service" in [v["rule"] for v in answer.json()["result"]["violations"]]


@pytest.mark.parametrize(
    "document",
    [modified(), {"operation": "delete", "request": {"VpcEndpointId": "vpce-0a1b2c3d"}, "current": ENDPOINT}],
)
def test_what_has_no_endpoint_afterwards_is_undefined(client: TestClient, document: dict[str, Any]) -> None:
    answer = client.post(URL, json={"input": document})
    assert (answer.status_code, answer.json()) == (200, {})


def test_a_modification_has_an_endpoint_where_the_context_tells_it(client: TestClient) -> None:
    answer = client.post(URL, json={"input": modified(context={"VpcEndpoints": [ENDPOINT]})})
    assert answer.json()["result"]["violations"] is not None


def test_nothing_is_recorded(tmp_path: Path) -> None:
    settings = Settings(database_url=f"sqlite:///{tmp_path}/decisions.db")
    with TestClient(make_app(replace(make_guard(settings), decision_log=open_log(settings)))) as client:
        assert client.post(URL, json={"input": PROPOSAL}).status_code == 200
        assert client.get("/v1/decisions").json()["decisions"] == []


def test_the_time_is_that_of_the_clock(client: TestClient, guard: Guard, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []

    async def evaluate(inputs: list[dict[str, Any]]) -> None:
        seen.extend(one["context"]["time"][:4] for one in inputs)
        raise EngineError("It is off.")

    monkeypatch.setattr(guard.engine, "evaluate", evaluate)
    document = {**PROPOSAL, "context": {"Region": "us-east-1", "time": "1999-06-01T12:00:00Z"}}
    assert client.post(URL, json={"input": document}).status_code == 503
    assert seen != ["1999"]
    assert len(seen) == 1


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/input"),
        ({"input": []}, "/input"),
        ({"input": {"operation": "create"}, "more": 1}, "/more"),
        ({"input": {"operation": "destroy"}}, "/operation"),
        ({"input": {"proposals": [PROPOSAL]}}, "/input/proposals"),
    ],
)
def test_what_is_not_one_proposal_is_422(client: TestClient, body: dict[str, Any], pointer: str) -> None:
    answer = client.post(URL, json=body)
    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]
