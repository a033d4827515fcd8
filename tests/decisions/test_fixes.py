"""Fixes fit the document they are for, and only what judging again confirms is called verified."""

from __future__ import annotations

import json
from typing import Any

import pytest

from vpce_guard.decisions import fixes
from vpce_guard.formats import read
from vpce_guard.model import Proposal, Undetermined, Verdict, Violation

STATEMENT = {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::1:root"}, "Action": "*", "Resource": "*"}


def proposal(**members: Any) -> Proposal:
    return read({"VpcId": "vpc-1", "ServiceName": "com.amazonaws.us-east-1.s3", **members})[0]


def violation(rule_id: str = "R", message: str = "wrong") -> Violation:
    return Violation(
        rule_id=rule_id,
        title="t",
        severity="error",
        enforcement_action="deny",
        message=message,
        path="/request",
        remediation="r",
        source="s",
    )


def verdict(*violations: Violation, unsure: tuple[str, ...] = ()) -> Verdict:
    undetermined = tuple(Undetermined(rule_id=rule, reason="r", missing=("/m",)) for rule in unsure)
    return Verdict(
        allowed=not violations, violations=violations, waived=(), undetermined=undetermined, overrides=(), reach=None
    )


def test_a_patch_changes_the_request_and_what_follows_from_it() -> None:
    before = proposal(SubnetIds=["subnet-1", "subnet-2"], VpcEndpointType="Interface")
    patch, after = fixes.fit_patch([{"op": "remove", "path": "/request/SubnetIds/0"}], before)
    assert patch == ({"op": "remove", "path": "/request/SubnetIds/0"},)
    assert after is not None
    assert after.endpoint is not None
    assert after.endpoint["SubnetIds"] == ["subnet-2"]
    assert before.request["SubnetIds"] == ["subnet-1", "subnet-2"]


def test_a_patch_into_a_policy_text_replaces_the_text() -> None:
    text = json.dumps({"Statement": [STATEMENT]})
    change = {"op": "replace", "path": "/request/PolicyDocument/Statement/0/Principal", "value": "*"}
    (only,), after = fixes.fit_patch([change], proposal(PolicyDocument=text))
    assert (only["op"], only["path"]) == ("replace", "/request/PolicyDocument")
    assert json.loads(only["value"]) == {"Statement": [{**STATEMENT, "Principal": "*"}]}
    assert after is not None
    assert after.policy["request"]["document"]["Statement"][0]["Principal"] == "*"


def test_members_of_a_value_stand_in_one_order_whatever_the_engine() -> None:
    value = {"Resource": ["b", "a"], "Action": "*", "Condition": {"StringEquals": {"b": "1", "a": "2"}}}
    change = {"op": "add", "path": "/request/PolicyDocument/Statement/-", "value": value}
    (only,), _ = fixes.fit_patch([change], proposal(PolicyDocument={"Statement": []}))
    assert json.dumps(only["value"]) == (
        '{"Action": "*", "Condition": {"StringEquals": {"a": "2", "b": "1"}}, "Resource": ["b", "a"]}'
    )


def test_a_patch_into_a_policy_object_stays_as_it_is() -> None:
    change = {"op": "replace", "path": "/request/PolicyDocument/Statement/0/Principal", "value": "*"}
    patch, after = fixes.fit_patch([change], proposal(PolicyDocument={"Statement": [STATEMENT]}))
    assert patch == (change,)
    assert after is not None
    assert after.request["PolicyDocument"]["Statement"][0]["Principal"] == "*"


@pytest.mark.parametrize(
    "op",
    [
        {"op": "remove", "path": "/request/SubnetIds/7"},
        {"op": "remove", "path": "/context/Subnets"},
        {"op": "replace", "path": "/request/Nothing/Here", "value": 1},
        {"op": "replace", "path": "/request/PolicyDocument/Statement/9/Principal", "value": 1},
    ],
)
def test_a_patch_that_does_not_apply_is_told_and_not_tried(op: dict[str, Any]) -> None:
    patch, after = fixes.fit_patch([op], proposal(PolicyDocument="{}"))
    assert patch == (op,)
    assert after is None


def test_a_fix_works_when_the_violation_is_gone() -> None:
    assert fixes.is_verified(violation(), verdict(violation()), verdict(), strict=True)
    other, reworded = violation("Other"), violation("Other", "reworded")
    assert fixes.is_verified(violation(), verdict(violation(), other), verdict(reworded), strict=False)


def test_advice_and_what_else_cannot_be_judged_do_not_count_unless_strict() -> None:
    advice = violation("New").model_copy(update={"enforcement_action": "inform"})
    assert fixes.is_verified(violation(), verdict(violation()), verdict(advice, unsure=("New",)), strict=False)
    assert not fixes.is_verified(violation(), verdict(violation()), verdict(unsure=("New",)), strict=True)


@pytest.mark.parametrize(
    "now",
    [
        verdict(violation()),
        verdict(violation(message="the same rule about something else")),
        verdict(violation("New")),
        verdict(unsure=("R",)),
    ],
    ids=["still there", "moved", "another rule", "unsure now"],
)
def test_a_fix_that_only_moves_the_trouble_does_not_work(now: Verdict) -> None:
    assert not fixes.is_verified(violation(), verdict(violation(), unsure=("Old",)), now, strict=False)


def test_a_patch_changes_each_way_a_proposal_may_turn_out() -> None:
    ways = [{"request": {"SubnetIds": [subnet], "PrivateDnsEnabled": True}} for subnet in ("subnet-1", "subnet-2")]
    patch = [{"op": "replace", "path": "/request/PrivateDnsEnabled", "value": False}]
    request = {"VpcEndpointType": "Interface", "PrivateDnsEnabled": True}
    (given,) = read(
        {"operation": "create", "request": request, "unknown": ["/request/SubnetIds"], "possibilities": ways}
    )  # fmt: skip
    _, patched = fixes.fit_patch(patch, given)
    assert patched is not None
    assert [way["request"] for way in patched.possibilities] == [
        {"SubnetIds": ["subnet-1"], "PrivateDnsEnabled": False},
        {"SubnetIds": ["subnet-2"], "PrivateDnsEnabled": False},
    ]
    assert fixes.fit_patch([{"op": "remove", "path": "/request/VpcEndpointType"}], given)[1] is None
