"""Endpoints proposed together see each other, and what a document deletes is gone."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from vpce_guard.bundle.bundle import open_bundle
from vpce_guard.decisions.decide import decide
from vpce_guard.decisions.judge import Terms
from vpce_guard.decisions.question import Question
from vpce_guard.engines.embedded import EmbeddedEngine
from vpce_guard.formats import read
from vpce_guard.model import Decision, Json
from vpce_guard.org.data import no_org_data

CONTEXT: Json = {
    "Region": "us-east-1",
    "AccountId": "111122223333",
    "Vpc": {"VpcId": "vpc-0a000001", "EnableDnsSupport": True, "EnableDnsHostnames": True},
    "Subnets": [
        {"SubnetId": f"subnet-0{n}000001", "VpcId": "vpc-0a000001", "AvailabilityZoneId": "use1-az1"} for n in (1, 2)
    ],
    "RouteTables": [{"RouteTableId": "rtb-0a000001", "VpcId": "vpc-0a000001", "Routes": [], "Associations": []}],
    "VpcEndpoints": [],
}
SQS = {
    "VpcEndpointType": "Interface",
    "VpcId": "vpc-0a000001",
    "ServiceName": "com.amazonaws.us-east-1.sqs",
    "SubnetIds": ["subnet-01000001"],
    "PrivateDnsEnabled": True,
}
S3 = {
    "VpcEndpointType": "Gateway",
    "VpcId": "vpc-0a000001",
    "ServiceName": "com.amazonaws.us-east-1.s3",
    "RouteTableIds": ["rtb-0a000001"],
}
GWLB = {
    "VpcEndpointType": "GatewayLoadBalancer",
    "VpcId": "vpc-0a000001",
    "ServiceName": "com.amazonaws.vpce.us-east-1.vpce-svc-0a000000000000001",
}


def judged(*proposals: Json, **context: Any) -> list[Decision]:
    bundle = open_bundle()
    engine = EmbeddedEngine(bundle, timeout=10, memory_limit=256 << 20)
    question = Question(proposals=read(list(proposals), context={**CONTEXT, **context}), request_id="r")
    terms = Terms(rules=bundle.rules, revision=bundle.revision, profile="aws-current", org=no_org_data({}))
    (decisions,) = asyncio.run(decide([question], engine=engine, terms=terms))
    return decisions


def create(address: str, request: Json) -> Json:
    return {"operation": "create", "address": address, "request": request}


def told_by(decision: Decision, rule_id: str) -> str:
    return " ".join(v.message for v in decision.violations if v.rule_id == rule_id)


@pytest.mark.parametrize(
    ("rule_id", "a", "b"),
    [
        ("VPCE-IFACE-017", SQS, {**SQS, "SubnetIds": ["subnet-02000001"]}),
        ("VPCE-GW-004", S3, S3),
        ("VPCE-GWLB-003", {**GWLB, "SubnetIds": ["subnet-01000001"]}, {**GWLB, "SubnetIds": ["subnet-02000001"]}),
    ],
    ids=["private DNS name", "route table", "Availability Zone"],
)
def test_two_that_claim_the_same_thing_both_say_with_whom(rule_id: str, a: Json, b: Json) -> None:
    first, second = judged(create("endpoint.a", a), create("endpoint.b", b))
    assert "endpoint.b" in told_by(first, rule_id)
    assert "endpoint.a" in told_by(second, rule_id)


def test_the_last_place_of_a_quota_is_not_given_twice() -> None:
    others = [
        {"VpcEndpointId": f"vpce-{n:08x}", "VpcEndpointType": "Interface", "VpcId": "vpc-0a000001", "ServiceName": "x"}
        for n in range(49)
    ]
    sns = {**SQS, "ServiceName": "com.amazonaws.us-east-1.sns"}
    alone = judged(create("a", SQS), VpcEndpoints=others)
    both = judged(create("a", SQS), create("b", sns), VpcEndpoints=others)
    assert [told_by(d, "VPCE-IFACE-031") != "" for d in alone] == [False]
    assert [told_by(d, "VPCE-IFACE-031") != "" for d in both] == [True, True]


def test_a_delete_and_a_create_are_judged_on_the_net_result() -> None:
    there = {**SQS, "VpcEndpointId": "vpce-0b000002", "State": "available"}
    delete = {"operation": "delete", "request": {"VpcEndpointId": "vpce-0b000002"}, "current": there}
    (kept,) = judged(create("a", SQS), VpcEndpoints=[there])
    _, replaced = judged(delete, create("a", SQS), VpcEndpoints=[there])
    assert "vpce-0b000002" in told_by(kept, "VPCE-IFACE-017")
    assert told_by(replaced, "VPCE-IFACE-017") == ""


def test_many_endpoints_of_many_vpcs_fit_into_one_document() -> None:
    many = [create(f"a{i}", {**SQS, "VpcId": f"vpc-{i // 5:08x}"}) for i in range(600)]
    proposals = read(many, context=CONTEXT)
    assert {len(proposal.peers) for proposal in proposals} == {4}
    decisions = judged(*many)
    assert [d.subject.address for d in decisions] == [f"a{i}" for i in range(600)]
    assert {d.error for d in decisions} == {None}


def test_gateways_of_other_vpcs_are_seen_and_those_of_no_vpc_see_all() -> None:
    document = [
        create("gateway", {"VpcEndpointType": "Gateway", "VpcId": "vpc-00000001"}),
        create("other", {**SQS, "VpcId": "vpc-00000002"}),
        create("one", {**SQS, "VpcId": "vpc-00000001"}),
        create("nowhere", {k: v for k, v in SQS.items() if k != "VpcId"}),
    ]
    seen = {p.address: [peer["address"] for peer in p.peers] for p in read(document, context=CONTEXT)}
    assert seen == {
        "gateway": ["one", "nowhere"],
        "other": ["gateway", "nowhere"],
        "one": ["gateway", "nowhere"],
        "nowhere": ["gateway", "other", "one"],
    }


@pytest.mark.parametrize(("operation", "kept"), [("delete", []), ("modify", []), ("modify", ["rtb-0a000001"])])
def test_routes_of_what_is_changed_are_those_that_it_will_have(operation: str, kept: list[str]) -> None:
    there = {
        "VpcEndpointId": "vpce-0a000001",
        "VpcEndpointType": "Gateway",
        "VpcId": "vpc-0a000001",
        "ServiceName": "com.amazonaws.us-east-1.s3",
        "RouteTableIds": ["rtb-0a000001"],
    }
    removed = {} if kept or operation == "delete" else {"RemoveRouteTableIds": ["rtb-0a000001"]}
    changes = [
        {"operation": operation, "request": {"VpcEndpointId": "vpce-0a000001", **removed}, "current": there},
        {"operation": "create", "request": {k: v for k, v in there.items() if k != "VpcEndpointId"}},
    ]
    route = {"DestinationPrefixListId": "pl-0a000001", "GatewayId": "vpce-0a000001"}
    context = {"RouteTables": [{"RouteTableId": "rtb-0a000001", "Routes": [route]}], "VpcEndpoints": [there]}
    own, other = read({"proposals": changes}, context=context)
    assert other.context["VpcEndpoints"] == []
    assert [len(one.context["RouteTables"][0]["Routes"]) for one in (own, other)] == [1, 0]
    assert [peer["RouteTableIds"] for peer in other.peers] == ([] if operation == "delete" else [kept])
