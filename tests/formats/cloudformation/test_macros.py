"""What transforms make of a template: loops, what leaves endpoints alone, and what nobody else can carry out."""

from __future__ import annotations

from typing import Any

import pytest

from vpce_guard.errors import MalformedError
from vpce_guard.formats import read, read_drafts
from vpce_guard.formats.cloudformation.macros import expand
from vpce_guard.formats.document import Extras
from vpce_guard.formats.text import read_text
from vpce_guard.model import Json

BODY = {
    "Endpoint${Service}": {
        "Type": "AWS::EC2::VPCEndpoint",
        "Properties": {"VpcId": "vpc-1", "ServiceName": {"Fn::Sub": "com.amazonaws.us-east-1.${Service}"}},
    }
}


def looped(collection: Any, body: Json | None = None, **more: Any) -> Json:
    loop = ["Service", collection, BODY if body is None else body]
    return {"Transform": "AWS::LanguageExtensions", "Resources": {"Fn::ForEach::Endpoints": loop}, **more}


@pytest.mark.parametrize(
    "collection",
    [["ssm", "sqs"], {"Ref": "Services"}, {"Fn::FindInMap": ["Lists", "all", "services"]}, [{"Ref": "One"}, "sqs"]],
)
def test_a_loop_makes_one_endpoint_for_each_value(collection: Any) -> None:
    parameters = {
        "Services": {"Type": "CommaDelimitedList", "Default": "ssm, sqs"},
        "One": {"Type": "String", "Default": "ssm"},
    }
    document = looped(collection, Parameters=parameters, Mappings={"Lists": {"all": {"services": ["ssm", "sqs"]}}})
    found = {p.address: p.request["ServiceName"] for p in read(document)}
    assert found == {"Endpointssm": "com.amazonaws.us-east-1.ssm", "Endpointsqs": "com.amazonaws.us-east-1.sqs"}


def test_loops_in_loops_and_in_properties() -> None:
    inner = {
        "Fn::ForEach::Inner": ["Letter", ["a", "b"], {"${Service}${Letter}": {"Type": "T", "Is": {"Ref": "Letter"}}}]
    }
    found = expand(looped(["x", "y"], inner), {}).body["Resources"]
    assert {name: body["Is"] for name, body in found.items()} == {"xa": "a", "xb": "b", "ya": "a", "yb": "b"}


def test_ampersands_take_what_is_no_letter_or_digit_away() -> None:
    found = expand(looped(["ecr.api"], {"E&{Service}": {"Type": "T", "Name": "${Service}"}}), {}).body["Resources"]
    assert found == {"Eecrapi": {"Type": "T", "Name": "ecr.api"}}


def test_a_loop_over_what_is_not_known_is_told() -> None:
    document = looped({"Ref": "Services"}, Parameters={"Services": {"Type": "CommaDelimitedList"}})
    found = read_drafts(document)
    assert found.drafts == ()
    assert found.notes == ("what Fn::ForEach::Endpoints makes is not read: the values it goes through are not known",)


def test_what_a_loop_makes_stands_where_the_loop_does() -> None:
    text = """\
Transform: AWS::LanguageExtensions
Resources:
  Fn::ForEach::Endpoints:
    - Service
    - [ssm]
    - Endpoint${Service}:
        Type: AWS::EC2::VPCEndpoint
        Properties:
          VpcId: vpc-1
"""
    parsed = read_text(text.encode(), file="t.yaml", limit=1 << 20, yaml_limit=1 << 20)
    (draft,) = read_drafts(parsed.value, given=Extras(text=parsed)).drafts
    assert draft.locations is not None
    place = draft.locations.locate("/request/VpcId")
    assert place is not None
    assert place.line == 9


@pytest.mark.parametrize("loop", [[], ["A", ["b"]], ["A", ["b"], "c"], ["A", ["b", "b"], {"Same": {}}]])
def test_a_loop_that_cannot_work_is_a_mistake(loop: Any) -> None:
    with pytest.raises(MalformedError):
        expand({"Resources": {"Fn::ForEach::X": loop}}, {})


