"""The REST surface as a caller meets it."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy.exc import OperationalError

from vpce_guard.errors import EngineError, SettingsError
from vpce_guard.org.files import OrgFiles
from vpce_guard.runtime.guard import Guard
from vpce_guard.runtime.wiring import open_log
from vpce_guard.settings import Settings
from vpce_guard.surfaces.api import make_app
from vpce_guard.surfaces.api.http.access import check_exposure

PROPOSAL = {
    "operation": "create",
    "request": {
        "VpcEndpointType": "Gateway",
        "VpcId": "vpc-0a000001",
        "ServiceName": "com.amazonaws.us-east-1.s3",
        "RouteTableIds": ["rtb-0a000001"],
    },
    "context": {
        "Region": "us-east-1",
        "Vpc": {"EnableDnsSupport": True, "EnableDnsHostnames": True},
        "VpcEndpoints": [],
    },
}


def test_unknown_pages_and_methods_are_problems_too(client: TestClient) -> None:
    for answer, status in ((client.get("/nope"), 404), (client.get("/v1/advice"), 405)):
        assert answer.status_code == status
        assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("path", "allow"), [("/v1/decisions", "GET, POST"), ("/v1/decisions/batch", "POST"), ("/v1/rules/x", "GET")]
)
def test_every_method_of_a_path_is_told(client: TestClient, path: str, allow: str) -> None:
    assert client.delete(path).headers.get_list("allow") == [allow]


def test_an_engine_that_fails_is_503_with_the_refusals(guard: Guard, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fail(_: object) -> None:
        raise EngineError("The engine is gone.")

    monkeypatch.setattr(guard.engine, "evaluate", fail)
    with TestClient(make_app(guard)) as client:
        for path, body in (
            ("/v1/decisions", {"document": PROPOSAL}),
            ("/v1/decisions/batch", {"items": [{"document": PROPOSAL}]}),
        ):
            answer = client.post(path, json=body)
            assert answer.status_code == 503
            assert [d["allowed"] for d in answer.json()["decisions"]] == [False]
        assert client.get("/readyz").status_code == 503
        assert client.get("/healthz").status_code == 200


def test_a_database_that_fails_is_503(guard: Guard, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings(database_url=f"sqlite:///{tmp_path / 'log.db'}")
    with TestClient(make_app(replace(guard, decision_log=open_log(settings)))) as client:

        def gone(*_: object) -> None:
            raise OperationalError("", {}, Exception("secret detail"))

        monkeypatch.setattr("vpce_guard.runtime.rollout.store.list_bundles", gone)
        answer = client.get("/v1/bundles")
    assert answer.status_code == 503
    assert "secret" not in answer.text


def test_what_nobody_foresaw_leaves_no_trace(guard: Guard, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fail(_: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(guard.engine, "evaluate", fail)
    with TestClient(make_app(guard), raise_server_exceptions=False) as client:
        answer = client.post("/v1/decisions", json={"document": PROPOSAL})
    assert answer.status_code == 500
    assert "secret" not in answer.text


def test_the_catalogue_is_served(client: TestClient) -> None:
    rules = client.get("/v1/rules").json()
    assert "VPCE-IFACE-002" in [rule["id"] for rule in rules]
    rule = client.get("/v1/rules/VPCE-IFACE-002").json()
    assert rule["effective_enforcement_action"] == "deny"
    assert {"pass", "fail", "undetermined"} == rule["examples"].keys()
    assert client.get("/v1/rules/VPCE-IFACE-999").status_code == 404


def test_the_pages_of_the_api_are_there(client: TestClient) -> None:
    assert client.get("/docs").status_code == 200


def test_a_reachable_address_needs_credentials() -> None:
    with pytest.raises(SettingsError, match="No credentials"):
        check_exposure(Settings(host="0.0.0.0"))  # noqa: S104
    check_exposure(Settings(host="127.0.0.1"))


def test_with_keys_only_their_holders_are_answered(guard: Guard, tmp_path: Path) -> None:
    file = tmp_path / "keys"
    file.write_text(f"# pipelines\nci:{hashlib.sha256(b'key-1').hexdigest()}\n")
    with TestClient(make_app(replace(guard, settings=Settings(api_keys_file=file)))) as client:
        assert client.get("/v1/rules").status_code == 401
        assert client.get("/v1/rules", headers={"authorization": "Bearer key-2"}).status_code == 401
        assert client.get("/v1/rules", headers={"authorization": "Basic key-1"}).status_code == 401
        assert client.get("/v1/rules", headers={"authorization": "Bearer key-1"}).status_code == 200
        assert client.get("/healthz").status_code == 200


@pytest.mark.parametrize("content", ["", "no colon", "name:abc", "name:" + "z" * 64])
def test_a_keys_file_that_cannot_work_stops_the_start(tmp_path: Path, content: str) -> None:
    file = tmp_path / "keys"
    file.write_text(content)
    with pytest.raises(SettingsError):
        check_exposure(Settings(host="0.0.0.0", api_keys_file=file))  # noqa: S104


def test_a_page_of_another_site_cannot_use_a_local_service(client: TestClient) -> None:
    assert client.get("/v1/rules", headers={"host": "evil.example"}).status_code == 401


NEED = {"service": "s3", "region": "us-east-1", "vpc_id": "vpc-0a000001", "route_table_ids": ["rtb-0a000001"]}


def test_advice_has_the_type_and_a_proposal(client: TestClient) -> None:
    answer = client.post("/v1/advice", json=NEED).json()
    assert answer["endpoint_type"] == "Gateway"
    assert answer["proposals"][0]["request"]["RouteTableIds"] == ["rtb-0a000001"]
    assert answer["decisions"][0]["allowed"] is True
    assert client.post("/v1/advice", json={"servce": "s3"}).status_code == 422
    assert client.post("/v1/advice", content=b"{").status_code == 400


def test_advice_has_a_policy_where_one_is_asked_for(client: TestClient) -> None:
    asked = {"policy": True, "service": "s3", "region": "us-east-1", "account": "111122223333", "workloads": ["ecr"]}
    (policy,) = client.post("/v1/advice", json=asked).json()["policies"]
    assert policy["admissible"] is True
    assert policy["document"]["Statement"][1]["Resource"] == ["arn:aws:s3:::prod-us-east-1-starport-layer-bucket/*"]
    assert client.post("/v1/advice", json={**asked, "workloads": ["ecs"]}).status_code == 422
    assert client.post("/v1/advice", json={**asked, "account": None}).json()["needs"][0]["member"] == "account"


def test_org_data_in_force_are_told(guard: Guard, tmp_path: Path) -> None:
    file = tmp_path / "org.yaml"
    file.write_text(
        "environments: {'111122223333': prod}\n"
        "enforcement: {VPCE-IFACE-008: inform}\n"
        "layers: [{name: prod, level: environment, environments_in: [prod], services: {deny: [athena]}}]\n"
    )
    with TestClient(
        make_app(replace(guard, policy=replace(guard.policy, org=OrgFiles([file], guard.bundle.rules))))
    ) as client:
        told = client.get("/v1/org-data", params={"account": "111122223333"}).json()
        assert told["layers"] == ["organisation", "prod"]
        assert told["origins"]["/services/deny"] == ["prod"]
        assert client.get("/v1/org-data/schema").json()["title"] == "org data document"
        assert client.get("/readyz").json()["org"]["revision"] == told["revision"]
        rule = client.get("/v1/rules/VPCE-IFACE-008").json()
        assert (rule["enforcement_action"], rule["effective_enforcement_action"]) == ("warn", "inform")
