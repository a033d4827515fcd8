"""Requests to Cloud Control: CloudFormation's properties, called directly."""

from __future__ import annotations

import json
from typing import Any

import pytest

from vpce_guard.errors import MalformedError
from vpce_guard.formats import detect, read, read_drafts
from vpce_guard.formats.document import Extras
from vpce_guard.formats.text import read_text
from vpce_guard.model import Json, Proposal

TYPE = "AWS::EC2::VPCEndpoint"
STATE: Json = {
    "VpcId": "vpc-0a1b2c3d",
    "ServiceName": "com.amazonaws.us-east-1.sqs",
    "VpcEndpointType": "Interface",
    "SubnetIds": ["subnet-0a1b2c3d"],
    "Tags": [{"Key": "team", "Value": "payments"}],
}
CREATE: Json = {"TypeName": TYPE, "DesiredState": json.dumps(STATE)}
PATCH: list[Json] = [
    {"op": "replace", "path": "/PrivateDnsEnabled", "value": True},
    {"op": "add", "path": "/SubnetIds/-", "value": "subnet-0a1b2c3e"},
]
UPDATE: Json = {"TypeName": TYPE, "Identifier": "vpce-0a1b2c3d4e5f60718", "PatchDocument": json.dumps(PATCH)}
DELETE: Json = {"TypeName": TYPE, "Identifier": "vpce-0a1b2c3d4e5f60718"}


def only(document: Any) -> Proposal:
    (found,) = read(document)
    return found


@pytest.mark.parametrize("state", [json.dumps(STATE), STATE])
def test_a_desired_state_as_text_or_object_is_a_create_with_the_defaults_of_cloudformation(state: Any) -> None:
    found = only({"TypeName": TYPE, "DesiredState": state})
    assert (found.operation, found.defaults) == ("create", {"PrivateDnsEnabled": False})
    assert found.request["TagSpecifications"] == [{"ResourceType": "vpc-endpoint", "Tags": STATE["Tags"]}]
    assert found.request["SubnetIds"] == ["subnet-0a1b2c3d"]


def test_a_patch_over_a_known_model_is_what_changes() -> None:
    found = only({**UPDATE, "ResourceModel": json.dumps({**STATE, "PrivateDnsEnabled": False})})
    assert found.request == {
        "VpcEndpointId": "vpce-0a1b2c3d4e5f60718",
        "PrivateDnsEnabled": True,
        "AddSubnetIds": ["subnet-0a1b2c3e"],
    }
    assert found.current is not None
    assert found.endpoint is not None
    assert found.endpoint["SubnetIds"] == ["subnet-0a1b2c3d", "subnet-0a1b2c3e"]


def test_a_model_comes_as_get_resource_gives_it() -> None:
    described = {"Identifier": "vpce-0a1b2c3d4e5f60718", "Properties": json.dumps(STATE)}
    found = only({**UPDATE, "ResourceDescription": described})
    assert found.current is not None
    assert found.current["ServiceName"] == "com.amazonaws.us-east-1.sqs"


def test_a_patch_without_the_model_says_what_it_surely_asks_for_and_the_rest_is_unknown() -> None:
    patch = [*PATCH, {"op": "remove", "path": "/SecurityGroupIds/0"}, {"op": "remove", "path": "/PolicyDocument"}]
    found = only({**UPDATE, "PatchDocument": patch})
    assert found.request == {
        "VpcEndpointId": "vpce-0a1b2c3d4e5f60718",
        "PrivateDnsEnabled": True,
        "AddSubnetIds": ["subnet-0a1b2c3e"],
    }
    assert set(found.unknown) == {
        "/request/AddSecurityGroupIds",
        "/request/RemoveSecurityGroupIds",
        "/request/PolicyDocument",
    }
    assert found.current is None


def test_the_endpoint_that_an_update_names_is_found_in_the_context() -> None:
    known = {"VpcEndpointId": "vpce-0a1b2c3d4e5f60718", "VpcId": "vpc-0a1b2c3d", "SubnetIds": ["subnet-0a1b2c3d"]}
    (found,) = read(UPDATE, context={"VpcEndpoints": [known]})
    assert found.endpoint is not None
    assert found.endpoint["SubnetIds"] == ["subnet-0a1b2c3d", "subnet-0a1b2c3e"]


