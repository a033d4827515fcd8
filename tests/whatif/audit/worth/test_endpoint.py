"""What findings know of an endpoint."""

from __future__ import annotations

from tests.support.existing import interface
from tests.support.worth import FACTS, pair
from vpce_guard.whatif.audit.worth.endpoint import cost_of, owners_of


def test_money_is_known_only_where_it_is_of_each() -> None:
    priced = [pair(interface("vpce-1"), 14.6).keep(), pair(interface("vpce-2"), 7.3).keep()]
    assert cost_of(priced) == {"monthly": 21.9, "currency": "USD"}
    assert cost_of([*priced, pair(interface("vpce-3"), None).keep()]) == {"monthly": None, "currency": None}


def test_each_owner_is_told_once() -> None:
    pairs = [pair(interface(name)).keep() for name in ("vpce-1", "vpce-2")]
    assert owners_of([*pairs, pair(interface("vpce-3", Tags=[])).keep()]) == ("payments",)


def test_the_service_is_looked_up_in_what_aws_tells_and_in_the_catalogue() -> None:
    detail = {"ServiceName": "com.amazonaws.us-east-1.sqs", "Owner": "amazon"}
    one = pair(interface("vpce-1"), ServiceDetails=[{"ServiceName": "com.amazonaws.us-east-1.sns"}, detail])
    assert one.service_detail() == detail
    assert one.facts_of_service(FACTS) == {"policy": True, "iam": ["sqs"]}
    assert pair(interface("vpce-1", ServiceName=None)).facts_of_service(FACTS) is None
