"""What several documents tell of one endpoint, and how Config's words become those of EC2."""

from __future__ import annotations

import pytest

from tests.support.existing import interface
from vpce_guard.errors import MalformedError
from vpce_guard.formats.existing.inventory import ExistingEndpoint, Inventory, capitalise


def test_of_an_endpoint_that_is_told_twice_the_last_counts() -> None:
    inventory = Inventory()
    inventory.add(ExistingEndpoint(endpoint=interface(State="deleted")))
    inventory.add(ExistingEndpoint(endpoint=interface()))
    assert (list(inventory.endpoints), inventory.deleted) == (["vpce-0a00000000000001a"], set())
    inventory.drop("vpce-0a00000000000001a")
    assert (inventory.endpoints, inventory.deleted) == ({}, {"vpce-0a00000000000001a"})


def test_an_endpoint_without_an_id_is_refused() -> None:
    with pytest.raises(MalformedError, match="no VpcEndpointId"):
        Inventory().add(ExistingEndpoint(endpoint={"VpcId": "vpc-1"}))


def test_members_are_spelled_as_ec2_does_but_for_those_that_are_named() -> None:
    told = {"groups": [{"groupId": "sg-1"}], "ipRanges": ["10.0.0.0/8"]}
    assert capitalise(told, but={"ipRanges": "Texts"}) == {"Groups": [{"GroupId": "sg-1"}], "Texts": ["10.0.0.0/8"]}
