"""Conditions that depend on what is not known: which exclude each other, and which endpoints see each other."""

from __future__ import annotations

from typing import Any

import pytest

from vpce_guard.errors import MalformedError
from vpce_guard.formats import read
from vpce_guard.formats.cloudformation.conditions import Conditions
from vpce_guard.formats.cloudformation.words import Special, Symbol
from vpce_guard.model import Json

STAGE = Symbol("{{Stage}}")
DECLARED: Json = {
    "Prod": {"Fn::Equals": [STAGE, "prod"]},
    "Dev": {"Fn::Equals": ["dev", STAGE]},
    "NotProd": {"Fn::Not": [{"Condition": "Prod"}]},
    "Both": {"Fn::And": [{"Condition": "Prod"}, {"Condition": "Large"}]},
    "Either": {"Fn::Or": [{"Condition": "Prod"}, {"Condition": "NotProd"}]},
    "Large": {"Fn::Equals": [Symbol("{{Size}}"), "large"]},
    "Same": {"Fn::Equals": [STAGE, STAGE]},
    "Sure": {"Fn::Equals": [1, "1"]},
}


def conditions(**allowed: list[str]) -> Conditions:
    return Conditions(
        DECLARED, {"{{" + name + "}}": values for name, values in allowed.items()}, lambda value, _: value
    )


@pytest.mark.parametrize(
    ("name", "assuming", "holds"),
    [
        ("Prod", None, Special.UNKNOWN),
        ("Prod", "Dev", False),
        ("NotProd", "Dev", True),
        ("Prod", "NotProd", False),
        ("Prod", "Both", True),
        ("Large", "Prod", Special.UNKNOWN),
        ("Large", "Both", True),
        ("Either", None, True),
        ("Same", None, True),
        ("Sure", "Prod", True),
    ],
)
def test_one_condition_says_something_of_another(name: str, assuming: str | None, holds: Any) -> None:
    assert conditions().truth(name, "/x", assuming=assuming) is holds


def test_the_values_that_are_allowed_are_all_there_are() -> None:
    assert conditions(Stage=["prod", "dev"]).truth("Prod", "/x", assuming="Dev") is False
    assert conditions(Stage=["prod"]).truth("Prod", "/x") is True
    assert conditions(Stage=["test"]).truth("Prod", "/x") is False


def test_a_condition_that_nobody_declared_is_a_mistake() -> None:
    with pytest.raises(MalformedError, match="not a condition"):
        conditions().truth("Nobody", "/x")


def endpoint(condition: str | None, **properties: Any) -> Json:
    body: Json = {"Type": "AWS::EC2::VPCEndpoint", "Properties": {"VpcId": {"Ref": "Vpc"}, **properties}}
    return {**body, "Condition": condition} if condition else body


def template(**resources: Json) -> Json:
    return {
        "Parameters": {"Stage": {"Type": "String"}, "Size": {"Type": "String"}},
        "Conditions": {
            "Prod": {"Fn::Equals": [{"Ref": "Stage"}, "prod"]},
            "Other": {"Fn::Not": [{"Condition": "Prod"}]},
            "Large": {"Fn::Equals": [{"Ref": "Size"}, "large"]},
        },
        "Resources": {"Vpc": {"Type": "AWS::EC2::VPC", "Properties": {}}, **resources},
    }


def seen(document: Json) -> dict[str, set[str]]:
    return {str(p.address): {str(peer["address"]) for peer in p.peers} for p in read(document)}


def test_endpoints_see_those_that_are_surely_there_with_them() -> None:
    document = template(
        A=endpoint("Prod"), B=endpoint("Other"), C=endpoint("Prod"), Always=endpoint(None), Maybe=endpoint("Large")
    )
    assert seen(document) == {
        "A": {"C", "Always"},
        "B": {"Always"},
        "C": {"A", "Always"},
        "Always": set(),
        "Maybe": {"Always"},
    }


def test_where_another_may_be_there_the_others_are_not_told() -> None:
    (first, second) = read(template(Always=endpoint(None), Maybe=endpoint("Prod")))
    assert first.context["VpcEndpoints"] is None
    assert second.context["VpcEndpoints"] == []


def test_a_resource_is_read_as_it_is_where_its_condition_holds() -> None:
    kind = {"Fn::If": ["Prod", "Interface", "Gateway"]}
    (found,) = read(template(E=endpoint("Prod", VpcEndpointType=kind)))
    assert found.request["VpcEndpointType"] == "Interface"


def test_a_rule_that_may_be_missing_leaves_its_group_unknown() -> None:
    ingress = {"GroupId": {"Ref": "Group"}, "IpProtocol": "-1", "CidrIp": "0.0.0.0/0"}
    group = {"Type": "AWS::EC2::SecurityGroup", "Properties": {"VpcId": {"Ref": "Vpc"}}}
    maybe = {"Type": "AWS::EC2::SecurityGroupIngress", "Condition": "Prod", "Properties": ingress}
    (found,) = read(template(Group=group, Rule=maybe, E=endpoint("Large")))
    assert "IpPermissions" not in found.context["SecurityGroups"][0]
    (found,) = read(template(Group=group, Rule=maybe, E=endpoint("Prod")))
    assert found.context["SecurityGroups"][0]["IpPermissions"][0]["IpProtocol"] == "-1"
