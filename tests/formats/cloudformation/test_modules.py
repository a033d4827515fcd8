"""Modules put in place of the resources that use them."""

from __future__ import annotations

from typing import Any

import pytest

from vpce_guard.errors import MalformedError
from vpce_guard.formats import read_drafts
from vpce_guard.formats.cloudformation.modules import put_in_place
from vpce_guard.formats.document import Document, Extras
from vpce_guard.model import Json

FRAGMENT: Json = {
    "Parameters": {"Vpc": {"Type": "String"}, "Stage": {"Type": "String", "Default": "dev"}},
    "Conditions": {"Prod": {"Fn::Equals": [{"Ref": "Stage"}, "prod"]}},
    "Mappings": {"Names": {"all": {"service": "com.amazonaws.us-east-1.sqs"}}},
    "Resources": {
        "Sqs": {
            "Type": "AWS::EC2::VPCEndpoint",
            "DependsOn": ["Group"],
            "Properties": {
                "VpcId": {"Ref": "Vpc"},
                "ServiceName": {"Fn::FindInMap": ["Names", "all", "service"]},
                "SecurityGroupIds": [{"Fn::GetAtt": "Group.GroupId"}, {"Fn::GetAtt": ["Group", "Id"]}],
                "VpcEndpointType": {"Fn::If": ["Prod", "Interface", "Gateway"]},
            },
        },
        "Group": {"Type": "AWS::EC2::SecurityGroup", "Properties": {"GroupName": {"Fn::Sub": "${Vpc}-${Stage}"}}},
        "Large": {"Type": "AWS::EC2::SecurityGroup", "Condition": "Prod", "Properties": {}},
    },
}
KIND = "Example::Net::Endpoints::MODULE"


def use(**properties: Any) -> Json:
    return {"Type": KIND, "Properties": properties}


def found(document: Json, **fragments: Json) -> Document:
    known = {f"Example::Net::{name}::MODULE": fragment for name, fragment in fragments.items()}
    return read_drafts(document, given=Extras(open_module=known.get))


def test_what_a_module_makes_goes_by_both_names() -> None:
    vpc = {"Type": "AWS::EC2::VPC", "Properties": {}}
    document = found({"Resources": {"Vpc": vpc, "Net": use(Vpc={"Ref": "Vpc"}, Stage="prod")}}, Endpoints=FRAGMENT)
    (sqs,) = document.drafts
    assert sqs.address == "NetSqs"
    assert sqs.request == {
        "VpcId": "${Vpc}",
        "ServiceName": "com.amazonaws.us-east-1.sqs",
        "SecurityGroupIds": ["${NetGroup}", "${NetGroup}"],
        "VpcEndpointType": "Interface",
    }
    assert sqs.depends_on == ("NetGroup",)
    assert document.notes == ()


def test_a_parameter_that_is_not_given_has_its_default() -> None:
    (sqs,) = found({"Resources": {"Net": use(Vpc="vpc-1")}}, Endpoints=FRAGMENT).drafts
    assert sqs.request["VpcEndpointType"] == "Gateway"
    assert sqs.context["SecurityGroups"][0]["GroupName"] == "vpc-1-dev"


@pytest.mark.parametrize(
    "reference",
    [{"Ref": "Net.Group"}, {"Ref": "NetGroup"}, {"Fn::GetAtt": "Net.Group.GroupId"}, {"Fn::Sub": "${Net.Group}"},
     {"Fn::GetAtt": ["Net.Group", "GroupId"]}, {"Fn::Sub": "${Net.Group.GroupId}"}],
)  # fmt: skip
def test_the_template_names_what_a_module_makes(reference: Json) -> None:
    mine = {"Type": "AWS::EC2::VPCEndpoint", "Properties": {"SecurityGroupIds": [reference]}}
    drafts = found({"Resources": {"Net": use(Vpc="vpc-1"), "Mine": mine}}, Endpoints=FRAGMENT).drafts
    assert {draft.address: draft.request["SecurityGroupIds"] for draft in drafts}["Mine"] == ["${NetGroup}"]


def test_what_depends_on_a_module_depends_on_all_of_it() -> None:
    mine = {"Type": "AWS::EC2::VPCEndpoint", "DependsOn": "Net", "Properties": {}}
    drafts = found({"Resources": {"Net": use(Vpc="vpc-1"), "Mine": mine}}, Endpoints=FRAGMENT).drafts
    assert set({draft.address: draft for draft in drafts}["Mine"].depends_on) == {"NetSqs", "NetGroup", "NetLarge"}


def test_the_condition_of_a_module_is_that_of_all_of_it() -> None:
    document = {"Conditions": {"Never": {"Fn::Equals": [1, 2]}}, "Resources": {"Net": {**use(), "Condition": "Never"}}}
    assert found(document, Endpoints=FRAGMENT).drafts == ()
    resources = put_in_place(document, {KIND: FRAGMENT}.get).body["Resources"]
    assert {name: body["Condition"] for name, body in resources.items()} == {
        "NetSqs": "Never",
        "NetGroup": "Never",
        "NetLarge": "NetLargeAndNever",
    }


def test_modules_in_modules_are_put_in_place() -> None:
    outer = {
        "Parameters": {"V": {"Type": "String"}},
        "Resources": {"In": {"Type": "Example::Net::Endpoints::MODULE", "Properties": {"Vpc": {"Ref": "V"}}}},
    }
    document = {"Resources": {"Out": {"Type": "Example::Net::Outer::MODULE", "Properties": {"V": "vpc-1"}}}}
    (sqs,) = found(document, Endpoints=FRAGMENT, Outer=outer).drafts
    assert (sqs.address, sqs.request["VpcId"]) == ("OutInSqs", "vpc-1")


def test_a_module_that_is_not_at_hand_is_told() -> None:
    document = found({"Resources": {"Net": use()}}, Other=FRAGMENT)
    assert document.notes == ("Net (Example::Net::Endpoints::MODULE) is not read: give its template too",)


def test_modules_that_make_too_much_are_refused() -> None:
    many = {"Resources": {f"R{n}": {"Type": "T"} for n in range(5001)}}
    with pytest.raises(MalformedError, match="more than 5000"):
        found({"Resources": {"Net": use()}}, Endpoints=many)
