"""The life of a bundle over REST: uploaded, tried, activated, rolled back, put beside; and what is refused."""

from __future__ import annotations

from fastapi.testclient import TestClient

from tests.support.bundles import revision_of
from tests.support.rollout import activate, decide, steps, upload
from vpce_guard.bundle.archive import unpack
from vpce_guard.bundle.bundle import open_bundle


def test_a_bundle_is_uploaded_activated_and_rolled_back(bundle_client: TestClient, warning: bytes) -> None:
    own, new = open_bundle().revision, revision_of(warning)
    assert decide(bundle_client)["allowed"] is False
    answer = upload(bundle_client, warning)
    assert answer.status_code == 201
    told = answer.json()
    assert (told["revision"], told["version"], told["key_id"], told["added_by"]) == (new, 2, "team", "local")
    assert told["examples"] == 33  # of the few rules that it has
    assert decide(bundle_client)["bundle"]["revision"] == own
    assert activate(bundle_client, new).json()["step"] == "activated"
    decision = decide(bundle_client)
    assert decision["bundle"]["revision"] == new
    assert {v["rule_id"]: v["enforcement_action"] for v in decision["violations"]}["VPCE-GW-001"] == "warn"
    assert bundle_client.get("/readyz").json()["revision"] == new
    assert bundle_client.get("/v1/rules/VPCE-GW-001").json()["enforcement_action"] == "warn"
    older = activate(bundle_client, own)
    assert older.status_code == 409
    assert "older" in older.json()["detail"]
    assert decide(bundle_client)["bundle"]["revision"] == new
    assert activate(bundle_client, own, rollback=True).json()["step"] == "rolled_back"
    assert decide(bundle_client)["bundle"]["revision"] == own
    assert steps(bundle_client) == [("rolled_back", own), ("activated", new), ("uploaded", new)]
    assert upload(bundle_client, warning).status_code == 201  # the same again changes nothing
    assert len(steps(bundle_client)) == 3


class TestSidecars:
    def test_opa_gets_the_bundle_in_force_once(self, bundle_client: TestClient, warning: bytes) -> None:
        first = bundle_client.get("/bundles/vpce.tar.gz")
        assert first.content == open_bundle().files["vpce.tar.gz"]
        assert first.headers["content-type"] == "application/vnd.openpolicyagent.bundles"
        seen = {"if-none-match": first.headers["etag"]}
        assert bundle_client.get("/bundles/vpce.tar.gz", headers=seen).status_code == 304
        upload(bundle_client, warning)
        activate(bundle_client, revision_of(warning))
        second = bundle_client.get("/bundles/vpce.tar.gz", headers=seen)
        assert second.status_code == 200
        assert second.content == unpack(warning)["vpce.tar.gz"]

    def test_what_each_opa_runs_is_told(self, bundle_client: TestClient) -> None:
        own = open_bundle().revision
        good = {"labels": {"id": "a"}, "bundles": {"vpce": {"name": "vpce", "active_revision": own}}}
        bad = {"labels": {"id": "b"}, "bundles": {"vpce": {"name": "vpce", "code": "bundle_error", "message": "no"}}}
        for status in (good, bad, good):
            assert bundle_client.post("/status", json=status).status_code == 204
        assert bundle_client.post("/status", json={"labels": {}}).status_code == 422
        found = bundle_client.get("/v1/bundles").json()["sidecars"]
        assert [(s["id"], s["revision"], s["error"], s["current"]) for s in found] == [
            ("a", own, None, True),
            ("b", None, "bundle_error: no", False),
        ]
