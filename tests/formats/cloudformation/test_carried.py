"""Templates inside of what AWS's own commands take and print."""

from __future__ import annotations

import json
from typing import Any

import pytest

from vpce_guard.errors import UnreadableError
from vpce_guard.formats import detect, read
from vpce_guard.formats.document import Extras
from vpce_guard.model import Json

BODY: Json = {
    "Parameters": {"Vpc": {"Type": "AWS::EC2::VPC::Id"}},
    "Resources": {
        "E": {
            "Type": "AWS::EC2::VPCEndpoint",
            "Properties": {"VpcId": {"Ref": "Vpc"}, "Tags": [{"Key": "Name", "Value": {"Ref": "AWS::StackName"}}]},
        }
    },
}
PAIRS = [{"ParameterKey": "Vpc", "ParameterValue": "vpc-0a1b2c3d"}]


@pytest.mark.parametrize("body", [BODY, json.dumps(BODY)])
def test_what_get_template_prints_is_its_template(body: Any) -> None:
    (found,) = read({"TemplateBody": body, "StagesAvailable": ["Original", "Processed"]})
    assert found.address == "E"
    assert found.request["VpcId"] == "{{Vpc}}"


def test_a_request_tells_parameters_and_the_name_of_the_stack() -> None:
    (found,) = read({"StackName": "net", "TemplateBody": json.dumps(BODY), "Parameters": PAIRS})
    assert found.request["VpcId"] == "vpc-0a1b2c3d"
    assert found.request["TagSpecifications"][0]["Tags"] == [{"Key": "Name", "Value": "net"}]


def test_parameters_that_are_given_beside_win() -> None:
    given = Extras(parameters={"Vpc": "vpc-0b1b2c3d"})
    (found,) = read({"StackName": "net", "TemplateBody": BODY, "Parameters": PAIRS}, given=given)
    assert found.request["VpcId"] == "vpc-0b1b2c3d"


def test_a_context_tells_nothing_of_a_stack_set() -> None:
    given = Extras(context={"Region": "eu-west-1", "VpcEndpoints": []})
    (found,) = read({"StackSetName": "net", "TemplateBody": BODY, "Parameters": PAIRS}, given=given)
    assert "Region" not in found.context


def test_a_body_that_cannot_be_read_is_told() -> None:
    with pytest.raises(UnreadableError, match="TemplateBody"):
        read({"StackName": "net", "TemplateBody": "Resources:\n  E: {Type: AWS::EC2::VPCEndpoint"})


@pytest.mark.parametrize(
    "document", [{"TemplateBody": "file://template.yaml"}, {"TemplateBody": 7}, {"TemplateURL": "x"}]
)
def test_what_carries_no_template_is_none(document: Json) -> None:
    assert detect(document) is None
