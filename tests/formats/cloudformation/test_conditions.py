"""Conditions that depend on what is not known: which exclude each other, and which endpoints see each other."""

from __future__ import annotations

from typing import Any

import pytest

from vpce_guard.errors import MalformedError
from vpce_guard.formats import read
from vpce_guard.formats.cloudformation.conditions import Conditions
from vpce_guard.formats.cloudformation.words import Special, Symbol, list_symbol
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


def conditions(assumed: str | None = None, rules: Json | None = None, **allowed: list[str]) -> Conditions:
    texts = {"{{" + name + "}}": values for name, values in allowed.items()}
    return Conditions(DECLARED, texts, lambda value, _: value, rules=rules or {}, assumed=assumed)


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
    assert conditions(assuming).truth(name, "/x") is holds


def test_the_values_that_are_allowed_are_all_there_are() -> None:
    assert conditions("Dev", Stage=["prod", "dev"]).truth("Prod", "/x") is False
    assert conditions(Stage=["prod"]).truth("Prod", "/x") is True
    assert conditions(Stage=["test"]).truth("Prod", "/x") is False


def rule(asserted: Any, where: Any = None) -> Json:
    body: Json = {"Assertions": [{"Assert": asserted, "AssertDescription": "because"}]}
    return {"R": {**body, "RuleCondition": where} if where is not None else body}


LIST = list_symbol("List", has_items=False)


@pytest.mark.parametrize(
    ("rules", "holds"),
    [
        (rule({"Fn::Contains": [["prod"], STAGE]}), True),
        (rule({"Fn::Contains": [["dev", "test"], STAGE]}), False),
        (rule({"Fn::Contains": [["prod", "test"], STAGE]}), Special.UNKNOWN),
        (rule({"Fn::EachMemberIn": [[STAGE], ["dev", "test"]]}), False),
        (rule({"Fn::EachMemberEquals": [[STAGE, "prod"], "prod"]}), True),
        (rule({"Fn::Not": [{"Fn::Equals": [STAGE, "prod"]}]}), False),
        (rule({"Fn::Equals": [STAGE, "prod"]}, {"Fn::Equals": ["1", 1]}), True),
        (rule({"Fn::Equals": [STAGE, "prod"]}, {"Fn::Equals": ["1", 2]}), Special.UNKNOWN),
        (rule({"Fn::Equals": [STAGE, "dev"]}, {"Condition": "Large"}), Special.UNKNOWN),
        (rule({"Fn::EachMemberIn": [list_symbol("ValueOfAll(x,y)", has_items=False), ["prod"]]}), Special.UNKNOWN),
        (rule({"Fn::Contains": [LIST, STAGE]}), Special.UNKNOWN),
        ({"R": {}}, Special.UNKNOWN),
    ],
)
def test_what_an_assertion_excludes_is_not_possible(rules: Json, holds: Any) -> None:
    assert conditions(rules=rules).truth("Prod", "/x") is holds


def test_an_assertion_holds_where_its_condition_is_assumed() -> None:
    rules = rule({"Fn::Equals": [STAGE, "dev"]}, {"Condition": "Large"})
    assert conditions("Large", rules).truth("Prod", "/x") is False


def test_an_assertion_that_is_not_met_is_a_mistake() -> None:
    with pytest.raises(MalformedError, match="/Rules/R is not met"):
        conditions(rules=rule({"Fn::Contains": [["a"], "b"]})).truth("Prod", "/x")


def test_what_can_only_be_one_text_is_known() -> None:
    assert conditions("Prod").known_text("{{Stage}}") == "prod"
    assert conditions("NotProd").known_text("{{Stage}}") is None
    assert conditions("Large").known_text("{{Stage}}") is None


@pytest.mark.parametrize(
    "not_empty",
    [
        {"Fn::Not": [{"Fn::Equals": [Symbol("{{Join(,List)}}"), ""]}]},
        {"Fn::Not": [{"Fn::Equals": ["", LIST.item(0)]}]},
        {"Fn::Not": [{"Fn::EachMemberEquals": [LIST, ""]}]},
    ],
)
def test_a_list_has_items_where_it_is_asserted_not_to_be_empty(not_empty: Json) -> None:
    assert conditions(rules=rule(not_empty)).has_items("List")
    assert not conditions(rules=rule(not_empty)).has_items("Other")


def test_conditions_with_too_much_that_is_not_known_are_refused() -> None:
    declared = {"Many": {"Fn::Or": [{"Fn::Equals": [Symbol(f"{{{{P{n}}}}}"), "x"]} for n in range(13)]}}
    with pytest.raises(MalformedError, match="too many"):
        Conditions(declared, {}, lambda value, _: value).truth("Many", "/x")


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
