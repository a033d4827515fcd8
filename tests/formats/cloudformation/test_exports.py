"""Exports of one template that another imports: which is meant, and what the importing one sees then."""

from __future__ import annotations

from typing import Any

import pytest

from vpce_guard.formats import read_drafts
from vpce_guard.formats.cloudformation.exports import Exports
from vpce_guard.formats.document import Document, Extras
from vpce_guard.formats.text import Text
from vpce_guard.model import Json

VPC: Json = {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.0.0.0/16"}}
S3: Json = {"Type": "AWS::EC2::VPCEndpoint", "Properties": {"VpcId": {"Ref": "Vpc"}, "ServiceName": "s3"}}


def network(name: Any, **resources: Json) -> Json:
    outputs = {"Id": {"Value": {"Ref": "Vpc"}, "Export": {"Name": name}}}
    parameters = {"Env": {"Type": "String"}}
    return {"Parameters": parameters, "Resources": {"Vpc": VPC, **resources}, "Outputs": outputs}


def importing(name: Any, **more: Any) -> Json:
    endpoint = {
        "Type": "AWS::EC2::VPCEndpoint",
        "Properties": {"VpcId": {"Fn::ImportValue": name}, "ServiceName": "sqs"},
    }
    return {"Resources": {"E": endpoint}, **more}


def found(importer: Json, *exporters: Json, environments: tuple[Json, ...] = ({}, {}, {}), scope: str = "") -> Document:
    exports = Exports()
    given = [
        Extras(text=Text(document, file=f"{n}.yaml", data=b""), parameters=environments[n], scope=scope and f"{n}:")
        for n, document in enumerate((importer, *exporters))
    ]
    for document, one in zip((importer, *exporters), given, strict=True):
        exports.add(document, one)
    own = given[0]
    return read_drafts(
        importer,
        given=Extras(text=own.text, parameters=own.parameters, scope=own.scope, imports=exports.finder(own)),
    )


def vpc_of(document: Document) -> Any:
    return document.drafts[0].request["VpcId"]


def test_an_import_is_what_the_other_template_exports_with_its_network() -> None:
    document = found(importing("net-vpc"), network("net-vpc", S3=S3))
    (draft,) = document.drafts
    assert draft.request["VpcId"] == "${1.yaml:Vpc}"
    assert draft.context["Vpc"]["CidrBlock"] == "10.0.0.0/16"
    assert "VpcEndpoints" not in draft.context
    assert [(n["address"], n["VpcId"], n["ServiceName"]) for n in document.neighbours] == [
        ("1.yaml: S3", "${1.yaml:Vpc}", "s3")
    ]


def test_what_is_judged_together_is_told_once() -> None:
    document = found(importing("net-vpc"), network("net-vpc", S3=S3), scope="together")
    assert vpc_of(document) == "${1:Vpc}"
    assert document.neighbours == ()


@pytest.mark.parametrize(
    ("name", "exported", "is_found"),
    [
        ({"Fn::Sub": "${AWS::Region}-vpc"}, {"Fn::Sub": "${AWS::Region}-vpc"}, True),
        ({"Fn::Join": ["-", [{"Ref": "AWS::Region"}, "vpc"]]}, {"Fn::Sub": "${AWS::Region}-vpc"}, True),
        ("net-vpc", {"Fn::Sub": "${AWS::StackName}-vpc"}, False),
        ({"Fn::Sub": "${AWS::StackName}-vpc"}, {"Fn::Sub": "${AWS::StackName}-vpc"}, False),
        ({"Fn::Sub": "${Env}-vpc"}, {"Fn::Sub": "${Env}-vpc"}, False),
        ("other", "net-vpc", False),
    ],
)
def test_an_export_is_meant_where_its_name_surely_is_the_one(name: Any, exported: Any, is_found: bool) -> None:
    document = found(importing(name, Parameters={"Env": {"Type": "String"}}), network(exported))
    assert (vpc_of(document) == "${1.yaml:Vpc}") is is_found


def test_names_with_parameters_are_compared_by_their_values() -> None:
    name = {"Fn::Sub": "${Env}-vpc"}
    given = ({"Env": "prod"}, {"Env": "prod"}, {"Env": "dev"})
    parameters = {"Env": {"Type": "String"}}
    document = found(importing(name, Parameters=parameters), network(name), network(name), environments=given)
    assert vpc_of(document) == "${1.yaml:Vpc}"


@pytest.mark.parametrize(("stack", "is_found"), [("net", True), ("other", False)])
def test_an_export_named_after_its_stack_is_meant_where_the_stack_is_told(stack: str, is_found: bool) -> None:
    given: tuple[Json, ...] = ({}, {"AWS::StackName": stack})
    document = found(importing("net-vpc"), network({"Fn::Sub": "${AWS::StackName}-vpc"}), environments=given)
    assert (vpc_of(document) == "${1.yaml:Vpc}") is is_found


def test_two_that_export_one_name_are_both_possible() -> None:
    assert vpc_of(found(importing("v"), network("v"), network("v"))) == "{{ImportValue(v)}}"


def test_exports_are_those_of_the_same_region() -> None:
    regions = ({"AWS::Region": "eu-west-1"}, {"AWS::Region": "us-east-1"}, {"AWS::Region": "eu-west-1"})
    assert vpc_of(found(importing("v"), network("v"), network("v"), environments=regions)) == "${2.yaml:Vpc}"


def test_an_import_goes_through_several_stacks() -> None:
    between = {
        "Resources": {"Q": {"Type": "AWS::SQS::Queue"}},
        "Outputs": {"V": {"Value": {"Fn::ImportValue": "a"}, "Export": {"Name": "b"}}},
    }
    (draft,) = found(importing("b"), between, network("a")).drafts
    assert draft.request["VpcId"] == "${2.yaml:Vpc}"
    assert draft.context["Vpc"]["VpcId"] == "${2.yaml:Vpc}"


def test_stacks_that_import_from_each_other_end() -> None:
    def through(wanted: str, name: str) -> Json:
        outputs = {"V": {"Value": {"Fn::ImportValue": wanted}, "Export": {"Name": name}}}
        return {"Resources": {"Q": {"Type": "AWS::SQS::Queue"}}, "Outputs": outputs}

    assert vpc_of(found(importing("a"), through("b", "a"), through("a", "b"))) == "{{ImportValue(b)}}"


def test_a_template_that_cannot_be_read_exports_nothing() -> None:
    broken = network({"Ref": "Nobody"})
    assert vpc_of(found(importing("v"), broken, network("v"))) == "${2.yaml:Vpc}"


def test_an_export_under_a_condition_that_never_holds_is_none() -> None:
    document = network("v")
    document["Conditions"] = {"Never": {"Fn::Equals": [1, 2]}}
    document["Outputs"]["Id"]["Condition"] = "Never"
    assert vpc_of(found(importing("v"), document)) == "{{ImportValue(v)}}"
