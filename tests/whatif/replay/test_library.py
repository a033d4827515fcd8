"""Under a candidate every difference is found, by the affected rules alone and by the whole bundle."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support.recording import GATEWAY, KMS, again, ids, record, under
from vpce_guard.bundle.bundle import Bundle
from vpce_guard.whatif.replay import library as kept

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
