"""Values that are not known keep their shape: what is equal, what is not, and what may be."""

from __future__ import annotations

from typing import Any

import pytest

from vpce_guard.formats import read
from vpce_guard.formats.document import Extras
from vpce_guard.model import Json, Proposal

VPC = {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.0.0.0/16"}}
LIST = {"Type": "List<AWS::EC2::Subnet::Id>"}


def endpoint(**properties: Any) -> Json:
    return {"Type": "AWS::EC2::VPCEndpoint", "Properties": properties}


def judged(resources: Json, given: Extras | None = None, **template: Any) -> dict[str, Proposal]:
    found = read({"Resources": resources, **template}, given=given or Extras())
    return {proposal.address or "": proposal for proposal in found}


def subnet(zone: Any) -> Json:
    return {"Type": "AWS::EC2::Subnet", "Properties": {"VpcId": {"Ref": "Vpc"}, "AvailabilityZone": zone}}


@pytest.mark.parametrize(
    ("value", "is_"),
    [
        ({"Ref": "Vpc"}, "${Vpc}"),
        ({"Fn::GetAtt": "Vpc.VpcId"}, "${Vpc}"),
        ({"Ref": "VpcId"}, "{{VpcId}}"),
        ({"Ref": "Custom"}, "{{Custom}}"),
        ({"Fn::GetAtt": "Custom.VpcId"}, "{{GetAtt(Custom,VpcId)}}"),
        ({"Fn::ImportValue": {"Fn::Sub": "${Net}-vpc"}}, "{{ImportValue({{Net}}-vpc)}}"),
        ({"Fn::If": ["New", {"Ref": "Vpc"}, {"Ref": "VpcId"}]}, "{{If(New,Vpc,VpcId)}}"),
        ({"Fn::FindInMap": ["Vpcs", {"Ref": "AWS::Region"}, "id"]}, "{{FindInMap(Vpcs,AWS::Region,id)}}"),
        ({"Fn::FindInMap": ["Vpcs", {"Ref": "AWS::Region"}, "same"]}, "vpc-0a1b2c3d"),
        ({"Fn::Select": [1, {"Fn::Split": [",", {"Ref": "Net"}]}]}, "{{Split(,,Net)[1]}}"),
        ({"Fn::Select": [0, {"Ref": "List"}]}, "{{List[0]}}"),
        ("{{resolve:ssm:/vpc}}", "{{resolve:ssm:/vpc}}"),
    ],
)
def test_an_id_that_is_not_known_stands_as_what_gives_it(value: Any, is_: str) -> None:
    found = judged(
        {"Vpc": VPC, "Custom": {"Type": "Custom::Network"}, "E": endpoint(VpcId=value, ServiceName="s")},
        Parameters={"VpcId": {"Type": "String"}, "Net": {"Type": "String"}, "List": LIST},
        Conditions={"New": {"Fn::Equals": [{"Ref": "VpcId"}, ""]}},
        Mappings={"Vpcs": {"a": {"id": "vpc-1", "same": "vpc-0a1b2c3d"}, "b": {"id": "vpc-2", "same": "vpc-0a1b2c3d"}}},
    )["E"]
    assert found.request["VpcId"] == is_
    assert found.unknown == ()


def test_a_list_is_unknown_as_its_length_is() -> None:
    found = judged({"E": endpoint(SubnetIds={"Ref": "List"})}, Parameters={"List": LIST})["E"]
    assert found.unknown == ("/request/SubnetIds",)


@pytest.mark.parametrize(
    ("tables", "request_tables"),
    [
        ({"Ref": "Picked"}, ["{{Picked[0]}}"]),
        ({"Fn::Split": [",", {"Fn::ImportValue": "tables"}]}, ["{{Split(,,ImportValue(tables))[0]}}"]),
        ({"Ref": "MayBeEmpty"}, None),
    ],
)
def test_a_list_that_has_an_item_has_its_first(tables: Any, request_tables: Any) -> None:
    parameters = {"Picked": LIST, "MayBeEmpty": {"Type": "CommaDelimitedList"}}
    found = judged({"E": endpoint(RouteTableIds=tables)}, Parameters=parameters)["E"]
    assert found.request.get("RouteTableIds") == request_tables
    assert found.unknown == ("/request/RouteTableIds",)


def test_what_a_condition_says_of_a_parameter_is_known_where_it_holds() -> None:
    found = judged(
        {"E": {**endpoint(VpcId={"Fn::FindInMap": ["Vpcs", {"Ref": "Stage"}, "id"]}), "Condition": "IsProd"}},
        Parameters={"Stage": {"Type": "String"}},
        Conditions={"IsProd": {"Fn::Equals": [{"Ref": "Stage"}, "prod"]}},
        Mappings={"Vpcs": {"prod": {"id": "vpc-1"}, "dev": {"id": "vpc-2"}}},
    )
    assert found["E"].request["VpcId"] == "vpc-1"


def test_what_the_rules_of_a_template_leave_is_known() -> None:
    asserted = {"Fn::Contains": [["vpc-0a1b2c3d"], {"Ref": "V"}]}
    found = judged(
        {"E": endpoint(VpcId={"Ref": "V"})},
        Parameters={"V": {"Type": "AWS::EC2::VPC::Id"}},
        Rules={"OneVpc": {"Assertions": [{"Assert": asserted}]}},
    )
    assert found["E"].request["VpcId"] == "vpc-0a1b2c3d"


def test_rules_about_what_the_account_has_say_nothing() -> None:
    subnets = {"Fn::EachMemberEquals": [{"Fn::ValueOf": ["S", "VpcId"]}, {"Ref": "V"}]}
    vpcs = {
        "Fn::EachMemberIn": [{"Fn::ValueOfAll": ["AWS::EC2::Subnet::Id", "VpcId"]}, {"Fn::RefAll": "AWS::EC2::VPC::Id"}]
    }
    found = judged(
        {"E": endpoint(VpcId={"Ref": "V"})},
        Parameters={"V": {"Type": "AWS::EC2::VPC::Id"}, "S": LIST},
        Rules={"Fits": {"Assertions": [{"Assert": subnets}, {"Assert": vpcs}]}},
    )
    assert found["E"].request["VpcId"] == "{{V}}"


def test_expressions_stand_in_ids_and_names_only() -> None:
    found = judged({"Vpc": VPC, "E": endpoint(IpAddressType={"Ref": "Kind"}, PolicyDocument={"x": {"Ref": "Vpc"}})},
                   Parameters={"Kind": {"Type": "String"}})["E"]  # fmt: skip
    assert found.unknown == ("/request/IpAddressType", "/request/PolicyDocument/x")


def test_where_the_context_is_about_one_vpc_it_is_the_one_that_is_meant() -> None:
    given = Extras(context={"Vpc": {"VpcId": "vpc-0a1b2c3d"}})
    found = judged({"E": endpoint(VpcId={"Ref": "V"})}, given, Parameters={"V": {"Type": "String"}})["E"]
    assert found.unknown == ("/request/VpcId",)


@pytest.mark.parametrize("region", ["", {"Ref": "AWS::Region"}])
def test_a_zone_of_the_region_goes_by_its_place_in_the_list(region: Any) -> None:
    found = judged(
        {"Vpc": VPC, "A": subnet({"Fn::Select": [1, {"Fn::GetAZs": region}]}), "E": endpoint(VpcId={"Ref": "Vpc"})}
    )
    assert found["E"].context["Subnets"][0]["AvailabilityZone"] == "${GetAZs[1]}"


def test_what_may_or_may_not_be_in_the_vpc_does_not_say_its_vpc() -> None:
    resources = {
        "A": {"Type": "AWS::EC2::Subnet", "Properties": {"VpcId": {"Ref": "One"}}},
        "Same": endpoint(VpcId={"Ref": "One"}),
        "Open": endpoint(VpcId={"Ref": "Other"}),
    }
    found = judged(resources, Parameters={"One": {"Type": "String"}, "Other": {"Type": "String"}})
    assert found["Same"].context["Subnets"] == [
        {"SubnetId": "${A}", "VpcId": "{{One}}", "Ipv6CidrBlockAssociationSet": []}
    ]
    assert found["Open"].context["Subnets"] == [{"SubnetId": "${A}", "Ipv6CidrBlockAssociationSet": []}]
