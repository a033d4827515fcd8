"""Bundles as they are stored: kept for replay, never replaced."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from tests.support.bundles import Keys, make_keys, revision_of
from tests.support.rollout import activate, upload
from vpce_guard.bundle.archive import unpack
from vpce_guard.bundle.bundle import open_bundle
from vpce_guard.bundle.signing import sign
from vpce_guard.decision_log.terms import load_bundle


def test_bundles_that_decided_are_kept_for_replay(bundle_client: TestClient, warning: bytes) -> None:
    upload(bundle_client, warning)
    database = bundle_client.app.state.life.database  # type: ignore[attr-defined]
    for revision in (open_bundle().revision, revision_of(warning)):
        kept = load_bundle(database, revision)
        assert kept is not None
        assert kept.revision == revision


def test_a_revision_is_never_replaced(
    bundle_client: TestClient, warning: bytes, keys: Keys, tmp_path: Path, opa: str
) -> None:
    upload(bundle_client, warning)
    for name, content in unpack(warning).items():
        if name != "signature.jws":
            (tmp_path / name).write_bytes(content)
    again = sign(open_bundle(tmp_path), key=keys.private, key_id="team", version=77, opa=opa)
    answer = upload(bundle_client, again)
    assert answer.status_code == 409
    assert "immutable" in answer.json()["detail"]


def test_keys_change_by_signing_the_same_revision_again(
    bundle_client: TestClient, warning: bytes, keys: Keys, tmp_path: Path, opa: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    new = make_keys(tmp_path)
    both = tmp_path / "both.json"
    both.write_text(json.dumps({"team": keys.public.read_text(), "new": new.public.read_text()}))
    settings = bundle_client.app.state.guard.settings  # type: ignore[attr-defined]
    monkeypatch.setitem(settings.__dict__, "bundle_keys_file", both)
    upload(bundle_client, warning)
    activate(bundle_client, revision_of(warning))
    folder = tmp_path / "same"
    folder.mkdir()
    for name, content in unpack(warning).items():
        if name != "signature.jws":
            (folder / name).write_bytes(content)
    lower = sign(open_bundle(folder), key=new.private, key_id="new", version=1, opa=opa)
    assert upload(bundle_client, lower).status_code == 409
    again = sign(open_bundle(folder), key=new.private, key_id="new", version=2, opa=opa)
    assert upload(bundle_client, again).status_code == 201
    assert activate(bundle_client, revision_of(warning)).status_code == 200
    both.write_text(json.dumps({"new": new.public.read_text()}))
    assert activate(bundle_client, revision_of(warning)).status_code == 200
    stored = {b["revision"]: b["key_id"] for b in bundle_client.get("/v1/bundles").json()["bundles"]}
    assert stored[revision_of(warning)] == "new"
    assert bundle_client.get("/bundles/vpce.tar.gz").content == unpack(again)["vpce.tar.gz"]
    changed = json.loads((folder / "examples.json").read_text())
    (folder / "examples.json").write_text(json.dumps(changed))
    other = sign(open_bundle(folder), key=new.private, key_id="newer", version=3, opa=opa)
    both.write_text(json.dumps({"new": new.public.read_text(), "newer": new.public.read_text()}))
    assert upload(bundle_client, other).status_code == 409


def test_a_signature_may_come_later_to_the_bundle_a_service_came_with(
    bundle_client: TestClient, packaged: bytes
) -> None:
    own = open_bundle().revision
    assert upload(bundle_client, packaged).status_code == 201
    assert activate(bundle_client, own).status_code == 200
    state = bundle_client.get("/v1/bundles").json()
    assert (state["in_force"], state["version"]) == (own, 1)
    assert [(b["revision"], b["key_id"]) for b in state["bundles"]] == [(own, "team")]
    assert bundle_client.get("/bundles/vpce.tar.gz").content == unpack(packaged)["vpce.tar.gz"]
