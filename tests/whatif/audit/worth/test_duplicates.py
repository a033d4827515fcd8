"""Several interface endpoints of one service in one VPC."""

from __future__ import annotations

from functools import partial

from tests.support.existing import interface
from tests.support.worth import FACTS, pair
from vpce_guard.whatif.audit.worth import duplicates, find_worth_doing

find = partial(find_worth_doing, ways=(duplicates,))

OFF = {"PrivateDnsEnabled": False}


def test_the_one_with_private_dns_is_kept_and_the_others_cost() -> None:
    older = {"CreationTimestamp": "2020-01-01T00:00:00Z"}
    pairs = [
        pair(interface("vpce-1", **OFF, **older)),
        pair(interface("vpce-2")),
        pair(interface("vpce-3", **OFF, Tags=[]), 7.3),
    ]
    (found,) = find(pairs, FACTS)
    assert (found.kind, found.endpoint_ids, found.monthly) == ("duplicate", ("vpce-1", "vpce-3"), 21.9)
    assert found.why.startswith("vpc-0a000001 has 3 interface endpoints of com.amazonaws.us-east-1.sqs")
    assert (found.do.partition(".")[0], found.owners) == ("Keep vpce-2", ("payments",))


def test_others_are_no_duplicates() -> None:
    others = [
        interface("vpce-2", VpcId="vpc-0b000002"),
        interface("vpce-3", ServiceName="com.amazonaws.us-east-1.sns"),
        interface("vpce-4", ServiceRegion="eu-west-1"),
        interface("vpce-5", OwnerId="444455556666"),
    ]
    assert list(find([pair(interface("vpce-1")), *map(pair, others)], FACTS)) == []
