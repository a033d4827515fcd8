"""What AWS makes with a new VPC has an id by the VPC, and is told to what refers to it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.planned import block, change, data, endpoint, plan
from vpce_guard.formats import read
from vpce_guard.formats.document import Extras
from vpce_guard.formats.terraform.hcl import Configuration
from vpce_guard.model import Json, Proposal

TO_COME = dict.fromkeys(
    ("id", "default_security_group_id", "default_route_table_id", "main_route_table_id", "default_network_acl_id"), True
)
NEW = change("aws_vpc", "v", ["create"], after={"cidr_block": "10.0.0.0/16"}, unknown=TO_COME)
OF_VPC = {"references": ["aws_vpc.v.id", "aws_vpc.v"]}
GROUP, TABLE = "aws_vpc.v.default_security_group_id", "aws_vpc.v.default_route_table_id"


def told(tmp_path: Path, source: str, *changes: Json, blocks: list[Json] | None = None, **unknown: bool) -> Proposal:
    """An endpoint of a new VPC, with this in its source."""
    (tmp_path / "main.tf").write_text(f"""
resource "aws_vpc_endpoint" "this" {{
  {source}
}}
resource "aws_vpc" "v" {{}}
""")
    expressions = {name: {"references": ["aws_vpc.v"]} for name in unknown}
    blocks = [block("aws_vpc_endpoint", "this", vpc_id=OF_VPC, **expressions), block("aws_vpc", "v"), *(blocks or [])]
    document = plan(NEW, *changes, endpoint(unknown={"vpc_id": True, **unknown}), blocks=blocks)
    (found,) = read(document, given=Extras(configuration=Configuration(tmp_path)))
    return found


@pytest.mark.parametrize("attribute", ["main_route_table_id", "default_route_table_id"])
def test_the_main_table_of_a_new_vpc_is_its_default_one(tmp_path: Path, attribute: str) -> None:
    source = f'vpc_id = aws_vpc.v.id\n  route_table_ids = [aws_vpc.v.{attribute}]\n  vpc_endpoint_type = "Gateway"'
    found = told(tmp_path, source, route_table_ids=True, vpc_endpoint_type=True)
    assert found.request["RouteTableIds"] == [TABLE]
    assert found.context["RouteTables"] == [
        {"RouteTableId": TABLE, "VpcId": "aws_vpc.v", "Routes": [], "Associations": [{"Main": True}]}
    ]


def test_the_default_group_of_a_new_vpc_lets_in_its_members_only(tmp_path: Path) -> None:
    source = "vpc_id = aws_vpc.v.id\n  security_group_ids = [aws_vpc.v.default_security_group_id]"
    found = told(tmp_path, source, security_group_ids=True)
    assert found.request["SecurityGroupIds"] == [GROUP]
    (group,) = found.context["SecurityGroups"]
    assert (group["GroupName"], group["VpcId"]) == ("default", "aws_vpc.v")
    assert group["IpPermissions"] == [{"IpProtocol": "-1", "UserIdGroupPairs": [{"GroupId": GROUP}]}]


def test_it_is_told_where_an_endpoint_gets_it_and_to_nobody_else(tmp_path: Path) -> None:
    left_out = told(tmp_path, "vpc_id = aws_vpc.v.id")
    assert [group["GroupId"] for group in left_out.context["SecurityGroups"]] == [GROUP]
    gateway = told(tmp_path, 'vpc_id = aws_vpc.v.id\n  vpc_endpoint_type = "Gateway"', vpc_endpoint_type=True)
    assert not {"SecurityGroups", "RouteTables"} & set(gateway.context)


def test_a_group_that_is_taken_over_has_the_rules_of_its_resource(tmp_path: Path) -> None:
    taken = change("aws_default_security_group", "d", ["create"], after={}, unknown={"vpc_id": True, "id": True})
    found = told(tmp_path, "vpc_id = aws_vpc.v.id", taken, blocks=[block(taken["type"], "d", vpc_id=OF_VPC)])
    (group,) = found.context["SecurityGroups"]
    assert (group["GroupId"], group["GroupName"], group["IpPermissions"]) == (GROUP, "default", [])


def test_rules_that_stand_apart_count(tmp_path: Path) -> None:
    values = {"cidr_ipv4": "10.0.0.0/8", "ip_protocol": "-1"}
    rule = change(
        "aws_vpc_security_group_ingress_rule", "r", ["create"], after=values, unknown={"security_group_id": True}
    )
    named = {"references": [GROUP, "aws_vpc.v"]}
    found = told(tmp_path, "vpc_id = aws_vpc.v.id", rule, blocks=[block(rule["type"], "r", security_group_id=named)])
    (group,) = found.context["SecurityGroups"]
    assert group["IpPermissions"][-1] == {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "10.0.0.0/8"}]}


def test_the_default_group_of_a_vpc_that_is_there_has_its_id() -> None:
    vpc = change("aws_vpc", "v", ["no-op"], after={"id": "vpc-0a", "default_security_group_id": "sg-0d"})
    taken = change("aws_default_security_group", "d", ["create"], after={"vpc_id": "vpc-0a"}, unknown={"id": True})
    (found,) = read(plan(vpc, taken, endpoint(vpc_id="vpc-0a")))
    assert [group["GroupId"] for group in found.context["SecurityGroups"]] == ["sg-0d"]


def test_the_default_group_of_a_vpc_that_nobody_tells_goes_by_its_own_address() -> None:
    taken = change("aws_default_security_group", "d", ["create"], after={"vpc_id": "vpc-0a"}, unknown={"id": True})
    (found,) = read(plan(taken, endpoint(vpc_id="vpc-0a"), state=[data("aws_vpc", "v", id="vpc-0a")]))
    assert [group["GroupId"] for group in found.context["SecurityGroups"]] == ["aws_default_security_group.d"]


def test_a_new_group_that_names_no_vpc_is_in_the_default_one(tmp_path: Path) -> None:
    new = change("aws_security_group", "g", ["create"], after={}, unknown={"vpc_id": True, "id": True})
    source = 'vpc_id = aws_vpc.v.id\n  vpc_endpoint_type = "Gateway"'
    found = told(tmp_path, source, new, blocks=[block(new["type"], "g")], vpc_endpoint_type=True)
    assert [group["VpcId"] for group in found.context["SecurityGroups"]] == ["the default VPC"]
    named = block(new["type"], "g", vpc_id={"references": ["var.vpc"]})
    unknown = told(tmp_path, source, new, blocks=[named], vpc_endpoint_type=True)
    assert ["VpcId" in group for group in unknown.context["SecurityGroups"]] == [False]
    (of_a_vpc_that_is_there,) = read(plan(new, endpoint(vpc_id="vpc-0a"), blocks=[block(new["type"], "g")]))
    assert ["VpcId" in group for group in of_a_vpc_that_is_there.context["SecurityGroups"]] == [False]
