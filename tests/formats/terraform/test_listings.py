"""Data sources that list ids tell where what they list is."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.planned import VPC, data, endpoint, only, plan
from vpce_guard.model import Json

SUBNETS = ["subnet-0a000001", "subnet-0b000001"]


def asked(name: str, *values: str) -> Json:
    return {"name": name, "values": list(values)}


def context(*state: Json) -> Json:
    found: Json = only(plan(endpoint(subnet_ids=SUBNETS), state=list(state))).context
    return found


def test_a_filter_by_vpc_and_zone_tells_where_subnets_are() -> None:
    filters = [asked("vpc-id", VPC), asked("availability-zone-id", "use1-az1"), asked("tag:Tier", "private")]
    listed = data("aws_subnets", "s", ids=SUBNETS[:1], filter=filters)
    assert context(listed)["Subnets"] == [
        {"SubnetId": SUBNETS[0], "VpcId": VPC, "AvailabilityZoneId": "use1-az1"},
    ]


@pytest.mark.parametrize(
    "filters", [None, [asked("vpc-id", VPC, "vpc-0b000001")], [asked("vpc-id", "vpc-*")], [asked("tag:Vpc", VPC)], [{}]]
)
def test_a_filter_of_several_values_or_with_a_wildcard_tells_nothing(filters: Any) -> None:
    assert "Subnets" not in context(data("aws_subnets", "s", ids=SUBNETS, filter=filters))


def test_what_tells_of_a_subnet_itself_wins_and_the_list_adds_to_it() -> None:
    listed = data("aws_subnets", "s", ids=SUBNETS, filter=[asked("vpc-id", VPC)])
    itself = data("aws_subnet", "a", id=SUBNETS[1], vpc_id=VPC, availability_zone="us-east-1b")
    assert context(itself, listed)["Subnets"] == [
        {"SubnetId": SUBNETS[1], "VpcId": VPC, "AvailabilityZone": "us-east-1b"},
        {"SubnetId": SUBNETS[0], "VpcId": VPC},
    ]


def test_route_tables_are_those_of_the_vpc_that_was_asked_for() -> None:
    listed = data("aws_route_tables", "r", ids=["rtb-0a000001"], vpc_id=VPC)
    assert context(listed)["RouteTables"] == [{"RouteTableId": "rtb-0a000001", "VpcId": VPC}]


def test_security_groups_have_their_vpcs_beside_them() -> None:
    listed = data("aws_security_groups", "g", ids=["sg-0a000001", "sg-0b000001"], vpc_ids=[VPC, "vpc-0b000001"])
    assert context(listed)["SecurityGroups"] == [
        {"GroupId": "sg-0a000001", "VpcId": VPC},
        {"GroupId": "sg-0b000001", "VpcId": "vpc-0b000001"},
    ]
