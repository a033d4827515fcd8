"""The grid of what is around an endpoint."""

from __future__ import annotations

from typing import Any

import pytest

from tests.surfaces.reports.test_reports import violation
from vpce_guard.surfaces.drawing.grid import Box, Grid, find_grid

VPC = "vpc-0a000001"


def subnet(name: str, zone: str, vpc: str = VPC) -> dict[str, Any]:
    return {"SubnetId": name, "VpcId": vpc, "AvailabilityZone": zone, "CidrBlock": "10.0.1.0/24"}


PARTS: dict[str, Any] = {
    "request": {"AddSubnetIds": ["subnet-b"], "RemoveSubnetIds": ["subnet-c"]},
    "current": {"VpcId": VPC, "VpcEndpointId": "vpce-1", "SubnetIds": ["subnet-a", "subnet-c"], "Groups": []},
    "endpoint": {"VpcId": VPC, "SubnetIds": ["subnet-a", "subnet-b"], "Groups": [{"GroupId": "sg-1"}]},
    "context": {
        "Vpc": {"VpcId": VPC, "CidrBlock": "10.0.0.0/16"},
        "Subnets": [
            subnet("subnet-c", "us-east-1c"),
            subnet("subnet-a", "us-east-1a"),
            subnet("subnet-d", "us-east-1a"),
            subnet("subnet-x", "us-east-1a", vpc="vpc-other"),
        ],
        "VpcEndpoints": [
            {"VpcId": VPC, "VpcEndpointId": "vpce-1", "ServiceName": "com.amazonaws.us-east-1.sqs"},
            {"VpcId": VPC, "VpcEndpointId": "vpce-2", "ServiceName": "com.amazonaws.us-east-1.s3"},
        ],
    },
}


def drawn(parts: dict[str, Any], *paths: str) -> Grid:
    found = find_grid(parts, [violation("deny", "VPCE-GW-001").model_copy(update={"path": path}) for path in paths])
    assert found is not None
    return found


def by_name(drawing: Grid) -> dict[str, Box]:
    return {box.name: box for box in drawing.boxes}


def test_subnets_stand_in_their_zones() -> None:
    drawing = drawn(PARTS)
    boxes = by_name(drawing)
    assert boxes["subnet-a"].x == boxes["subnet-d"].x < boxes["subnet-c"].x < boxes["subnet-b"].x
    assert [caption.text for caption in drawing.captions][:3] == ["us-east-1a", "us-east-1c", "zone not known"]
    assert "subnet-x" not in boxes
    assert (drawing.frame.name, drawing.frame.note) == (VPC, "10.0.0.0/16")


def test_before_and_after_are_told_apart() -> None:
    boxes = by_name(drawn(PARTS))
    states = {name: boxes[name].state for name in ("subnet-a", "subnet-b", "subnet-c", "subnet-d", "sg-1")}
    assert states == {
        "subnet-a": "there",
        "subnet-b": "added",
        "subnet-c": "removed",
        "subnet-d": "none",
        "sg-1": "added",
    }


def test_what_is_wrong_is_marked_where_it_is() -> None:
    drawing = drawn(PARTS, "/request/AddSubnetIds/0", "/request/Nothing", "/context/Subnets/9", "")
    assert [box.name for box in drawing.boxes if box.is_wrong] == ["subnet-b"]
    assert drawing.told.endswith("Wrong: subnet-b.")
    assert "subnet-c loses the endpoint" in drawing.told


def test_a_subnet_with_addresses_of_its_own_is_marked_too() -> None:
    parts = {**PARTS, "request": {"SubnetConfigurations": [{"SubnetId": "subnet-b", "Ipv4": "10.0.1.9"}]}}
    assert by_name(drawn(parts, "/request/SubnetConfigurations/0"))["subnet-b"].is_wrong


def test_other_endpoints_are_there_but_not_the_endpoint_itself() -> None:
    names = by_name(drawn(PARTS))
    assert "s3" in names
    assert "sqs" not in names


def test_route_tables_of_a_gateway() -> None:
    tables = [
        {"RouteTableId": "rtb-1", "VpcId": VPC, "Associations": [{"Main": True}]},
        {"RouteTableId": "rtb-2", "VpcId": VPC, "Associations": [{"SubnetId": "subnet-a"}]},
        {"RouteTableId": "rtb-9", "VpcId": "vpc-other"},
    ]
    endpoint = {"VpcId": VPC, "RouteTableIds": ["rtb-2", "rtb-3"]}
    parts = {"request": {"RouteTableIds": ["rtb-2", "rtb-3"]}, "endpoint": endpoint, "context": {"RouteTables": tables}}
    boxes = by_name(drawn(parts, "/request/RouteTableIds/1"))
    told = {name: (box.note, box.state, box.is_wrong) for name, box in boxes.items()}
    assert told == {
        "rtb-1": ("main", "none", False),
        "rtb-2": ("subnet-a", "added", False),
        "rtb-3": ("not described", "added", True),
    }


def test_of_many_things_those_that_matter_are_drawn() -> None:
    many = [subnet(f"subnet-{number}", f"zone-{number % 20:02}") for number in range(400)]
    endpoint = {"VpcId": VPC, "SubnetIds": ["subnet-399", "subnet-5"]}
    drawing = drawn({"endpoint": endpoint, "context": {"Subnets": many}})
    assert {"subnet-399", "subnet-5"} < set(by_name(drawing))
    assert len(drawing.boxes) == 6 * 8
    assert [box.name for box in drawing.boxes].count("13 more") == 6


def test_boxes_do_not_lie_on_each_other_and_are_in_the_frame() -> None:
    drawing = drawn(PARTS)
    places = {(box.x, box.y) for box in drawing.boxes}
    assert len(places) == len(drawing.boxes)
    for box in drawing.boxes:
        assert 0 < box.x < box.x + box.width < drawing.frame.width
        assert 0 < box.y < box.y + box.height < drawing.frame.height


@pytest.mark.parametrize("strange", [None, 1, "x", [], [1, None, [], {}], {"a": 1}, [{"SubnetId": 5, "VpcId": []}]])
def test_strange_values_are_passed_over(strange: Any) -> None:
    members = ("SubnetIds", "RouteTableIds", "Groups", "VpcId")
    endpoint = dict.fromkeys(members, strange)
    context = dict.fromkeys(("Subnets", "RouteTables", "SecurityGroups", "VpcEndpoints", "Vpc"), strange)
    find_grid({"request": strange, "current": strange, "endpoint": endpoint, "context": context}, [])
    assert find_grid({"endpoint": strange, "context": strange}, []) is None
