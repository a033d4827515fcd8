"""Recorded decisions are made again as they were; what cannot be is listed with its reason and not counted."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support.kubernetes import ACK, existing, review
from tests.support.recording import GATEWAY, KMS, again, changed, record
from vpce_guard.bundle.bundle import PACKAGED, open_bundle
from vpce_guard.decision_log.database import open_database
from vpce_guard.decision_log.keys import NO_KEYS
from vpce_guard.decision_log.terms import keep_bundle
from vpce_guard.whatif.replay.results import ReplayResult

ORG: dict[str, Any] = {
    "services": {"allow": ["*"], "deny": ["sqs"]},
    "waivers": [
        {
            "id": "W-1",
            "rule": "VPCE-ORG-002",
            "match": {"service": ["sqs"]},
            "requested_by": "team",
            "approved_by": "owner",
            "reason": "until it is moved",
            "expires": "2099-01-01T00:00:00Z",
        }
    ],
    "waiver_policy": {"rules": ["VPCE-ORG-002"]},
    "layers": [
        {"name": "prod", "level": "environment", "environments_in": ["prod"], "tags": {"required": [{"key": "Owner"}]}}
    ],
    "environments": {"111122223333": "prod"},
}


@pytest.fixture
def interface(root: Path) -> dict[str, Any]:
    """An ordinary interface endpoint with everything known."""
    request = {
        "VpcEndpointType": "Interface",
        "VpcId": "vpc-0a000001",
        "ServiceName": "com.amazonaws.us-east-1.sqs",
        "SubnetIds": ["subnet-0a100001", "subnet-0b100001"],
        "SecurityGroupIds": ["sg-0a000001"],
    }
    context = yaml.safe_load((root / "rego/vpce/testing/context.yaml").read_text())
    return {"operation": "create", "request": request, "context": context}


def all_again(replayed: ReplayResult, count: int) -> None:
    assert replayed.part.reasons == {}
    assert replayed.part.read == count
    assert replayed.tally.kinds["unchanged"] == count


def test_without_org_data(url: str, tmp_path: Path, interface: Any) -> None:
    record(url, GATEWAY, KMS, interface)
    all_again(again(url, tmp_path, candidate=str(PACKAGED)), 3)


def test_with_org_data_layers_and_a_waiver(url: str, tmp_path: Path, interface: Any) -> None:
    file = tmp_path / "org.json"
    file.write_text(json.dumps(ORG))
    decisions = record(url, GATEWAY, KMS, interface, org_data=(file,))
    assert [w.waiver_id for w in decisions[2].waived] == ["W-1"]
    all_again(again(url, tmp_path, candidate=str(PACKAGED)), 3)


def test_what_was_strict_is_strict_again(url: str, tmp_path: Path) -> None:
    (strict,) = record(url, GATEWAY, strict=True)
    (lenient,) = record(url, GATEWAY)
    assert (strict.allowed, lenient.allowed) == (False, True)
    all_again(again(url, tmp_path, candidate=str(PACKAGED)), 2)


def test_the_other_profile(url: str, tmp_path: Path) -> None:
    record(url, GATEWAY, KMS, profile="aws-2023")
    all_again(again(url, tmp_path, candidate=str(PACKAGED)), 2)


def listed(replayed: ReplayResult, reason: Any) -> str:
    """What is said of the one decision that could not be made again."""
    assert replayed.part.reasons == {reason: 1}
    assert replayed.tally.kinds["unchanged"] == 1
    (one,) = replayed.part.listed[reason]
    return one.detail


def test_a_bundle_that_is_not_kept(url: str, tmp_path: Path) -> None:
    record(url, GATEWAY)
    changed(url, lambda result, _: result["bundle"].update(revision="f" * 64))
    found = again(url, tmp_path, candidate=str(PACKAGED))
    assert listed(found, "bundle_not_kept") == "bundle ffffffffffff"


def test_org_data_that_are_not_kept(url: str, tmp_path: Path) -> None:
    record(url, GATEWAY)
    org = {"revision": "e" * 64, "environment": None, "layers": ["top"]}
    changed(url, lambda result, _: result.update(org=org))
    found = again(url, tmp_path, candidate=str(PACKAGED))
    assert listed(found, "org_data_not_kept") == "org data eeeeeeeeeeee"


def test_something_erased_that_a_rule_reads(url: str, tmp_path: Path) -> None:
    record(url, GATEWAY)
    record(url, GATEWAY, log_erase=("/request/RouteTableIds",))
    found = again(url, tmp_path, candidate=str(PACKAGED))
    told = listed(found, "erased")
    assert told.startswith("/input/request/RouteTableIds was not kept, and VPCE-")


def test_something_erased_that_no_rule_reads_does_not_matter(url: str, tmp_path: Path) -> None:
    record(url, GATEWAY, labels={"team": "a"}, log_erase=("/labels/team",))
    all_again(again(url, tmp_path, candidate=str(PACKAGED)), 1)


def test_one_that_comes_out_otherwise(url: str, tmp_path: Path) -> None:
    record(url, KMS)
    changed(url, lambda result, _: result.update(allowed=True, violations=[]))
    found = again(url, tmp_path, candidate=str(PACKAGED))
    assert listed(found, "differs") == "newly denied: VPCE-COMMON-005, VPCE-GW-001"


def test_one_that_could_not_be_decided(url: str, tmp_path: Path) -> None:
    record(url, GATEWAY)
    changed(url, lambda result, _: result.update(allowed=False, error="The engine was gone."))
    found = again(url, tmp_path, candidate=str(PACKAGED))
    assert listed(found, "no_decision") == "The engine was gone."


def test_one_of_another_version(url: str, tmp_path: Path) -> None:
    record(url, GATEWAY)
    changed(url, lambda _, given: given.pop("profile"))
    found = again(url, tmp_path, candidate=str(PACKAGED))
    assert listed(found, "unreadable") == "KeyError: 'profile'"


def test_a_bundle_that_does_not_run(url: str, tmp_path: Path) -> None:
    record(url, GATEWAY)
    bundle = open_bundle()
    catalogue = {**json.loads(bundle.files["catalogue.json"]), "revision": "d" * 64}
    files = {**bundle.files, "policy.wasm": b"no wasm", "catalogue.json": json.dumps(catalogue).encode()}
    broken = replace(bundle, catalogue=bundle.catalogue.model_copy(update={"revision": "d" * 64}), files=files)
    keep_bundle(open_database(url), broken, keys=NO_KEYS)
    changed(url, lambda result, _: result["bundle"].update(revision="d" * 64))
    found = again(url, tmp_path, candidate=str(PACKAGED))
    assert listed(found, "engine").startswith("policy.wasm cannot be compiled")


UNTAGGED = "tags: {required: [{key: cost-centre}]}"
UPDATE = review("UPDATE", existing(ACK, privateDNSEnabled=False), existing(ACK))


@pytest.mark.parametrize(("action", "allowed"), [("warn", True), ("deny", False)])
def test_an_update_is_judged_again_for_what_it_changes(url: str, tmp_path: Path, action: str, allowed: bool) -> None:
    (tmp_path / "org.yaml").write_text(UNTAGGED)
    (decision,) = record(url, UPDATE, org_data=(tmp_path / "org.yaml",), existing=action)
    assert decision.allowed is allowed
    all_again(again(url, tmp_path, candidate=str(PACKAGED)), 1)


@pytest.mark.parametrize(("action", "kind"), [("warn", "changed_reasons"), ("deny", "newly_denied")])
def test_org_data_that_an_endpoint_never_fitted_do_not_deny_its_updates(
    url: str, tmp_path: Path, opa: str, action: str, kind: str
) -> None:
    record(url, UPDATE, existing=action)
    (tmp_path / "org.yaml").write_text(UNTAGGED)
    replayed = again(url, tmp_path, candidate_data=(tmp_path / "org.yaml",), opa=opa)
    assert replayed.part.reasons == {}
    assert {name: count for name, count in replayed.tally.kinds.items() if count} == {kind: 1}
