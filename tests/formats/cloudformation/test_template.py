"""CloudFormation templates: functions, conditions, what is unknown, context and lines."""

from __future__ import annotations

from typing import Any

import pytest

from vpce_guard.errors import MalformedError
from vpce_guard.formats import read, read_drafts
from vpce_guard.formats.document import Extras
from vpce_guard.formats.text import read_text
from vpce_guard.model import Json, Proposal

REGION = {"AWS::Region": "us-east-1", "AWS::AccountId": "111122223333"}
TEMPLATE = """\
AWSTemplateFormatVersion: 2010-09-09
Parameters:
  Env: {Type: String, Default: prod, AllowedValues: [prod, dev]}
  Subnets: {Type: "List<AWS::EC2::Subnet::Id>"}
Mappings:
  Zones:
    us-east-1: {first: us-east-1a}
Conditions:
  IsProd: !Equals [!Ref Env, prod]
  Never: !Not [!Condition IsProd]
Resources:
  Vpc:
    Type: AWS::EC2::VPC
    Properties: {CidrBlock: 10.0.0.0/16, EnableDnsHostnames: true}
  SubnetA:
    Type: AWS::EC2::Subnet
    Properties:
      VpcId: !Ref Vpc
      CidrBlock: !Select [1, !Cidr [!GetAtt Vpc.CidrBlock, 4, 8]]
      AvailabilityZone: !FindInMap [Zones, !Ref AWS::Region, first]
  Table:
    Type: AWS::EC2::RouteTable
    Properties: {VpcId: !Ref Vpc}
  Route:
    Type: AWS::EC2::Route
    Properties: {RouteTableId: !Ref Table, DestinationCidrBlock: 0.0.0.0/0, GatewayId: igw-1}
  Association:
    Type: AWS::EC2::SubnetRouteTableAssociation
    Properties: {RouteTableId: !Ref Table, SubnetId: !Ref SubnetA}
  Group:
    Type: AWS::EC2::SecurityGroup
    Properties:
      VpcId: !Ref Vpc
      SecurityGroupIngress:
        - {IpProtocol: tcp, FromPort: 443, ToPort: "443", CidrIp: !GetAtt Vpc.CidrBlock}
  More:
    Type: AWS::EC2::SecurityGroupIngress
    Properties: {GroupId: !GetAtt Group.GroupId, IpProtocol: "-1", SourceSecurityGroupId: sg-1}
  Sqs:
    Type: AWS::EC2::VPCEndpoint
    Properties:
      VpcId: !Ref Vpc
      VpcEndpointType: Interface
      ServiceName: !Sub com.amazonaws.${AWS::Region}.sqs
      PrivateDnsEnabled: !If [IsProd, "true", !Ref AWS::NoValue]
      SubnetIds:
        - !Ref SubnetA
        - !ImportValue other-subnet
      SecurityGroupIds: [!GetAtt Group.GroupId]
      PolicyDocument:
        Version: 2012-10-17
        Statement:
          - {Effect: Allow, Principal: "*", Action: "sqs:*", Resource: !GetAtt Queue.Arn}
      Tags:
        - {Key: cost-centre, Value: 12345678}
        - {Key: owner, Value: !ImportValue owner}
  Gone:
    Type: AWS::EC2::VPCEndpoint
    Condition: Never
    Properties: {VpcId: !Ref Vpc, ServiceName: com.amazonaws.us-east-1.s3}
  Listed:
    Type: AWS::EC2::VPCEndpoint
    Properties:
      {VpcId: !Ref Vpc, ServiceName: com.amazonaws.us-east-1.sns, VpcEndpointType: Interface, SubnetIds: !Ref Subnets}
  Queue:
    Type: AWS::SQS::Queue
"""


def template(text: str = TEMPLATE, **parameters: Any) -> dict[str, Proposal]:
    found = read_text(text.encode(), file="t.yaml", limit=1 << 20, yaml_limit=1 << 20)
    return {p.address or "": p for p in read(found.value, given=Extras(parameters={**REGION, **parameters}))}


