"""Policies that allow everything, by their text or by proof."""

from __future__ import annotations

import json
from functools import partial
from typing import Any

import pytest

from tests.support.existing import FULL_ACCESS, gateway, interface
from tests.support.worth import FACTS, pair
from vpce_guard.whatif.audit.worth import find_worth_doing, open_policies

find = partial(find_worth_doing, ways=(open_policies,))


def policy(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


ALL = {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}
OWN = {**ALL, "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-abcdefghij"}}}
OTHERS = {**ALL, "Condition": {"StringNotEquals": {"aws:PrincipalOrgID": "o-abcdefghij"}}}


def test_default_policies_of_a_vpc_are_told_together_and_cost_nothing() -> None:
    (found,) = find([pair(interface("vpce-1")), pair(gateway("vpce-2"))], FACTS)
    assert (found.kind, found.endpoint_ids, found.monthly) == ("open-policy", ("vpce-1", "vpce-2"), 0.0)
    assert (found.owners, "default policy" in found.why) == (("payments",), True)


@pytest.mark.parametrize(
    ("text", "is_open"),
    [
        (policy(OWN), False),
        (policy({**ALL, "Action": "sqs:SendMessage"}), False),
        (policy({**ALL, "Action": "sqs:*"}), True),
        (policy(OWN, {**ALL, "Action": ["sqs:*", "sns:*"], "Sid": "Everything"}), True),
        (policy({**ALL, "Principal": {"AWS": "*"}}, {**ALL, "Effect": "Deny", "Action": "s3:*"}), True),
        (policy(ALL, {**OTHERS, "Effect": "Deny"}), False),
        ("{", False),
        (None, False),
    ],
)
def test_a_policy_is_open_where_it_allows_all_that_the_default_allows(text: str | None, is_open: bool) -> None:
    found = list(find([pair(interface("vpce-1", PolicyDocument=text))], FACTS))
    assert [one.kind for one in found] == ["open-policy"] * is_open
    assert all("proved" in one.why for one in found)


def test_a_service_that_takes_no_policy_is_left_alone_and_aws_knows_best() -> None:
    other = interface("vpce-1", ServiceName="com.amazonaws.us-east-1.rekognition", PolicyDocument=FULL_ACCESS)
    detail = {"ServiceName": "com.amazonaws.us-east-1.rekognition", "VpcEndpointPolicySupported": True}
    assert list(find([pair(other)], FACTS)) == []
    assert len(list(find([pair(other, ServiceDetails=[detail])], FACTS))) == 1
