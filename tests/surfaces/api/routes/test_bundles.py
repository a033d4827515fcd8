"""The life of a bundle over REST: uploaded, tried, activated, rolled back, put beside; and what is refused."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.support.bundles import KMS, Keys, make_keys, revision_of
from tests.support.waiting import until
from vpce_guard.bundle.archive import pack, unpack
from vpce_guard.bundle.bundle import open_bundle
from vpce_guard.bundle.signing import sign
from vpce_guard.decision_log.terms import load_bundle
from vpce_guard.runtime.wiring import make_guard, open_log
from vpce_guard.settings import Settings
from vpce_guard.surfaces.api import make_app


@pytest.fixture
def settings(tmp_path: Path, keys: Keys) -> Settings:
    return Settings(database_url=f"sqlite:///{tmp_path / 'log.db'}", bundle_keys_file=keys.known)


@pytest.fixture
def client(settings: Settings) -> Iterator[TestClient]:
    guard = replace(make_guard(settings), decision_log=open_log(settings))
    with TestClient(make_app(guard), raise_server_exceptions=False) as client:
        yield client


def upload(client: TestClient, archive: bytes, reason: str = "a test") -> Any:
    return client.post("/v1/bundles", params={"reason": reason}, content=archive)


def activate(client: TestClient, revision: str, *, rollback: bool = False) -> Any:
    body = {"reason": "a test", "rollback": rollback}
    return client.post(f"/v1/bundles/{revision}/activate", json=body)


def decide(client: TestClient) -> Any:
    answer = client.post("/v1/decisions", json={"document": KMS})
    assert answer.status_code == 200
    return answer.json()["decisions"][0]


def steps(client: TestClient) -> list[tuple[str, str]]:
    return [(s["step"], s["revision"]) for s in client.get("/v1/bundles").json()["steps"]]


def test_a_bundle_is_uploaded_activated_and_rolled_back(client: TestClient, warning: bytes) -> None:
    own, new = open_bundle().revision, revision_of(warning)
    assert decide(client)["allowed"] is False
    answer = upload(client, warning)
    assert answer.status_code == 201
    told = answer.json()
    assert (told["revision"], told["version"], told["key_id"], told["added_by"]) == (new, 2, "team", "local")
    assert told["examples"] > 1000
    assert decide(client)["bundle"]["revision"] == own
    assert activate(client, new).json()["step"] == "activated"
    decision = decide(client)
    assert decision["bundle"]["revision"] == new
    assert {v["rule_id"]: v["enforcement_action"] for v in decision["violations"]}["VPCE-GW-001"] == "warn"
    assert client.get("/readyz").json()["revision"] == new
    assert client.get("/v1/rules/VPCE-GW-001").json()["enforcement_action"] == "warn"
    older = activate(client, own)
    assert older.status_code == 409
    assert "older" in older.json()["detail"]
    assert decide(client)["bundle"]["revision"] == new
    assert activate(client, own, rollback=True).json()["step"] == "rolled_back"
    assert decide(client)["bundle"]["revision"] == own
    assert steps(client) == [("rolled_back", own), ("activated", new), ("uploaded", new)]
    assert upload(client, warning).status_code == 201  # the same again changes nothing
    assert len(steps(client)) == 3


def test_a_request_from_before_an_activation_may_be_answered_under_either_bundle(
    client: TestClient, warning: bytes
) -> None:
    guard = client.app.state.guard  # type: ignore[attr-defined]
    before, new = guard.policy, revision_of(warning)
    upload(client, warning)
    assert before.terms(None).others(new) is None
    activate(client, new)
    assert before.terms(None).for_revision(new).rules == guard.bundle.rules
    assert guard.policy.terms(None).for_revision(before.bundle.revision).rules == before.bundle.rules


def test_what_was_activated_is_in_force_after_a_restart(
    client: TestClient, settings: Settings, warning: bytes, tmp_path: Path
) -> None:
    upload(client, warning)
    activate(client, revision_of(warning))
    guard = replace(make_guard(settings), decision_log=open_log(settings))
    with TestClient(make_app(guard)) as again:
        assert decide(again)["bundle"]["revision"] == revision_of(warning)
    strangers = settings.model_copy(update={"bundle_keys_file": make_keys(tmp_path).known})
    guard = replace(make_guard(strangers), decision_log=open_log(strangers))
    with pytest.raises(Exception, match="does not hold"), TestClient(make_app(guard)):
        pass  # it does not start under another policy than the one that was activated


def test_bundles_that_decided_are_kept_for_replay(client: TestClient, warning: bytes) -> None:
    upload(client, warning)
    database = client.app.state.life.database  # type: ignore[attr-defined]
    for revision in (open_bundle().revision, revision_of(warning)):
        kept = load_bundle(database, revision)
        assert kept is not None
        assert kept.revision == revision


@pytest.fixture
def wrong(warning: bytes, failing: bytes, tmp_path: Path, opa: str, built: Callable[..., Path]) -> dict[str, bytes]:
    """Archives that must be refused, by what the refusal says."""
    contents = unpack(warning)
    stranger = make_keys(tmp_path)
    directory = built("vpce/main/main.rego", "# title: The one entrypoint of both engines", "# title: The entrypoint")
    return {
        "differs from what was signed": pack({**contents, "policy.wasm": contents["policy.wasm"][:-1] + b"\x00"}),
        "is not signed": pack({name: content for name, content in contents.items() if name != "signature.jws"}),
        "does not hold": sign(directory, key=stranger.private, key_id="team", version=9, opa=opa),
        "is unknown": sign(directory, key=stranger.private, key_id="stranger", version=9, opa=opa),
        "is truncated": warning[: len(warning) // 2],
        "is not a gzip file": b"nothing",
        "exactly what was signed": pack({**contents, "explain.json": b"{}"}),
        "own examples fail": failing,
        "has data after its end": warning + gzip.compress(b"more"),
    }


def test_what_may_not_decide_is_refused_and_the_last_good_bundle_goes_on(
    client: TestClient, warning: bytes, wrong: dict[str, bytes]
) -> None:
    upload(client, warning)
    activate(client, revision_of(warning))
    for message, archive in wrong.items():
        answer = upload(client, archive)
        assert (message, answer.status_code) == (message, 422)
        assert message in answer.json()["detail"]
        assert answer.headers["content-type"] == "application/problem+json"
        assert decide(client)["bundle"]["revision"] == revision_of(warning)
    assert [step for step, _ in steps(client)].count("refused") == len(wrong)
    assert activate(client, "0" * 64).status_code == 404
    assert upload(client, warning[:100], reason="").status_code == 422


def test_a_revision_is_never_replaced(client: TestClient, warning: bytes, keys: Keys, tmp_path: Path, opa: str) -> None:
    upload(client, warning)
    for name, content in unpack(warning).items():
        if name != "signature.jws":
            (tmp_path / name).write_bytes(content)
    again = sign(tmp_path, key=keys.private, key_id="team", version=77, opa=opa)
    answer = upload(client, again)
    assert answer.status_code == 409
    assert "immutable" in answer.json()["detail"]


def test_a_signature_may_come_later_to_the_bundle_a_service_came_with(client: TestClient, packaged: bytes) -> None:
    own = open_bundle().revision
    assert upload(client, packaged).status_code == 201
    assert activate(client, own).status_code == 200
    state = client.get("/v1/bundles").json()
    assert (state["in_force"], state["version"]) == (own, 1)
    assert [(b["revision"], b["key_id"]) for b in state["bundles"]] == [(own, "team")]
    assert client.get("/bundles/vpce.tar.gz").content == unpack(packaged)["vpce.tar.gz"]


def test_two_processes_come_to_the_same_bundle(client: TestClient, settings: Settings, warning: bytes) -> None:
    guard = replace(make_guard(settings), decision_log=open_log(settings))
    with TestClient(make_app(guard)) as other:
        upload(client, warning)
        activate(client, revision_of(warning))
        until(lambda: decide(other)["bundle"]["revision"] == revision_of(warning))
        assert activate(other, open_bundle().revision, rollback=True).status_code == 200
        until(lambda: decide(client)["bundle"]["revision"] == open_bundle().revision)


def test_a_candidate_beside_counts_what_it_would_decide_and_changes_nothing(client: TestClient, warning: bytes) -> None:
    assert client.get("/v1/bundles/shadow").status_code == 404
    assert client.delete("/v1/bundles/shadow", params={"reason": "none there"}).status_code == 404
    upload(client, warning)
    new = revision_of(warning)
    assert client.post(f"/v1/bundles/{new}/shadow", json={"reason": "look"}).json()["step"] == "shadowed"
    ids = {decide(client)["decision_id"] for _ in range(3)}
    until(lambda: client.get("/v1/bundles/shadow").json()["judged"] >= 3)
    found = client.get("/v1/bundles/shadow").json()
    assert found["skipped"] == found["failed"] == 0
    (kind,) = [kind for kind, number in found["tally"]["kinds"].items() if number]
    assert kind in ("newly_allowed", "changed_reasons")
    assert list(found["tally"]["by_rule"]) == ["VPCE-GW-001"]
    (examples,) = found["tally"]["examples"].values()
    assert {example["about"]["decision_id"] for example in examples} <= ids
    assert decide(client)["bundle"]["revision"] == open_bundle().revision
    assert activate(client, new).status_code == 200  # one call promotes
    assert client.get("/v1/bundles/shadow").status_code == 404
    client.post(f"/v1/bundles/{new}/shadow", json={"reason": "look"})
    assert client.delete("/v1/bundles/shadow", params={"reason": "seen"}).json()["step"] == "dropped"


class TestSidecars:
    def test_opa_gets_the_bundle_in_force_once(self, client: TestClient, warning: bytes) -> None:
        first = client.get("/bundles/vpce.tar.gz")
        assert first.content == open_bundle().files["vpce.tar.gz"]
        assert first.headers["content-type"] == "application/vnd.openpolicyagent.bundles"
        seen = {"if-none-match": first.headers["etag"]}
        assert client.get("/bundles/vpce.tar.gz", headers=seen).status_code == 304
        upload(client, warning)
        activate(client, revision_of(warning))
        second = client.get("/bundles/vpce.tar.gz", headers=seen)
        assert second.status_code == 200
        assert second.content == unpack(warning)["vpce.tar.gz"]

    def test_what_each_opa_runs_is_told(self, client: TestClient) -> None:
        own = open_bundle().revision
        good = {"labels": {"id": "a"}, "bundles": {"vpce": {"name": "vpce", "active_revision": own}}}
        bad = {"labels": {"id": "b"}, "bundles": {"vpce": {"name": "vpce", "code": "bundle_error", "message": "no"}}}
        for status in (good, bad, good):
            assert client.post("/status", json=status).status_code == 204
        assert client.post("/status", json={"labels": {}}).status_code == 422
        found = client.get("/v1/bundles").json()["sidecars"]
        assert [(s["id"], s["revision"], s["error"], s["current"]) for s in found] == [
            ("a", own, None, True),
            ("b", None, "bundle_error: no", False),
        ]