def endpoint(value: Any, **more: Any) -> Json:
    properties = {"VpcId": "vpc-1", "ServiceName": value}
    return {"Resources": {"E": {"Type": "AWS::EC2::VPCEndpoint", "Properties": properties}}, **more}


def resolved(value: Any, given: Extras | None = None, **more: Any) -> Any:
    (found,) = read(endpoint(value, **more), given=given or Extras(parameters=REGION))
    return "unknown" if "/request/ServiceName" in found.unknown else found.request.get("ServiceName")


def test_an_endpoint_is_read_with_what_surrounds_it() -> None:
    found = template()["Sqs"]
    assert found.request["VpcId"] == "${Vpc}"
    assert found.request["ServiceName"] == "com.amazonaws.us-east-1.sqs"
    assert found.request["PrivateDnsEnabled"] is True
    assert found.request["SubnetIds"] == ["${SubnetA}", "{{ImportValue(other-subnet)}}"]
    assert found.request["SecurityGroupIds"] == ["${Group}"]
    assert found.request["PolicyDocument"]["Version"] == "2012-10-17"
    tags = found.request["TagSpecifications"][0]["Tags"]
    assert tags == [{"Key": "cost-centre", "Value": "12345678"}, {"Key": "owner"}]
    assert set(found.unknown) == {
        "/request/PolicyDocument/Statement/0/Resource",
        "/request/TagSpecifications/0/Tags/1/Value",
    }
    context = found.context
    assert context["Region"] == "us-east-1"
    assert context["Vpc"]["EnableDnsSupport"] is True
    (subnet,) = context["Subnets"]
    assert subnet["AvailabilityZone"] == "us-east-1a"
    assert subnet["CidrBlock"] == "10.0.1.0/24"
    assert subnet["OwnerId"] == "111122223333"
    (table,) = context["RouteTables"]
    assert table["Associations"] == [{"SubnetId": "${SubnetA}", "Main": False}]
    assert table["Routes"] == [{"DestinationCidrBlock": "0.0.0.0/0", "GatewayId": "igw-1"}]
    (group,) = context["SecurityGroups"]
    assert group["IpPermissions"] == [
        {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": [{"CidrIp": "10.0.0.0/16"}]},
        {"IpProtocol": "-1", "UserIdGroupPairs": [{"GroupId": "sg-1"}]},
    ]
    assert group["IpPermissionsEgress"] == [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]


def test_conditions_decide_what_is_created() -> None:
    assert "Gone" not in template()
    assert "Gone" in template(Env="dev")
    assert "PrivateDnsEnabled" not in template(Env="dev")["Sqs"].request


def test_a_parameter_without_a_value_is_unknown() -> None:
    assert "/request/SubnetIds" in template()["Listed"].unknown
    assert template(Subnets="subnet-1, subnet-2")["Listed"].request["SubnetIds"] == ["subnet-1", "subnet-2"]


def test_endpoints_of_a_template_see_each_other() -> None:
    assert {peer["address"] for peer in template()["Sqs"].peers} == {"Listed"}


def test_without_a_region_the_service_is_known_all_the_same() -> None:
    name = "com.amazonaws.${AWS::Region}.sqs"
    assert resolved({"Fn::Sub": name}, Extras()) == name
    assert resolved({"Fn::Join": ["", ["com.amazonaws.", {"Ref": "AWS::Region"}, ".sqs"]]}, Extras()) == name
    assert resolved({"Fn::Sub": "com.amazonaws.${AWS::Region}.${AWS::StackName}"}, Extras()) == "unknown"
    context = {"Region": "cn-north-1"}
    assert resolved({"Fn::Sub": "${AWS::URLSuffix}"}, Extras(context=context)) == "amazonaws.com.cn"


@pytest.mark.parametrize(
    ("value", "is_"),
    [
        ({"Fn::Join": [".", ["com", {"Ref": "AWS::Region"}, "s3"]]}, "com.us-east-1.s3"),
        ({"Fn::Join": [".", ["com", {"Fn::ImportValue": "x"}]]}, "unknown"),
        ({"Fn::Select": ["1", {"Fn::Split": ["-", "a-b-c"]}]}, "b"),
        ({"Fn::Sub": ["${a}.${!b}.${AWS::Partition}", {"a": "x"}]}, "x.${b}.aws"),
        ({"Fn::Sub": "${Q.Arn}"}, "unknown"),
        ({"Fn::If": ["Maybe", "a", "b"]}, "unknown"),
        ({"Fn::If": ["Maybe", "a", "a"]}, "a"),
        ({"Fn::If": ["Sure", "a", "b"]}, "a"),
        ({"Fn::If": ["Both", "a", "b"]}, "b"),
        ({"Fn::Base64": "x"}, "eA=="),
        ({"Fn::ToJsonString": {"a": [1]}}, '{"a":[1]}'),
        ({"Fn::Select": [0, {"Fn::GetAZs": ""}]}, "unknown"),
        ("{{resolve:ssm:/name}}", "unknown"),
        ({"Ref": "FromStore"}, "unknown"),
        ({"Ref": "Q"}, "unknown"),
        ({"Ref": "Zip"}, "8001"),
        ({"Fn::GetAtt": ["S", "AvailabilityZone"]}, "us-east-1z"),
        ({"Fn::GetAtt": "S.VpcId"}, "unknown"),
    ],
)
def test_functions(value: Any, is_: str) -> None:
    found = resolved(
        value,
        Parameters={
            "P": {"Type": "String"},
            "Zip": {"Type": "Number", "Default": 8001},
            "FromStore": {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/x"},
        },
        Conditions={
            "Maybe": {"Fn::Equals": [{"Ref": "P"}, "x"]},
            "Sure": {"Fn::Or": [{"Condition": "Maybe"}, {"Fn::Equals": [1, "1"]}]},
            "Both": {"Fn::And": [{"Condition": "Maybe"}, {"Fn::Not": [{"Condition": "Sure"}]}]},
        },
        Resources={
            **endpoint(value)["Resources"],
            "Q": {"Type": "AWS::SQS::Queue"},
            "S": {"Type": "AWS::EC2::Subnet", "Properties": {"AvailabilityZone": "us-east-1z", "VpcId": {"Ref": "P"}}},
        },
    )
    assert found == is_


@pytest.mark.parametrize(
    ("document", "pointer"),
    [
        ({"Transform": "OwnMacro", "Resources": {}}, "/Transform"),
        ({"Transform": ["AWS::LanguageExtensions", "OwnMacro"], "Resources": {}}, "/Transform"),
        ({"Resources": {"Fn::Transform": {"Name": "OwnMacro"}}}, "/Resources/Fn::Transform"),
        ({"AWSTemplateFormatVersion": "x", "Resources": {"Fn::ForEach::X": []}}, "/Resources/Fn::ForEach::X"),
        (endpoint({"Ref": "Nobody"}), "/Resources/E/Properties/ServiceName/Ref"),
        (endpoint({"Fn::GetAtt": ["Nobody", "Arn"]}), "/Resources/E/Properties/ServiceName/Fn::GetAtt"),
        (endpoint({"Fn::If": ["None", 1, 2]}), "/Resources/E/Properties/ServiceName/Fn::If/0"),
        (endpoint({"Fn::FindInMap": ["a", "b", "c"]}), "/Resources/E/Properties/ServiceName/Fn::FindInMap"),
        (endpoint({"Fn::Select": [5, ["a"]]}), "/Resources/E/Properties/ServiceName/Fn::Select"),
        (endpoint({"Fn::Cidr": ["10.0.0.0/8", 99999, 8]}), "/Resources/E/Properties/ServiceName/Fn::Cidr"),
        (endpoint({"Fn::Nonsense": 1}), "/Resources/E/Properties/ServiceName/Fn::Nonsense"),
        (
            endpoint("a", Conditions={"A": {"Condition": "B"}, "B": {"Condition": "A"}})
            | {"Resources": {"E": {"Type": "AWS::EC2::VPCEndpoint", "Condition": "A"}}},
            "/Resources/E/Condition/Condition/Condition",
        ),
        (endpoint("a", Parameters={"P": {"Type": "String", "Default": "x", "AllowedValues": ["y"]}}), "/Parameters/P"),
        ({"AWSTemplateFormatVersion": "2010-09-09"}, "/Resources"),
    ],
)
def test_what_cloudformation_would_refuse_is_refused(document: Json, pointer: str) -> None:
    with pytest.raises(MalformedError) as caught:
        read(document)
    assert [p["pointer"] for p in caught.value.pointers] == [pointer]


def test_a_parameter_the_template_does_not_have_is_told() -> None:
    with pytest.raises(MalformedError, match="no parameter 'Envv'"):
        template(Envv="x")


def test_work_that_grows_without_end_is_stopped() -> None:
    nested: Any = "x" * 1000
    for _ in range(20):
        nested = {"Fn::Join": ["", [nested, nested]]}
    with pytest.raises(MalformedError):
        read(endpoint(nested))


@pytest.mark.parametrize("as_json", [False, True])
def test_lines_are_those_of_the_values(as_json: bool) -> None:
    import json

    text = TEMPLATE
    if as_json:
        value = read_text(TEMPLATE.encode(), file="t", limit=1 << 20, yaml_limit=1 << 20).value
        text = json.dumps(value, indent=1)
    found = read_text(text.encode(), file="t.x", limit=1 << 20, yaml_limit=1 << 20)
    draft = next(
        d for d in read_drafts(found.value, given=Extras(text=found, parameters=REGION)).drafts if d.address == "Sqs"
    )
    assert draft.locations is not None
    lines = text.splitlines()
    for pointer, expected in (
        ("", "Sqs"),
        ("/request/ServiceName", "ServiceName"),
        ("/request/SubnetIds/1", "ImportValue"),
        ("/request/PolicyDocument/Statement/0/Action", "sqs:*"),
        ("/request/TagSpecifications/0/Tags/1/Value", "Value"),
        ("/request/DnsOptions", "Properties"),
        ("/context/Subnets", "Sqs"),
    ):
        place = draft.locations.locate(pointer)
        assert place is not None
        line = place.line or 0
        assert expected in " ".join(lines[line - 1 : line + 1]), pointer


def test_an_endpoint_depends_on_what_depends_on_names_directly_or_through_others() -> None:
    endpoint = {"Type": "AWS::EC2::VPCEndpoint", "Properties": {"VpcId": "vpc-0a1b2c3d", "ServiceName": "s"}}
    template = {
        "Resources": {
            "Interface": {**endpoint, "DependsOn": ["Marker"]},
            "Marker": {"Type": "AWS::CloudFormation::WaitConditionHandle", "DependsOn": "Gateway"},
            "Gateway": endpoint,
        }
    }
    found = {proposal.address: proposal.depends_on for proposal in read(template)}
    assert found == {"Interface": ("Marker", "Gateway"), "Gateway": ()}


def test_a_template_that_is_silent_leaves_private_dns_off() -> None:
    endpoint = {"VpcId": "vpc-0a1b2c3d", "ServiceName": "com.amazonaws.us-east-1.sqs", "VpcEndpointType": "Interface"}
    (found,) = read({"Resources": {"Sqs": {"Type": "AWS::EC2::VPCEndpoint", "Properties": endpoint}}})
    assert found.endpoint is not None
    assert found.endpoint["PrivateDnsEnabled"] is False
    assert found.as_input("aws-current")["defaults"] == {"PrivateDnsEnabled": False}
