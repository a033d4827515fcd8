"""A candidate beside the bundle in force."""

from __future__ import annotations

from fastapi.testclient import TestClient

from tests.support.bundles import revision_of
from tests.support.possibilities import FIRST, SECOND, one_of
from tests.support.rollout import activate, decide, upload
from tests.support.waiting import until
from vpce_guard.bundle.bundle import open_bundle


def test_a_candidate_beside_counts_what_it_would_decide_and_changes_nothing(
    bundle_client: TestClient, warning_with_all_rules: bytes
) -> None:
    assert bundle_client.get("/v1/bundles/shadow").status_code == 404
    assert bundle_client.delete("/v1/bundles/shadow", params={"reason": "none there"}).status_code == 404
    upload(bundle_client, warning_with_all_rules)
    new = revision_of(warning_with_all_rules)
    assert bundle_client.post(f"/v1/bundles/{new}/shadow", json={"reason": "look"}).json()["step"] == "shadowed"
    ids = {decide(bundle_client)["decision_id"] for _ in range(3)}
    until(lambda: bundle_client.get("/v1/bundles/shadow").json()["judged"] >= 3)
    found = bundle_client.get("/v1/bundles/shadow").json()
    assert found["skipped"] == found["failed"] == 0
    (kind,) = [kind for kind, number in found["tally"]["kinds"].items() if number]
    assert kind in ("newly_allowed", "changed_reasons")
    assert list(found["tally"]["by_rule"]) == ["VPCE-GW-001"]
    (examples,) = found["tally"]["examples"].values()
    assert {example["about"]["decision_id"] for example in examples} <= ids
    assert decide(bundle_client)["bundle"]["revision"] == open_bundle().revision
    assert activate(bundle_client, new).status_code == 200  # one call promotes
    assert bundle_client.get("/v1/bundles/shadow").status_code == 404
    bundle_client.post(f"/v1/bundles/{new}/shadow", json={"reason": "look"})
    assert bundle_client.delete("/v1/bundles/shadow", params={"reason": "seen"}).json()["step"] == "dropped"


def test_what_is_one_of_several_is_judged_beside_as_it_is_decided(
    bundle_client: TestClient, warning_with_all_rules: bytes
) -> None:
    upload(bundle_client, warning_with_all_rules)
    bundle_client.post(f"/v1/bundles/{revision_of(warning_with_all_rules)}/shadow", json={"reason": "look"})
    answer = bundle_client.post("/v1/decisions", json={"document": one_of([FIRST, SECOND], [SECOND, FIRST])})
    assert answer.json()["allowed"] is False
    until(lambda: bundle_client.get("/v1/bundles/shadow").json()["judged"] >= 1)
    found = bundle_client.get("/v1/bundles/shadow").json()
    assert (found["failed"], found["tally"]["kinds"]["unchanged"]) == (0, 1)
