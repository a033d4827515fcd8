"""Advice: each row of the type chooser, what stands in the way, and that what is proposed is always allowed."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import ROOT
from vpce_guard.runtime.guard import Guard
from vpce_guard.runtime.wiring import make_guard
from vpce_guard.settings import Settings
from vpce_guard.whatif.advice import Advice, Need

REGO = ROOT / "rego/vpce"
CONTEXT = yaml.safe_load((REGO / "testing/context.yaml").read_text())
GENEVE = {
    "GroupId": "sg-0e000001",
    "GroupName": "tunnel",
    "VpcId": "vpc-0a000001",
    "IpPermissions": [
        {"IpProtocol": "udp", "FromPort": 6081, "ToPort": 6081, "IpRanges": [{"CidrIp": "10.0.0.0/16"}]},
    ],
}
TAGS = {"Owner": "net", "CostCenter": "1234"}
ARN = "arn:aws:vpc-lattice:us-east-1:111122223333"
PROVIDED = "com.amazonaws.vpce.us-east-1.vpce-svc-0b000000000000002"
APPLIANCES = "com.amazonaws.vpce.us-east-1.vpce-svc-0a000000000000001"


def advised(guard: Guard, **need: Any) -> Advice:
    asked = Need.model_validate({"context": CONTEXT, **need})
    return asyncio.run(guard.advise(asked, request_id="r"))


ROWS: list[tuple[int, dict[str, Any], str | None]] = [
    (1, {"service": "s3"}, "Gateway"),
    (1, {"service": "com.amazonaws.us-east-1.dynamodb"}, "Gateway"),
    (2, {"service": "s3", "access_paths": ["on-prem-dx"]}, "Interface"),
    (2, {"service": "s3", "access_paths": ["vpc", "tgw"]}, "Interface"),
    (3, {"service": "dynamodb", "access_paths": ["peering"]}, "Interface"),
    (4, {"service": "s3express"}, "Gateway"),
    (4, {"service": "s3express", "access_paths": ["on-prem-vpn"]}, None),
    (5, {"service": "s3-global.accesspoint"}, "Interface"),
    (6, {"service": "sqs"}, "Interface"),
    (6, {"service": "ecr.api"}, "Interface"),
    (7, {"service": "ecr.api", "service_region": "us-west-2"}, "Interface"),
    (8, {"service": PROVIDED}, "Interface"),
    (9, {"service": APPLIANCES}, "GatewayLoadBalancer"),
    (9, {"service": APPLIANCES, "purpose": "inspection"}, "GatewayLoadBalancer"),
    (10, {"resource_configuration_arn": f"{ARN}:resourceconfiguration/rcfg-0a1b2c3d4e5f67890"}, "Resource"),
    (11, {"service_network_arn": f"{ARN}:servicenetwork/sn-0a1b2c3d4e5f67890"}, "ServiceNetwork"),
    (
        12,
        {"purpose": "tunnel", "resource_configuration_arn": f"{ARN}:resourceconfiguration/rcfg-0a1b2c3d4e5f67890"},
        "Tunnel",
    ),
    (13, {"service": "sqs", "initiator": "provider"}, None),
    (13, {"service": "sqs", "protocols": ["icmp"]}, None),
    (14, {"service": "s3", "policy_per_route_table": True}, "Gateway"),
]


@pytest.mark.parametrize(("row", "need", "endpoint_type"), ROWS, ids=[f"{r[0]}: {r[1]}" for r in ROWS])
def test_each_row_of_the_chooser(free: Guard, row: int, need: dict[str, Any], endpoint_type: str | None) -> None:
    context = {**CONTEXT, "SecurityGroups": [*CONTEXT["SecurityGroups"], GENEVE]}
    advice = advised(free, context=context, **need)
    assert (advice.endpoint_type, advice.row) == (endpoint_type, row)
    assert advice.why
    assert bool(advice.proposals) is (endpoint_type is not None)
    assert judged_again(free, advice, context)


def judged_again(guard: Guard, advice: Advice, context: dict[str, Any]) -> bool:
    """Whether the proposals, sent as a caller would send them, are allowed."""
    if not advice.proposals:
        return True
    document = {"proposals": [*advice.proposals]}
    question = guard.question(document, context=context, request_id="again")
    (decisions,) = asyncio.run(guard.decide([question]))
    return all(decision.allowed for decision in decisions)


def test_other_regions_are_out_of_reach_in_2023() -> None:
    guard = make_guard(Settings(timeout=60, profile="aws-2023"))
    advice = advised(guard, service="ecr.api", service_region="us-west-2")
    assert (advice.endpoint_type, advice.row, advice.proposals) == (None, 7, ())


def test_alternatives_say_what_they_break_and_cost(free: Guard) -> None:
    outside = advised(free, service="s3", access_paths=["on-prem-dx"])
    (gateway,) = outside.alternatives
    assert not gateway.possible
    assert "VPCE-GW-013" in {o.rule_id for o in gateway.breaks}
    inside = advised(free, service="s3", gb_per_month=1000)
    (interface,) = inside.alternatives
    assert interface.possible
    assert (inside.cost and inside.cost.monthly, interface.monthly) == (0.0, 24.6)


@pytest.mark.parametrize(
    ("need", "rules"),
    [
        ({"service": "sqs"}, {"VPCE-ORG-003"}),
        ({"service": "athena", "tags": TAGS}, {"VPCE-ORG-002"}),
        ({"service": PROVIDED, "tags": TAGS}, {"VPCE-ORG-015"}),
        ({"service_network_arn": f"{ARN}:servicenetwork/sn-0a1b2c3d4e5f67890", "tags": TAGS}, {"VPCE-ORG-023"}),
        ({"service": "sqs", "tags": TAGS, "region": "ap-south-2"}, {"VPCE-ORG-001"}),
    ],
)
def test_what_stands_in_the_way_is_named(bound: Guard, need: dict[str, Any], rules: set[str]) -> None:
    advice = advised(bound, **need)
    assert advice.endpoint_type is None
    assert rules <= {obstacle.rule_id for obstacle in advice.stands_in_the_way}
    assert all(obstacle.remediation for obstacle in advice.stands_in_the_way)


def test_a_freeze_stands_in_the_way_but_for_emergencies(bound: Guard) -> None:
    frozen = {**CONTEXT, "time": "2026-12-24T00:00:00Z"}
    stopped = advised(bound, service="sqs", tags=TAGS, context=frozen)
    assert {o.rule_id for o in stopped.stands_in_the_way} == {"VPCE-ORG-019"}
    assert advised(bound, service="sqs", tags=TAGS, context=frozen, change_class="emergency").endpoint_type


AWS = ["s3", "dynamodb", "s3express", "s3tables", "sqs", "kms", "ecr.api", "email-smtp", "no-such"]
NEEDS = st.fixed_dictionaries(
    {"service": st.sampled_from([*AWS, PROVIDED, APPLIANCES])},
    optional={
        "access_paths": st.lists(
            st.sampled_from(["vpc", "on-prem-vpn", "on-prem-dx", "peering", "tgw"]), min_size=1, unique=True
        ),
        "protocols": st.sampled_from([["tcp"], ["udp"], ["tcp", "icmp"]]),
        "purpose": st.sampled_from(["access", "inspection"]),
        "service_region": st.sampled_from(["us-east-1", "us-west-2"]),
        "initiator": st.sampled_from(["consumer", "provider"]),
        "policy_per_route_table": st.booleans(),
        "gb_per_month": st.floats(0, 1e7, allow_nan=False),
        "subnet_ids": st.lists(
            st.sampled_from(["subnet-0a100001", "subnet-0a200001", "subnet-0b100001", "subnet-0f100001"]), unique=True
        ),
        "tags": st.sampled_from([{}, TAGS]),
        "vpc_id": st.sampled_from(["vpc-0a000001", "vpc-0f000009"]),
    },
)
LEFT_OUT = st.sets(
    st.sampled_from(["Subnets", "RouteTables", "SecurityGroups", "VpcEndpoints", "ServiceDetails", "Vpc"])
)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(need=NEEDS, left_out=LEFT_OUT, with_org=st.booleans())
def test_what_is_proposed_is_always_allowed(
    free: Guard, bound: Guard, need: dict[str, Any], left_out: set[str], with_org: bool
) -> None:
    guard = bound if with_org else free
    context = {name: value for name, value in CONTEXT.items() if name not in left_out}
    advice = advised(guard, context=context, **need)
    assert all(decision.allowed for decision in advice.decisions)
    assert len(advice.decisions) == len(advice.proposals)
    assert judged_again(guard, advice, context)
    assert advice.endpoint_type or advice.stands_in_the_way or advice.needs or advice.row in (4, 7, 13)


@pytest.mark.parametrize("name", ["small-team", "regulated-bank", "landing-zone"])
@pytest.mark.parametrize("service", ["s3", "sqs", "dynamodb"])
def test_there_is_advice_under_each_worked_document(root: Path, name: str, service: str) -> None:
    folder = root / "examples/org-data"
    context = yaml.safe_load((folder / "context.json").read_text())
    guard = make_guard(Settings(timeout=60, org_data=(folder / f"{name}.yaml",)))
    tags = {"Owner": "net", "CostCenter": "1234", "DataClass": "internal"}
    advice = advised(guard, service=service, tags=tags, context=context)
    assert advice.endpoint_type == ("Interface" if service == "sqs" else "Gateway"), advice.stands_in_the_way
    assert judged_again(guard, advice, context)


@pytest.mark.parametrize(
    ("service", "meant"), [("sssm", "ssm"), ("com.amazonaws.us-east-1.kinesis", "kinesis-streams")]
)
def test_a_service_that_nobody_knows_gets_the_nearest_names_and_no_endpoint(
    free: Guard, service: str, meant: str
) -> None:
    advice = advised(free, service=service)
    assert (advice.endpoint_type, advice.proposals, advice.alternatives) == (None, (), ())
    assert "does not know" in advice.why
    assert advice.why.endswith(f"Did you mean {meant}?")


def test_a_service_that_the_context_lists_needs_no_catalogue(free: Guard) -> None:
    listed = {"ServiceName": "com.amazonaws.us-east-1.brand-new", "ServiceType": [{"ServiceType": "Interface"}]}
    advice = advised(free, service="brand-new", context={**CONTEXT, "ServiceDetails": [listed]})
    assert advice.endpoint_type == "Interface"


def test_a_service_that_is_not_listed_as_cross_region_gets_no_endpoint_there(free: Guard) -> None:
    advice = advised(free, service="bedrock-runtime", service_region="us-west-2")
    assert advice.endpoint_type is None
    assert "AWS does not list bedrock-runtime" in advice.why


def test_a_numbered_name_is_that_of_its_service(free: Guard) -> None:
    assert advised(free, service="transfer.server.c-0001").endpoint_type == "Interface"


@pytest.mark.parametrize(
    ("need", "why", "members"),
    [
        ({"service": "s3"}, "a gateway endpoint costs nothing", ["region", "vpc_id"]),
        ({"service": "com.amazonaws.us-east-1.s3"}, "a gateway endpoint costs nothing", ["vpc_id"]),
        ({"service": "sqs", "region": "us-east-1"}, "AWS services but S3", ["vpc_id"]),
        ({"service": "sqs", "vpc_id": "vpc-0a000001"}, "AWS services but S3", ["region"]),
        ({"service": "sqs", "context": {"Vpc": {"VpcId": "vpc-0a000001"}}}, "AWS services but S3", ["region"]),
        ({"service": "s3-global.accesspoint", "vpc_id": "vpc-0a000001"}, "multi-Region access points", []),
        ({"service": PROVIDED}, "an interface endpoint leads", ["vpc_id"]),
        ({}, "what is to be reached is not told", ["service", "region", "vpc_id"]),
        ({"purpose": "inspection", "vpc_id": "vpc-0a000001"}, "what is to be reached is not told", ["service"]),
        ({"purpose": "tunnel"}, "it leads to whole ranges", ["resource_configuration_arn", "vpc_id"]),
    ],
)
def test_what_nothing_can_be_proposed_without_is_asked_for(
    guard: Guard, need: dict[str, Any], why: str, members: list[str]
) -> None:
    found = advised(guard, **{"context": {}, **need})
    assert found.why.startswith(why)
    assert [fact.member for fact in found.needs] == members
    assert (found.endpoint_type is None, found.stands_in_the_way) == (bool(members), ())


def test_what_is_asked_for_serves_as_it_looks(guard: Guard) -> None:
    asked = advised(guard, context={}).needs
    assert advised(guard, context={}, **{fact.member: fact.example for fact in asked}).endpoint_type == "Gateway"


def test_what_no_endpoint_serves_needs_nothing_more(guard: Guard) -> None:
    for need in ({"service": "s3", "protocols": ["icmp"]}, {"service": "sssm"}):
        found = advised(guard, context={}, **need)
        assert (found.endpoint_type, found.needs, found.row) == (None, (), 13)
