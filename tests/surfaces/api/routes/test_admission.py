"""POST /v1/admission, as the Kubernetes API server calls it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.support.kubernetes import ACK, CROSSPLANE, existing, review
from vpce_guard.errors import EngineError
from vpce_guard.runtime.guard import Guard
from vpce_guard.runtime.wiring import make_guard
from vpce_guard.settings import Settings
from vpce_guard.surfaces.api import make_app

GOOD = {
    **ACK,
    "spec": {"vpcID": "vpc-0a000001", "serviceName": "com.amazonaws.us-east-1.s3", "routeTableIDs": ["rtb-0a000001"]},
}
BAD = {**GOOD, "spec": {**GOOD["spec"], "serviceName": "com.amazonaws.us-east-1.kms"}}


def ask(client: TestClient, document: Any) -> Any:
    answer = client.post("/v1/admission", json=document)
    assert answer.status_code == 200
    assert answer.json()["kind"] == "AdmissionReview"
    assert answer.json()["response"]["uid"] == "u"
    return answer.json()["response"]


def test_an_endpoint_is_allowed_or_denied_with_reasons(client: TestClient) -> None:
    assert ask(client, review("CREATE", GOOD))["allowed"] is True
    response = ask(client, review("CREATE", BAD))
    assert response["allowed"] is False
    assert response["status"]["code"] == 403
    assert "VPCE-GW-001" in response["status"]["message"]
    assert response["auditAnnotations"]["decision_id"]


def test_warnings_are_passed_on(client: TestClient) -> None:
    assert any("VPCE-" in warning for warning in ask(client, review("CREATE", GOOD))["warnings"])


@pytest.mark.parametrize(("item", "name"), [(ACK, "vpcID"), (CROSSPLANE, "vpcId")])
def test_updates_and_deletes_are_judged(client: TestClient, item: Any, name: str) -> None:
    response = ask(client, review("UPDATE", existing(item, **{name: "vpc-0a000099"}), existing(item)))
    assert response["allowed"] is False
    assert "VPCE-COMMON-009" in response["status"]["message"]
    deleted = ask(client, review("DELETE", None, existing(item)))
    assert deleted["allowed"] is True
    assert deleted["auditAnnotations"]["decision_id"]


@pytest.mark.parametrize("change", [{"finalizers": ["a"]}, {"labels": {"a": "b"}}, {"deletionTimestamp": "2026-11-29"}])
def test_an_object_that_was_wrong_before_can_be_finished_and_removed(client: TestClient, change: Any) -> None:
    new = {**BAD, "metadata": {**BAD["metadata"], **change}}
    assert ask(client, review("UPDATE", new, BAD)) == {"uid": "u", "allowed": True}


@pytest.fixture
def org_data(tmp_path: Path) -> Path:
    path = tmp_path / "org.yaml"
    path.write_text("tags: {required: [{key: cost-centre}]}")
    return path


@pytest.mark.parametrize(("existing_action", "allowed"), [("warn", True), ("deny", False)])
def test_what_was_wrong_before_and_stays_is_a_warning(org_data: Path, existing_action: Any, allowed: bool) -> None:
    guard = make_guard(Settings(org_data=(org_data,), existing=existing_action))
    old = existing(ACK)
    with TestClient(make_app(guard)) as client:
        response = ask(client, review("UPDATE", existing(ACK, privateDNSEnabled=False), old))
    assert response["allowed"] is allowed
    assert any("VPCE-ORG-003" in warning for warning in response.get("warnings", [])) is allowed


def test_what_an_update_makes_wrong_is_denied(org_data: Path) -> None:
    guard = make_guard(Settings(org_data=(org_data,)))
    good = existing(ACK, tags=[{"key": "cost-centre", "value": "1"}])
    with TestClient(make_app(guard)) as client:
        assert ask(client, review("UPDATE", existing(ACK), good))["allowed"] is False
        assert ask(client, review("UPDATE", good, existing(ACK)))["allowed"] is True


def test_what_is_about_something_else_is_allowed(client: TestClient) -> None:
    assert ask(client, review("CREATE", {**ACK, "kind": "Subnet"})) == {"uid": "u", "allowed": True}


def test_an_object_of_the_wrong_shape_is_not_allowed(client: TestClient) -> None:
    response = ask(client, review("CREATE", {**GOOD, "spec": {"subnetIDs": "subnet-1"}}))
    assert (response["allowed"], response["status"]["code"]) == (False, 422)


def test_what_is_no_review_is_a_problem(client: TestClient) -> None:
    assert client.post("/v1/admission", json={**review("CREATE", GOOD), "apiVersion": "v1beta1"}).status_code == 422
    assert client.post("/v1/admission", json={"kind": "Pod"}).status_code == 422
    assert client.post("/v1/admission", content=b"{").status_code == 400


def test_an_engine_that_fails_allows_nothing(guard: Guard) -> None:
    class Failing:
        name = "embedded"

        async def evaluate(self, _: Any) -> Any:
            raise EngineError("gone")

        async def close(self) -> None: ...

    with TestClient(make_app(replace(guard, policy=replace(guard.policy, engine=Failing())))) as client:  # type: ignore[arg-type]
        response = ask(client, review("CREATE", GOOD))
    assert (response["allowed"], response["status"]["code"]) == (False, 503)


def test_a_dry_run_is_not_recorded(guard: Guard, monkeypatch: pytest.MonkeyPatch) -> None:
    recorded: list[Any] = []
    monkeypatch.setattr("vpce_guard.decisions.recording._log_decision", recorded.append)
    with TestClient(make_app(guard)) as client:
        ask(client, review("CREATE", GOOD, dryRun=True))
        assert recorded == []
        ask(client, review("CREATE", GOOD, dryRun=False))
        assert len(recorded) == 1


@pytest.mark.parametrize(
    ("user", "allowed"), [("system:serviceaccount:argocd:controller", True), ("mallory@example.org", False)]
)
def test_org_data_say_in_which_environment_a_namespace_is_and_who_may_ask(
    tmp_path: Path, user: str, allowed: bool
) -> None:
    path = tmp_path / "org.yaml"
    path.write_text(
        "clusters: [{when: {namespaces: [net]}, account: '111122223333', environment: prod}]\n"
        "requesters: {prod: ['system:serviceaccount:argocd:*']}\n"
    )
    with TestClient(make_app(make_guard(Settings(org_data=(path,))))) as client:
        response = ask(client, review("CREATE", GOOD, userInfo={"username": user}))
    assert response["allowed"] is allowed
    assert ("VPCE-ORG-025" in str(response.get("status"))) is not allowed
