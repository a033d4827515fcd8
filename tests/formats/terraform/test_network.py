"""VPCs, subnets and route tables of a plan: AWS's defaults for what is new, and default resources."""

from __future__ import annotations

from tests.support.planned import VPC, block, change, data, endpoint, new_vpc, only, plan


def test_a_new_vpc_has_the_defaults_of_aws() -> None:
    changes, blocks = new_vpc()
    context = only(plan(*changes, blocks=blocks)).context
    assert context["Vpc"]["EnableDnsSupport"] is True
    assert context["Vpc"]["EnableDnsHostnames"] is False
    assert context["VpcEndpoints"] == []
    assert context["PrivateHostedZones"] == []


def test_what_is_given_and_not_known_yet_is_no_default() -> None:
    changes, blocks = new_vpc(enable_dns_hostnames={"references": ["terraform_data.x.output"]})
    assert "EnableDnsHostnames" not in only(plan(*changes, blocks=blocks)).context["Vpc"]


def test_a_new_subnet_has_no_ipv6_unless_it_is_given() -> None:
    subnet = change("aws_subnet", "s", ["create"], after={"availability_zone": "us-east-1a", "ipv6_cidr_block": None})
    (found,) = only(plan(endpoint(), subnet)).context["Subnets"]
    assert found["Ipv6CidrBlockAssociationSet"] == []
    late = change("aws_subnet", "s", ["create"], after={}, unknown={"ipv6_cidr_block": True})
    given = [block("aws_subnet", "s", ipv6_cidr_block={"references": ["aws_vpc.v.ipv6_cidr_block", "aws_vpc.v"]})]
    (found,) = only(plan(endpoint(), late, blocks=given)).context["Subnets"]
    assert "Ipv6CidrBlockAssociationSet" not in found


def test_a_subnet_gets_a_range_of_a_new_vpc_that_gets_one_from_aws() -> None:
    vpc = change("aws_vpc", "v", ["create"], after={"assign_generated_ipv6_cidr_block": True}, unknown={"id": True})
    hidden = {"id": True, "vpc_id": True, "ipv6_cidr_block": True}
    subnet = change("aws_subnet", "s", ["create"], after={}, unknown=hidden)
    of_vpc = {"references": ["aws_vpc.v.id", "aws_vpc.v"]}
    written = block("aws_subnet", "s", vpc_id=of_vpc, ipv6_cidr_block={"references": ["aws_vpc.v.ipv6_cidr_block"]})
    (told,) = only(plan(endpoint(), vpc, subnet, blocks=[written])).context["Subnets"]
    assert told["Ipv6CidrBlockAssociationSet"] == [{"Ipv6CidrBlockState": {"State": "associated"}}]
    (untold,) = only(plan(endpoint(), subnet, blocks=[written])).context["Subnets"]
    assert "Ipv6CidrBlockAssociationSet" not in untold


def test_default_resources_are_described() -> None:
    table = change(
        "aws_default_vpc", "v", ["create"], after={"enable_dns_support": True}, unknown={"id": True, "cidr_block": True}
    )
    referring = [
        block("aws_vpc_endpoint", "this", vpc_id={"references": ["aws_default_vpc.v.id", "aws_default_vpc.v"]})
    ]
    found = only(plan(endpoint(unknown={"vpc_id": True}), table, blocks=referring))
    assert found.request["VpcId"] == "aws_default_vpc.v"
    assert found.context["Vpc"] == {"VpcId": "aws_default_vpc.v", "EnableDnsSupport": True}
    assert "VpcEndpoints" not in found.context  # it was there before, and so may others be


def test_routes_of_a_table_that_is_there_are_told_without_those_of_endpoints() -> None:
    state = [data("aws_route_table", "d", id="rtb-0a000001", vpc_id=VPC, routes=[]), data("aws_prefix_list", "s3")]
    there = {"id": "rtb-0b000001", "vpc_id": VPC, "route": []}
    changes = [
        change("aws_route_table", "old", ["no-op"], before=there, after=there),
        change("aws_route_table", "new", ["create"], after={"vpc_id": VPC}, unknown={"id": True}),
    ]
    tables = only(plan(endpoint(), *changes, state=state)).context["RouteTables"]
    hiding = {
        table["RouteTableId"]: table.get("without_endpoint_routes", False) for table in tables if "Routes" in table
    }
    assert hiding == {"rtb-0b000001": True, "aws_route_table.new": False}


def test_the_default_route_table_of_a_new_vpc_is_of_that_vpc() -> None:
    changes = [
        change("aws_vpc", "v", ["create"], after={}, unknown={"id": True, "default_route_table_id": True}),
        change(
            "aws_default_route_table", "d", ["create"], after={}, unknown={"default_route_table_id": True, "id": True}
        ),
    ]
    refers = {"references": ["aws_vpc.v.default_route_table_id", "aws_vpc.v"]}
    blocks = [block("aws_vpc", "v"), block("aws_default_route_table", "d", default_route_table_id=refers)]
    (table,) = only(plan(endpoint(), *changes, blocks=blocks)).context["RouteTables"]
    assert (table["RouteTableId"], table["VpcId"]) == ("aws_vpc.v.default_route_table_id", "aws_vpc.v")
