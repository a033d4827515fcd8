"""Advice for purposes: what each needs, what is there already, what is possible, and all judged together."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.whatif.advice.test_advise import CONTEXT, TAGS
from vpce_guard.bundle.bundle import open_bundle
from vpce_guard.runtime.guard import Guard
from vpce_guard.whatif.advice import Advice, Need
from vpce_guard.whatif.advice.purposes import purposes

KNOWN = open_bundle().data["services"]["services"]


def advised(guard: Guard, **need: Any) -> Advice:
    return asyncio.run(guard.advise(Need.model_validate({"context": CONTEXT, **need}), request_id="r"))


def states(advice: Advice) -> dict[str, str]:
    return {part.service: part.state for part in advice.parts}


@pytest.mark.parametrize("name", sorted(purposes()))
def test_every_purpose_is_of_known_services_has_a_source_and_is_allowed(free: Guard, name: str) -> None:
    assert {part["service"] for part in purposes()[name]["parts"]} <= KNOWN.keys()
    found = advised(free, purpose=name, sometimes=True)
    assert set(states(found).values()) == {"proposed"}
    assert found.decisions
    assert all(decision.allowed for decision in found.decisions)
    assert (found.source or "").startswith("https://docs.aws.amazon.com/")


def test_images_need_two_interface_endpoints_and_the_free_gateway(free: Guard) -> None:
    found = advised(free, purpose="images")
    assert [(part.service, part.endpoint_type) for part in found.parts if part.state == "proposed"] == [
        ("ecr.api", "Interface"),
        ("ecr.dkr", "Interface"),
        ("s3", "Gateway"),
    ]
    assert states(found)["logs"] == "only sometimes"
    assert found.cost is not None
    assert found.cost.monthly == 29.2
    assert any("prod-us-east-1-starport-layer-bucket" in note for note in found.notes)


def test_what_the_vpc_has_is_not_proposed_again(free: Guard) -> None:
    there = {
        "VpcEndpointId": "vpce-0a000009",
        "VpcId": "vpc-0a000001",
        "VpcEndpointType": "Interface",
        "ServiceName": "com.amazonaws.us-east-1.ecr.api",
        "State": "available",
    }
    found = advised(free, purpose="images", context={**CONTEXT, "VpcEndpoints": [there]})
    assert (states(found)["ecr.api"], states(found)["ecr.dkr"]) == ("there", "proposed")
    gone = advised(free, purpose="images", context={**CONTEXT, "VpcEndpoints": [{**there, "State": "deleting"}]})
    assert states(gone)["ecr.api"] == "proposed"
    every = [
        {**there, "VpcEndpointId": f"vpce-0{i}", "ServiceName": f"com.amazonaws.us-east-1.{name}"}
        for i, name in enumerate(("ecr.api", "ecr.dkr", "s3"))
    ]
    done = advised(free, purpose="images", context={**CONTEXT, "VpcEndpoints": every})
    assert (done.endpoint_type, done.proposals, done.stands_in_the_way) == (None, (), ())


def test_from_on_premises_a_gateway_endpoint_that_is_there_does_not_serve(free: Guard) -> None:
    gateway = {
        "VpcEndpointId": "vpce-0a000009",
        "VpcId": "vpc-0a000001",
        "VpcEndpointType": "Gateway",
        "ServiceName": "com.amazonaws.us-east-1.s3",
        "RouteTableIds": ["rtb-0a000001"],
        "State": "available",
    }
    found = advised(free, purpose="s3-on-premises", context={**CONTEXT, "VpcEndpoints": [gateway]})
    assert [p["request"]["VpcEndpointType"] for p in found.proposals] == ["Interface"]
    assert any("inbound endpoint of the Route 53 Resolver" in note for note in found.notes)


def test_services_that_are_named_belong_to_the_purpose(free: Guard) -> None:
    found = advised(free, purpose="lambda", services=["sqs", "kms"])
    assert states(found) == {"lambda": "only sometimes", "sqs": "proposed", "kms": "proposed"}
    named = advised(free, purpose="images", services=["logs"])
    assert states(named)["logs"] == "proposed"


def test_an_unknown_service_is_said_to_be_unknown_and_nothing_is_proposed(free: Guard) -> None:
    found = advised(free, purpose="lambda", services=["sqs", "sqss"])
    assert states(found)["sqss"] == "not possible"
    assert "does not know sqss" in found.parts[-1].why
    assert (found.endpoint_type, found.proposals) == (None, ())


def test_what_the_organisation_forbids_is_named(bound: Guard) -> None:
    found = advised(bound, purpose="session-manager", tags=TAGS)
    assert states(found)["ssm"] == "not possible"
    assert "VPCE-ORG-022" in {obstacle.rule_id for obstacle in found.stands_in_the_way}


def test_without_a_region_and_a_vpc_more_must_be_known(free: Guard) -> None:
    found = advised(free, purpose="eks", context={})
    assert [fact.member for fact in found.needs] == ["region", "vpc_id"]
    assert (found.parts, found.why) == ((), "EKS nodes and pods without internet")
