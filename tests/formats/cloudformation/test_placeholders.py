"""Names in braces without Fn::Sub: what AWS would be asked for by that very text is refused."""

from __future__ import annotations

from typing import Any

import pytest

from vpce_guard.errors import MalformedError
from vpce_guard.formats import read
from vpce_guard.model import Json


def template(**properties: Any) -> Json:
    vpc = {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.0.0.0/16"}}
    body = {"Type": "AWS::EC2::VPCEndpoint", "Properties": properties}
    return {"Parameters": {"Service": {"Type": "String"}}, "Resources": {"Vpc": vpc, "E": body}}


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
