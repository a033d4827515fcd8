"""Which bundle is in force: after a restart, in other processes and for requests under way."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from tests.support.bundles import KMS, make_keys, revision_of
from tests.support.kubernetes import ack
from tests.support.kubernetes import review as reviewed
from tests.support.rollout import activate, decide, upload
from tests.support.waiting import until
from vpce_guard.bundle.bundle import open_bundle
from vpce_guard.runtime.rollout import in_force
from vpce_guard.runtime.wiring import make_guard, open_log
from vpce_guard.settings import Settings
from vpce_guard.surfaces.api import make_app

PROPOSAL = {"operation": "create", "request": KMS}


def assert_refused(client: TestClient) -> None:
    """Nothing is decided: by neither door, alone or in a batch, in OPA's form or as advice."""
    why = "Another bundle is in force than this service has"
    alone = client.post("/v1/decisions", json={"document": KMS})
    assert (alone.status_code, alone.json()["decisions"][0]["allowed"]) == (503, False)
    assert why in alone.json()["detail"]
    assert client.post("/v1/decisions/batch", json={"items": [{"document": KMS}]}).status_code == 503
    assert client.post("/v1/data/vpce/main/result", json={"input": PROPOSAL}).status_code == 503
    assert client.post("/v1/advice", json={"service": "s3", "access_paths": ["vpc"]}).status_code == 503
    review = client.post("/v1/admission", json=reviewed("CREATE", ack(vpcID="vpc-0a000001"))).json()["response"]
    assert (review["allowed"], review["status"]["code"]) == (False, 503)
    assert why in review["status"]["message"]


def test_a_request_from_before_an_activation_may_be_answered_under_either_bundle(
    bundle_client: TestClient, warning: bytes
) -> None:
    guard = bundle_client.app.state.guard  # type: ignore[attr-defined]
    before, new = guard.policy, revision_of(warning)
    upload(bundle_client, warning)
    assert before.terms(None).others(new) is None
    activate(bundle_client, new)
    assert before.terms(None).for_revision(new).rules == guard.bundle.rules
    assert guard.policy.terms(None).for_revision(before.bundle.revision).rules == before.bundle.rules


def test_what_was_activated_is_in_force_after_a_restart(
    bundle_client: TestClient, bundle_settings: Settings, warning: bytes, tmp_path: Path
) -> None:
    upload(bundle_client, warning)
    activate(bundle_client, revision_of(warning))
    guard = replace(make_guard(bundle_settings), decision_log=open_log(bundle_settings))
    with TestClient(make_app(guard)) as again:
        assert decide(again)["bundle"]["revision"] == revision_of(warning)
    strangers = bundle_settings.model_copy(update={"bundle_keys_file": make_keys(tmp_path).known})
    guard = replace(make_guard(strangers), decision_log=open_log(strangers))
    with pytest.raises(Exception, match="does not hold"), TestClient(make_app(guard)):
        pass  # it does not start under another policy than the one that was activated


def test_two_processes_come_to_the_same_bundle(
    bundle_client: TestClient, bundle_settings: Settings, warning: bytes
) -> None:
    guard = replace(make_guard(bundle_settings), decision_log=open_log(bundle_settings))
    with TestClient(make_app(guard)) as other:
        upload(bundle_client, warning)
        activate(bundle_client, revision_of(warning))
        until(lambda: decide(other)["bundle"]["revision"] == revision_of(warning))
        assert activate(other, open_bundle().revision, rollback=True).status_code == 200
        until(lambda: decide(bundle_client)["bundle"]["revision"] == open_bundle().revision)


def test_a_process_that_cannot_come_to_what_is_in_force_is_not_ready_and_decides_nothing(
    bundle_client: TestClient,
    bundle_settings: Settings,
    warning: bytes,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    strangers = bundle_settings.model_copy(update={"bundle_keys_file": make_keys(tmp_path).known})
    guard = replace(make_guard(strangers), decision_log=open_log(strangers))
    with TestClient(make_app(guard)) as other:
        assert other.get("/readyz").status_code == 200
        monkeypatch.setattr(in_force, "_LATE", 0.0)
        upload(bundle_client, warning)
        activate(bundle_client, revision_of(warning))
        until(lambda: other.get("/readyz").status_code == 503)
        assert "Another bundle is in force than this service has" in other.get("/readyz").json()["detail"]
        assert "vpce_guard_ready 0.0" in other.get("/metrics").text
        assert_refused(other)
        activate(bundle_client, open_bundle().revision, rollback=True)
        until(lambda: other.get("/readyz").status_code == 200)
        assert decide(other)["bundle"]["revision"] == open_bundle().revision
