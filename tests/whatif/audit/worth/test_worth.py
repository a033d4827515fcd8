"""What is worth doing, in the order of the money in it."""

from __future__ import annotations

from tests.support.existing import interface, subnet
from tests.support.worth import FACTS, pair
from vpce_guard.whatif.audit.worth import find_worth_doing

ZONES = [subnet("subnet-0a100001", "a"), subnet("subnet-0a200001", "b"), subnet("subnet-0a300001", "c")]


def test_what_saves_comes_first_and_what_costs_last() -> None:
    ended = interface("vpce-3", ServiceName="com.amazonaws.us-east-1.qldb.session", VpcId="vpc-0c000003")
    pairs = [pair(interface("vpce-1"), Subnets=ZONES), pair(interface("vpce-2"), Subnets=ZONES), pair(ended, 21.9)]
    found = find_worth_doing(pairs, FACTS)
    assert [(one.kind, one.monthly) for one in found] == [
        ("retired-service", 21.9),
        ("duplicate", 14.6),
        ("open-policy", 0.0),
        ("open-policy", 0.0),
        ("missing-zone", -14.6),
    ]


def test_endpoints_that_are_not_available_or_that_a_service_made_are_left_alone() -> None:
    others = [interface("vpce-2", State="deleting"), interface("vpce-3", RequesterManaged=True)]
    assert find_worth_doing([pair(one) for one in others], FACTS) == ()
