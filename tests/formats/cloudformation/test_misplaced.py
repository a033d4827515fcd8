"""Lists and ids in each other's place, and names in braces without Fn::Sub, are refused where they stand."""

from __future__ import annotations

from typing import Any

import pytest

from vpce_guard.errors import MalformedError
from vpce_guard.formats import read
from vpce_guard.model import Json


def template(**properties: Any) -> Json:
    vpc = {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.0.0.0/16"}}
    body = {"Type": "AWS::EC2::VPCEndpoint", "Properties": properties}
    parameters = {
        "Service": {"Type": "String"},
        "Subnet": {"Type": "AWS::EC2::Subnet::Id"},
        "List": {"Type": "List<AWS::EC2::Subnet::Id>"},
    }
    custom = {"Type": "Custom::Network"}
    return {
        "Parameters": parameters,
        "Conditions": {"New": {"Fn::Equals": [{"Ref": "Service"}, ""]}},
        "Resources": {"Vpc": vpc, "E": body, "Custom": custom},
    }


@pytest.mark.parametrize(
    ("properties", "pointer"),
    [
        ({"ServiceName": "com.amazonaws.${AWS::Region}.s3"}, "ServiceName"),
        ({"ServiceName": "com.amazonaws.eu-west-1.${Service}"}, "ServiceName"),
        ({"ServiceName": {"Fn::Join": [".", ["com.amazonaws", "${AWS::Region}", "s3"]]}}, "ServiceName"),
        ({"VpcId": "${Vpc}"}, "VpcId"),
        ({"SubnetIds": ["subnet-0a1b2c3d", "${Vpc.DefaultSubnet}"]}, "SubnetIds/1"),
    ],
)
def test_names_of_the_template_in_plain_text_are_refused(properties: Json, pointer: str) -> None:
    with pytest.raises(MalformedError, match="in plain text, which only Fn::Sub fills in") as caught:
        read(template(**properties))
    assert [one["pointer"] for one in caught.value.pointers] == [f"/Resources/E/Properties/{pointer}"]


@pytest.mark.parametrize(
    "properties",
    [
        {"ServiceName": {"Fn::Sub": "com.amazonaws.${AWS::Region}.s3"}, "VpcId": {"Fn::Sub": "${Vpc}"}},
        {"VpcId": "${VPC_ID}"},
        {"PolicyDocument": {"Statement": [{"Resource": "arn:aws:s3:::home/${aws:username}/${Service}/*"}]}},
        {"Tags": [{"Key": "Name", "Value": "${Vpc}"}]},
    ],
)
def test_other_text_in_braces_is_left_alone(properties: Json) -> None:
    assert len(read(template(**properties))) == 1


IS_LIST = "must be one value, and is a list"
IS_ONE = "must be a list, and is one value"


@pytest.mark.parametrize(
    ("properties", "pointer", "why"),
    [
        ({"SubnetIds": [{"Ref": "List"}]}, "SubnetIds/0", IS_LIST),
        ({"SubnetIds": [["subnet-0a1b2c3d"]]}, "SubnetIds/0", IS_LIST),
        ({"SubnetIds": [{"Fn::Split": [",", {"Ref": "Service"}]}]}, "SubnetIds/0", IS_LIST),
        ({"VpcId": {"Ref": "List"}}, "VpcId", IS_LIST),
        ({"SubnetIds": {"Ref": "Subnet"}}, "SubnetIds", IS_ONE),
        ({"RouteTableIds": {"Ref": "Vpc"}}, "RouteTableIds", IS_ONE),
        ({"SubnetIds": "subnet-0a1b2c3d"}, "SubnetIds", IS_ONE),
        ({"SubnetIds": {"Fn::ImportValue": "subnets"}}, "SubnetIds", IS_ONE),
        ({"SubnetIds": {"Fn::Join": [",", [{"Ref": "Subnet"}, "subnet-0a1b2c3d"]]}}, "SubnetIds", IS_ONE),
    ],
)
def test_a_list_in_the_place_of_an_id_is_refused_and_an_id_in_that_of_a_list(
    properties: Json, pointer: str, why: str
) -> None:
    with pytest.raises(MalformedError, match=why) as caught:
        read(template(**properties))
    assert [one["pointer"] for one in caught.value.pointers] == [f"/Resources/E/Properties/{pointer}"]


@pytest.mark.parametrize(
    "value",
    [
        {"Fn::If": ["New", {"Ref": "List"}, {"Ref": "AWS::NoValue"}]},
        {"Fn::GetAtt": ["Custom", "SubnetIds"]},
        {"Fn::Split": [",", {"Fn::ImportValue": "subnets"}]},
        [{"Fn::If": ["New", {"Ref": "Subnet"}, {"Ref": "AWS::NoValue"}]}, {"Fn::Select": [0, {"Ref": "List"}]}],
    ],
)
def test_what_may_be_of_the_right_type_is_not_refused(value: Any) -> None:
    assert len(read(template(SubnetIds=value))) == 1
