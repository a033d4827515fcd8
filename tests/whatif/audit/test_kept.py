"""What the inventory holds, as an audit: each account and Region by itself."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Engine

from tests.support.existing import gateway, interface
from tests.support.world import ACCOUNT, REGION, VPC, sync_world
from vpce_guard.errors import UnreadableError
from vpce_guard.inventory.store import Unit, write_unit
from vpce_guard.whatif.audit.kept import ask_kept

AT = "2026-11-30T12:00:00Z"


def write(engine: Engine, account: str, region: str, endpoints: list[dict[str, Any]], *, source: str = "aws") -> None:
    write_unit(engine, Unit(account, region, "VpcEndpoints"), endpoints, snapshot="2999", source=source)


def test_endpoints_stand_in_their_surroundings_and_see_those_of_their_place(sqlite_log: Engine) -> None:
    options = {"DhcpOptionsId": "dopt-1", "DhcpConfigurations": []}
    vpc = {"VpcId": VPC, "DhcpOptionsId": "dopt-1"}
    services = [{"ServiceName": f"com.amazonaws.us-east-1.{name}"} for name in ("sqs", "sns")]
    sync_world(sqlite_log, DhcpOptions=[options], Vpcs=[vpc], ServiceDetails=services)
    write(sqlite_log, ACCOUNT, REGION, [interface(), gateway()])
    write(sqlite_log, "444455556666", "eu-west-1", [interface("vpce-0b00000000000001a", OwnerId="444455556666")])
    asked = ask_kept(sqlite_log, [], at=AT)
    first, second, other = asked.proposals
    assert [len(one.peers) for one in (first, second, other)] == [1, 1, 0]
    assert first.context["Vpc"] == {"Tags": [], **vpc}
    assert {one["VpcId"] for one in first.context["Subnets"]} == {VPC}
    assert first.context["DhcpOptions"] == options
    assert [one["ServiceName"] for one in first.context["ServiceDetails"]] == ["com.amazonaws.us-east-1.sqs"]
    assert (other.context["AccountId"], other.context["Region"]) == ("444455556666", "eu-west-1")
    assert "Subnets" not in other.context
    assert asked.notes[0].startswith("endpoints are as they were read between ")


def test_what_config_does_not_record_is_not_known(sqlite_log: Engine) -> None:
    endpoint = {name: value for name, value in interface().items() if name != "PolicyDocument"}
    write(sqlite_log, ACCOUNT, REGION, [endpoint], source="config")
    (proposal,) = ask_kept(sqlite_log, [], at=AT).proposals
    assert proposal.unknown == ("/request/PolicyDocument",)


def test_an_inventory_without_endpoints_is_told(sqlite_log: Engine) -> None:
    with pytest.raises(UnreadableError, match="holds no endpoints"):
        ask_kept(sqlite_log, [], at=AT)


def test_what_went_through_endpoints_is_told_where_it_was_read(sqlite_log: Engine) -> None:
    write(sqlite_log, ACCOUNT, REGION, [interface()])
    times = {"StartTime": "2026-11-01T00:00:00+00:00", "EndTime": "2026-11-29T00:00:00+00:00"}
    told = {"EndpointId": "vpce-0a00000000000001a", "VpcId": VPC, "Bytes": 2**31, **times}
    write_unit(sqlite_log, Unit(ACCOUNT, REGION, "EndpointTraffic"), [told], snapshot="2999", source="aws")
    asked = ask_kept(sqlite_log, [], at=AT)
    (part,) = asked.parts
    assert part.inventory.traffic["vpce-0a00000000000001a"].gigabytes == 2.0
    assert "EndpointTraffic" not in asked.proposals[0].context
