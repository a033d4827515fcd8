"""What tells of endpoints that exist is recognised; anything else is refused with what to send."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.existing import config_item, gateway, interface
from vpce_guard.errors import MalformedError
from vpce_guard.formats.existing import read_existing
from vpce_guard.formats.existing.inventory import Inventory

STATE = {"version": 4, "terraform_version": "1.9.0", "lineage": "l", "serial": 1, "resources": []}


@pytest.mark.parametrize(
    "document",
    [
        {"Resources": {"E": {"Type": "AWS::EC2::VPCEndpoint"}}},
        {"format_version": "1.2", "resource_changes": []},
        {"VpcId": "vpc-1", "ServiceName": "com.amazonaws.us-east-1.s3"},
        {"Reservations": []},
        {},
        [],
        "text",
        None,
    ],
)
def test_what_tells_of_no_endpoints_is_refused(document: Any) -> None:
    with pytest.raises(MalformedError, match="no endpoints that exist") as refused:
        read_existing(document, Inventory())
    assert "describe-vpc-endpoints" in str(refused.value.advice)


@pytest.mark.parametrize(
    ("document", "found"),
    [
        ({"VpcEndpoints": [interface()]}, ["vpce-0a00000000000001a"]),
        ({"configurationItems": [config_item(gateway())]}, ["vpce-0a00000000000002a"]),
        (STATE, []),
        ({"format_version": "1.0"}, []),
    ],
)
def test_each_kind_is_read(document: Any, found: list[str]) -> None:
    inventory = Inventory()
    read_existing(document, inventory)
    assert (sorted(inventory.endpoints), inventory.tells_endpoints) == (found, True)


def test_a_list_holds_documents_of_any_kind() -> None:
    inventory = Inventory()
    read_existing([{"VpcEndpoints": [interface()]}, {"Subnets": []}, config_item(gateway())], inventory)
    assert sorted(inventory.endpoints) == ["vpce-0a00000000000001a", "vpce-0a00000000000002a"]
