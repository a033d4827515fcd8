"""Zones of clients in which interface endpoints have no subnet."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from tests.support.existing import gateway, interface, subnet
from tests.support.worth import FACTS, pair
from vpce_guard.whatif.audit.worth import find_worth_doing, missing_zones

find = partial(find_worth_doing, ways=(missing_zones,))

TWO = [subnet("subnet-0a100001", "a"), subnet("subnet-0a200001", "b")]
THIRD = subnet("subnet-0a300001", "c")


def test_endpoints_of_a_vpc_that_lack_a_zone_are_told_together_with_what_a_zone_costs() -> None:
    pairs = [pair(interface("vpce-1"), Subnets=[*TWO, THIRD]), pair(interface("vpce-2"), Subnets=[*TWO, THIRD])]
    (found,) = find([*pairs, pair(gateway(), Subnets=[*TWO, THIRD])], FACTS)
    assert (found.kind, found.endpoint_ids) == ("missing-zone", ("vpce-1", "vpce-2"))
    assert (found.monthly, found.currency, found.owners) == (-14.6, "USD", ("payments",))  # 7.30 a zone and endpoint
    assert "us-east-1c" in found.do


def test_what_has_no_known_price_has_no_money() -> None:
    (found,) = find([pair(interface("vpce-1"), None, Subnets=[*TWO, THIRD])], FACTS)
    assert (found.monthly, found.currency) == (None, None)


@pytest.mark.parametrize(
    "context",
    [
        {},
        {"Subnets": TWO},
        {"Subnets": [TWO[0], THIRD]},  # where the endpoint's own subnets are is not told
        {"Subnets": [*TWO, {**THIRD, "VpcId": "vpc-0b000002"}]},
        {"Subnets": [*TWO, {**THIRD, "AvailabilityZone": "us-east-1-bos-1a"}]},
        {"Subnets": [*TWO, {**THIRD, "OutpostArn": "arn:aws:outposts:us-east-1:111122223333:outpost/op-1"}]},
        {
            "Subnets": [*TWO, THIRD],
            "ServiceDetails": [
                {"ServiceName": "com.amazonaws.us-east-1.sqs", "AvailabilityZones": ["us-east-1a", "us-east-1b"]}
            ],
        },
    ],
    ids=["not told", "none lacks", "own unknown", "other VPC", "Local Zone", "Outpost", "not offered"],
)
def test_others_lack_no_zone(context: dict[str, Any]) -> None:
    assert list(find([pair(interface("vpce-1"), **context)], FACTS)) == []