def test_what_takes_the_place_of_a_property_that_is_removed_is_unknown() -> None:
    patch = [{"op": "remove", "path": "/PolicyDocument"}]
    found = only({**UPDATE, "PatchDocument": patch, "ResourceModel": {**STATE, "PolicyDocument": {"Statement": []}}})
    assert found.unknown == ("/request/PolicyDocument",)


@pytest.mark.parametrize("model", [{}, {"ResourceModel": STATE}])
def test_a_patch_of_what_cannot_change_keeps_it_in_the_request(model: Json) -> None:
    other = [{"op": "replace", "path": "/ServiceName", "value": "com.amazonaws.us-east-1.sns"}]
    found = only({**UPDATE, "PatchDocument": other, **model})
    assert (found.operation, found.request["ServiceName"]) == ("modify", "com.amazonaws.us-east-1.sns")


def test_an_identifier_alone_is_a_delete() -> None:
    assert (only(DELETE).operation, only(DELETE).request) == ("delete", {"VpcEndpointId": "vpce-0a1b2c3d4e5f60718"})


def test_a_record_tells_where_it_was_sent_and_hides_the_properties() -> None:
    found = only(
        {
            "eventName": "CreateResource",
            "awsRegion": "us-east-1",
            "requestParameters": {"typeName": TYPE, "desiredState": "HIDDEN_DUE_TO_SECURITY_REASONS"},
        }
    )
    assert (found.operation, found.request, found.context["Region"]) == ("create", {}, "us-east-1")
    assert {"/request/ServiceName", "/request/SubnetIds", "/request/PolicyDocument"} <= set(found.unknown)


def test_a_progress_event_of_a_create_has_its_model() -> None:
    event = {"TypeName": TYPE, "Operation": "CREATE", "OperationStatus": "PENDING", "ResourceModel": json.dumps(STATE)}
    assert only({"ProgressEvent": event}).request["ServiceName"] == "com.amazonaws.us-east-1.sqs"


def test_requests_about_other_types_are_passed_over() -> None:
    bucket = {"TypeName": "AWS::S3::Bucket", "Identifier": "logs"}
    assert [found.operation for found in read([bucket, CREATE, DELETE])] == ["create", "delete"]


@pytest.mark.parametrize(
    ("document", "detail"),
    [
        ({"TypeName": TYPE, "DesiredState": "{"}, "is no JSON text"),
        ({"TypeName": TYPE, "DesiredState": "[]"}, "/DesiredState must be an object"),
        ({"TypeName": TYPE, "DesiredState": '{"VpcId": "vpc-1", "VpcId": "vpc-2"}'}, "'VpcId' twice"),
        ({"TypeName": TYPE, "ResourceModel": STATE}, "tells of what there is"),
        ({"TypeName": TYPE, "PatchDocument": "[]"}, "/Identifier must be a string"),
        ({**UPDATE, "PatchDocument": "{}"}, "/PatchDocument must be a list"),
        ({**UPDATE, "PatchDocument": [{"op": "remove", "path": "/Nothing"}], "ResourceModel": STATE}, "be applied"),
        ({"ProgressEvent": {**DELETE, "Operation": "UPDATE", "ResourceModel": STATE}}, "is missing"),
        ({"TypeName": TYPE, "Operation": "LIST"}, "/Operation must be"),
    ],
)
def test_what_does_not_tell_the_change_is_refused_with_what_to_send(document: Json, detail: str) -> None:
    with pytest.raises(MalformedError, match=detail) as raised:
        read(document, format_name="cloud_control")
    assert raised.value.advice


def test_only_what_names_a_type_of_resource_is_a_request() -> None:
    for document in ({"TypeName": "Endpoint", "Identifier": "x"}, {"Identifier": "x"}, [], "x", [CREATE, {}]):
        assert detect(document) is None


def test_a_violation_is_found_in_the_desired_state() -> None:
    data = json.dumps({"TypeName": TYPE, "DesiredState": STATE}, indent=1).encode()
    text = read_text(data, file="create.json", limit=10_000, yaml_limit=10_000)
    (draft,) = read_drafts(text.value, given=Extras(text=text)).drafts
    assert draft.locations is not None
    place = draft.locations.locate("/request/SubnetIds/0")
    assert (place and place.line) == 8