@pytest.mark.parametrize(
    "transform", ["AWS::Serverless-2016-10-31", ["AWS::SecretsManager-2020-07-23", "AWS::LanguageExtensions"]]
)
def test_transforms_that_leave_endpoints_alone_are_passed_over(transform: Any) -> None:
    properties = {"VpcId": "vpc-1", "ServiceName": "s", "SubnetIds": [{"Ref": "MadeByTheTransform"}]}
    endpoint = {"Type": "AWS::EC2::VPCEndpoint", "Properties": properties}
    (found,) = read({"Transform": transform, "Resources": {"E": endpoint}})
    assert found.request["SubnetIds"] == ["{{MadeByTheTransform}}"]


def test_what_is_included_is_unknown_and_the_rest_is_read() -> None:
    include = {"Name": "AWS::Include", "Parameters": {"Location": "s3://bucket/x"}}
    value = {
        "Type": "AWS::EC2::VPCEndpoint",
        "Properties": {"VpcId": "vpc-1", "PolicyDocument": {"Fn::Transform": include}},
    }
    (found,) = read({"Resources": {"E": value}})
    assert found.unknown == ("/request/PolicyDocument",)
    beside = {"Type": "AWS::EC2::VPCEndpoint", "Properties": {"VpcId": "vpc-1", "Fn::Transform": include}}
    (found,) = read({"Resources": {"E": beside}})
    assert found.request == {"VpcId": "vpc-1"}
    assert "/request/ServiceName" in found.unknown


def test_what_a_whole_file_adds_is_told() -> None:
    found = read_drafts({"Transform": {"Name": "AWS::Include"}, "Resources": {}})
    assert found.notes == ("what AWS::Include adds to the template is not read: give that file too",)


def test_a_mapping_without_the_key_gives_the_default() -> None:
    value = {"Fn::FindInMap": ["M", "a", "b", {"DefaultValue": "vpc-2"}]}
    (found,) = read(
        {"Resources": {"E": {"Type": "AWS::EC2::VPCEndpoint", "Properties": {"VpcId": value}}}, "Mappings": {"M": {}}}
    )
    assert found.request["VpcId"] == "vpc-2"


OWN = {"Name": "Own", "Parameters": {}}
PLAIN: Json = {"Type": "AWS::EC2::VPCEndpoint", "Properties": {"VpcId": "vpc-1", "ServiceName": "s"}}


@pytest.mark.parametrize(
    "document",
    [
        {"Transform": "Own", "Resources": {"E": PLAIN}},
        {"Transform": ["AWS::LanguageExtensions", OWN], "Resources": {"E": PLAIN}},
        {"Resources": {"Fn::Transform": OWN, "E": PLAIN}},
        {"Fn::Transform": OWN, "Resources": {"E": PLAIN}},
    ],
)
def test_a_macro_that_may_change_every_resource_leaves_endpoints_unknown(document: Json) -> None:
    found = read_drafts(document)
    (draft,) = found.drafts
    assert draft.request == {}
    assert {"/request/VpcId", "/request/ServiceName", "/request/SubnetIds"} <= set(draft.unknown)
    assert "the macro Own may change every resource" in found.notes[0]


@pytest.mark.parametrize(
    "changed",
    [{**PLAIN, "Fn::Transform": OWN}, {"Type": PLAIN["Type"], "Properties": {"VpcId": "vpc-1", "Fn::Transform": OWN}}],
)
def test_a_macro_in_one_resource_leaves_the_others_as_they_are(changed: Json) -> None:
    found = read_drafts({"Resources": {"Changed": changed, "E": PLAIN}})
    requests = {draft.address: draft.request for draft in found.drafts}
    assert requests == {"Changed": {}, "E": PLAIN["Properties"]}
    assert found.notes == ("the macro Own may change Changed, so it is not judged as it stands",)


def test_a_macro_that_makes_a_resource_may_make_an_endpoint() -> None:
    found = read_drafts({"Resources": {"Made": {"Fn::Transform": OWN}, "E": PLAIN}})
    assert [draft.address for draft in found.drafts] == ["E"]
    assert found.notes == ("what Own makes of Made is not read",)


def test_conditions_and_mappings_that_a_macro_makes_are_not_known() -> None:
    document = {
        "Conditions": {"Fn::Transform": OWN},
        "Mappings": {"Fn::Transform": OWN},
        "Resources": {
            "E": {**PLAIN, "Condition": "Made", "Properties": {"VpcId": {"Fn::FindInMap": ["Made", "a", "b"]}}}
        },
    }
    (draft,) = read_drafts(document).drafts
    assert draft.unknown == ("/request/VpcId",)
