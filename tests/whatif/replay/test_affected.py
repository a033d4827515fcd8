"""A candidate that changes one thing makes exactly that difference, by the short way and by the whole bundle."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support.candidates import within
from tests.support.recording import GATEWAY, KMS, again, ids, record, under
from vpce_guard.bundle.bundle import PACKAGED, Bundle, open_bundle
from vpce_guard.errors import BundleError, SettingsError
from vpce_guard.whatif.replay import library as kept
from vpce_guard.whatif.replay.affected import find_affected
from vpce_guard.whatif.replay.candidate import CandidateOpener

POLICY = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}]}


@pytest.fixture
def recorded(url: str, root: Path) -> list[str]:
    """The ids of a decision of each kind: newly denied, newly allowed, changed, newly undetermined, unchanged."""
    context = yaml.safe_load((root / "rego/vpce/testing/context.yaml").read_text())
    gateway = {"operation": "create", "request": {**GATEWAY, "VpcEndpointType": "Gateway"}, "context": context}
    interface = {
        "VpcEndpointType": "Interface",
        "VpcId": "vpc-0a000001",
        "ServiceName": "com.amazonaws.us-east-1.sqs",
        "SubnetIds": ["subnet-0a100001", "subnet-0a200001"],
        "SecurityGroupIds": ["sg-0a000001"],
    }
    documents: list[Any] = [
        {**gateway, "request": {**gateway["request"], "PolicyDocument": POLICY}},
        {"operation": "create", "request": interface, "context": context},
        {**gateway, "request": {**gateway["request"], "ServiceName": "com.amazonaws.us-east-1.kms"}},
        {**gateway, "labels": {"team": "unsure"}},
        gateway,
    ]
    decisions = record(url, *documents)
    assert [decision.allowed for decision in decisions] == [True, False, False, True, True]
    return [decision.decision_id for decision in decisions]


@pytest.mark.parametrize("worth", [1, 1000], ids=["affected rules", "whole bundle"])
def test_each_kind(
    url: str, tmp_path: Path, recorded: list[str], candidate: Bundle, opa: str, worth: int, monkeypatch: Any
) -> None:
    monkeypatch.setattr(kept, "_WORTH", worth)
    found = under(url, tmp_path, candidate, opa)
    assert found.part.reasons == {}
    assert found.tally.kinds == {
        "unchanged": 1,
        "newly_denied": 1,
        "newly_allowed": 1,
        "changed_reasons": 1,
        "newly_undetermined": 1,
    }
    assert sorted(ids(found)) == [
        ("changed_reasons", recorded[2], ("VPCE-GW-001",)),
        ("newly_allowed", recorded[1], ("VPCE-IFACE-002",)),
        ("newly_denied", recorded[0], ("VPCE-COMMON-020",)),
        ("newly_undetermined", recorded[3], ("VPCE-GW-011",)),
    ]


def test_only_what_changed_is_asked_again(candidate: Bundle) -> None:
    found = find_affected(open_bundle(), candidate, org=False)
    assert found is not None
    assert found.rules == {"gw.gateway_service", "gw.dns_record_type"}  # the others changed in their METADATA only
    assert found.others_too is False


def test_org_data_affect_the_rules_that_read_them() -> None:
    found = find_affected(open_bundle(), open_bundle(), org=True)
    assert found is not None
    assert "org.services" in found.rules
    assert "gw.gateway_service" not in found.rules
    assert found.others_too is True


@pytest.mark.parametrize("worth", [1, 1000], ids=["affected rules", "whole bundle"])
def test_other_org_data_under_the_same_bundle(url: str, tmp_path: Path, opa: str, worth: int, monkeypatch: Any) -> None:
    monkeypatch.setattr(kept, "_WORTH", worth)
    before, after = tmp_path / "before.json", tmp_path / "after.json"
    before.write_text(json.dumps({"services": {"allow": ["*"], "deny": ["dynamodb"]}}))
    after.write_text(json.dumps({"services": {"allow": ["*"], "deny": ["s3"]}, "enforcement": {"VPCE-GW-001": "off"}}))
    s3, kms = (d.decision_id for d in record(url, GATEWAY, KMS, org_data=(before,)))
    found = again(url, tmp_path, candidate_data=(after,), opa=opa)
    assert found.tally.kinds["newly_denied"] == 1
    assert ("newly_denied", s3, ("VPCE-ORG-002",)) in ids(found)
    assert kms not in {decision for _, decision, _ in ids(found)}  # lowered without a reason, which does not count


def test_org_data_that_change_nothing_are_not_judged_again(url: str, tmp_path: Path) -> None:
    before, after = tmp_path / "before.json", tmp_path / "after.json"
    before.write_text(json.dumps({"services": {"allow": ["*"], "deny": ["s3"]}}))
    after.write_text(
        json.dumps({"services": {"allow": ["*"], "deny": ["s3"]}, "enforcement": {"VPCE-ORG-002": "warn"}})
    )
    (decision,) = record(url, GATEWAY, org_data=(before,))
    found = again(url, tmp_path, candidate_data=(after,), opa="no-opa")
    assert list(ids(found)) == [("newly_allowed", decision.decision_id, ("VPCE-ORG-002",))]


def test_the_profile_of_org_data_counts_unless_it_was_set(url: str, tmp_path: Path) -> None:
    file = tmp_path / "org.json"
    file.write_text(json.dumps({"profile": "aws-2023"}))
    (default,) = record(url, GATEWAY)
    record(url, GATEWAY, profile="aws-current", org_data=(file,))
    found = again(url, tmp_path, candidate_data=(file,))
    assert found.tally.kinds["unchanged"] == 1
    assert [decision for _, decision, _ in ids(found)] == [default.decision_id]


def test_a_built_bundle_and_one_that_is_none(tmp_path: Path, opa: str) -> None:
    opener = CandidateOpener(work=tmp_path, opa=opa)
    assert opener.bundle(str(PACKAGED)).revision == open_bundle().revision
    with pytest.raises(SettingsError, match="is not a candidate"):
        opener.bundle(str(tmp_path))


def test_git_gives_what_was_committed(repository: Path, tmp_path: Path, opa: str) -> None:
    opener = CandidateOpener(work=tmp_path, opa=opa)
    with within(repository):
        assert opener.bundle("git:HEAD~1:policies/rego").revision == open_bundle().revision
        with pytest.raises(BundleError, match="git has no elsewhere at HEAD"):
            opener.bundle("git:HEAD:elsewhere")
        for spec in ("git:--output=x:rego", "git:HEAD:../rego", "git:HEAD:/etc", "git::rego"):
            with pytest.raises(SettingsError, match="is not a revision and a folder"):
                opener.bundle(spec)
