"""What is not known and turns out in few ways: each is judged, and what is wrong in all of them is denied."""

from __future__ import annotations

import json
from typing import Any

import pytest

from vpce_guard.formats import read
from vpce_guard.formats.document import MOST_POSSIBILITIES, Extras
from vpce_guard.model import Json, Proposal

TEXT = {"Type": "String"}


def endpoint(properties: Json, *, given: Json | None = None, condition: str | None = None, **template: Any) -> Proposal:
    body = {"Type": "AWS::EC2::VPCEndpoint", "Properties": properties}
    body |= {"Condition": condition} if condition else {}
    others = template.pop("Resources", {})
    document = {"Resources": {"E": body, **others}, **template}
    return next(p for p in read(document, given=Extras(parameters=given or {})) if p.address == "E")


def outcomes(proposal: Proposal, member: str) -> list[Any]:
    return [way["request"].get(member) for way in proposal.possibilities]


def is_(name: str, text: str) -> Json:
    return {"Fn::Equals": [{"Ref": name}, text]}


def test_both_branches_of_a_condition_that_is_open_are_ways() -> None:
    found = endpoint(
        {"IpAddressType": {"Fn::If": ["New", "ipv6", {"Ref": "AWS::NoValue"}]}},
        Parameters={"P": TEXT},
        Conditions={"New": is_("P", "new")},
    )
    assert found.unknown == ("/request/IpAddressType",)
    assert outcomes(found, "IpAddressType") == ["ipv6", None]
    assert all(not way.get("unknown") for way in found.possibilities)


def test_a_parameter_is_each_of_the_texts_it_may_be() -> None:
    name = {"Fn::Sub": ["com.amazonaws.${AWS::Region}.${s}", {"s": {"Fn::FindInMap": ["Names", {"Ref": "P"}, "n"]}}]}
    found = endpoint(
        {"ServiceName": name},
        Parameters={"P": {**TEXT, "AllowedValues": ["queue", "topic"]}},
        Mappings={"Names": {"queue": {"n": "sqs"}, "topic": {"n": "sns"}}},
    )
    assert outcomes(found, "ServiceName") == ["com.amazonaws.${AWS::Region}.sqs", "com.amazonaws.${AWS::Region}.sns"]


def test_conditions_about_one_thing_turn_out_together() -> None:
    """Of four combinations two are left, where one condition is the other turned round."""
    found = endpoint(
        {
            "IpAddressType": {"Fn::If": ["New", "ipv6", "ipv4"]},
            "VpcEndpointType": {"Fn::If": ["Old", "Gateway", "Interface"]},
        },
        Parameters={"P": TEXT},
        Conditions={"New": is_("P", "new"), "Old": {"Fn::Not": [{"Condition": "New"}]}},
    )
    ways = list(zip(outcomes(found, "IpAddressType"), outcomes(found, "VpcEndpointType"), strict=True))
    assert ways == [("ipv6", "Interface"), ("ipv4", "Gateway")]


@pytest.mark.parametrize(
    ("more", "only"),
    [
        ({"given": {"P": "new"}}, "ipv6"),
        ({"condition": "New"}, "ipv6"),
        ({"Rules": {"R": {"Assertions": [{"Assert": {"Fn::Not": [is_("P", "new")]}}]}}}, "ipv4"),
    ],
)
def test_what_is_decided_is_no_choice(more: Json, only: str) -> None:
    found = endpoint(
        {"IpAddressType": {"Fn::If": ["New", "ipv6", "ipv4"]}},
        Parameters={"P": TEXT},
        Conditions={"New": is_("P", "new")},
        **more,
    )
    assert (found.request["IpAddressType"], found.unknown, found.possibilities) == (only, (), ())


def test_of_too_many_ways_those_are_taken_that_are_few() -> None:
    names = [f"P{number}" for number in range(6)]
    found = endpoint(
        {"Tags": [{"Key": name, "Value": {"Fn::If": [name, "a", "b"]}} for name in names]},
        Parameters=dict.fromkeys(names, TEXT),
        Conditions={name: is_(name, "x") for name in names},
    )
    assert len(found.possibilities) == MOST_POSSIBILITIES
    assert {tuple(way["unknown"]) for way in found.possibilities} == {
        ("/request/TagSpecifications/0/Tags/4/Value", "/request/TagSpecifications/0/Tags/5/Value")
    }


def test_the_network_around_it_turns_out_with_it() -> None:
    found = endpoint(
        {
            "VpcId": {"Ref": "Vpc"},
            "SubnetIds": [{"Ref": "Subnet"}],
            "IpAddressType": {"Fn::If": ["New", "ipv6", "ipv4"]},
        },
        Parameters={"P": TEXT},
        Conditions={"New": is_("P", "new")},
        Resources={
            "Vpc": {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.0.0.0/16"}},
            "Subnet": {
                "Type": "AWS::EC2::Subnet",
                "Properties": {
                    "VpcId": {"Ref": "Vpc"},
                    "CidrBlock": {"Fn::If": ["New", {"Ref": "AWS::NoValue"}, "10.0.1.0/24"]},
                },
            },
        },
    )
    blocks = [way.get("context", found.context)["Subnets"][0].get("CidrBlock") for way in found.possibilities]
    assert blocks == [None, "10.0.1.0/24"]


def test_an_endpoint_of_a_nested_stack_keeps_its_ways() -> None:
    child = {
        "Parameters": {"P": TEXT},
        "Conditions": {"New": is_("P", "new")},
        "Resources": {
            "E": {
                "Type": "AWS::EC2::VPCEndpoint",
                "Properties": {"IpAddressType": {"Fn::If": ["New", "ipv6", "ipv4"]}},
            },
            "F": {"Type": "AWS::EC2::VPCEndpoint", "Condition": "New"},
        },
    }
    body = {"Type": "AWS::CloudFormation::StackSet", "Properties": {"TemplateBody": json.dumps(child)}}
    found = next(p for p in read({"Resources": {"S": body}}) if p.address == "S: E")
    assert outcomes(found, "IpAddressType") == ["ipv6", "ipv4"]
