"""Which endpoint a decision became: by tag, as the only one in time, or none is taken."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from tests.support.existing import FULL_ACCESS, VPC, interface
from vpce_guard.formats.document import Draft
from vpce_guard.formats.existing.drafts import drafts_of
from vpce_guard.formats.existing.inventory import ExistingEndpoint, Inventory
from vpce_guard.whatif.creations import RecordedCreation
from vpce_guard.whatif.links import TAG, LinkReport, link_decisions

AT = "2026-11-30T00:00:00Z"
REQUEST = {
    "VpcEndpointType": "Interface",
    "VpcId": VPC,
    "ServiceName": "com.amazonaws.us-east-1.sqs",
    "PrivateDnsEnabled": True,
    "TagSpecifications": [{"ResourceType": "vpc-endpoint", "Tags": [{"Key": "owner", "Value": "payments"}]}],
}


def event(identity: str, day: int, /, **more: Any) -> dict[str, Any]:
    """An allowed create of a day in November, unless told otherwise."""
    content = {"operation": "create", "request": REQUEST, "unknown": [], **more}
    allowed, erased = content.pop("allowed", True), content.pop("erased", [])
    return {
        "decision_id": identity,
        "timestamp": f"2026-11-{day:02}T12:00:00.000Z",
        "input": content,
        "result": {"allowed": allowed},
        "erased": erased,
    }


def made(identity: str, day: int, **more: Any) -> dict[str, Any]:
    return interface(identity, CreationTimestamp=f"2026-11-{day:02}T13:00:00+00:00", **more)


def recorded(day: int, **more: Any) -> RecordedCreation:
    """What CloudTrail saw being asked for on a day in November."""
    context = {"AccountId": "111122223333", "Region": "us-east-1"}
    moment = datetime.fromisoformat(f"2026-11-{day:02}T13:00:00+00:00")
    return RecordedCreation(moment, Draft(operation="create", request={**REQUEST, **more}, context=context))


def link(
    events: list[dict[str, Any]], *endpoints: dict[str, Any], creations: dict[str, RecordedCreation] | None = None
) -> LinkReport:
    inventory = Inventory()
    for one in endpoints:
        inventory.add(ExistingEndpoint(endpoint=one, region="us-east-1", listed=True))
    drafts: tuple[Draft, ...] = drafts_of(inventory, ()).drafts
    return link_decisions(events, drafts, creations or {}, days=7, at=AT)


def test_the_only_endpoint_in_time_is_linked_and_compared() -> None:
    (one,) = link([event("d1", 1)], made("vpce-1", 2)).links
    assert (one.outcome, one.certainty, one.endpoint_ids, one.differs) == ("as decided", "only one", ("vpce-1",), ())
    changed = made("vpce-1", 2, PrivateDnsEnabled=False, Tags=[], PolicyDocument='{"Statement": []}')
    (one,) = link([event("d1", 1)], changed).links
    assert (one.outcome, one.differs) == ("differs", ("PolicyDocument", "PrivateDnsEnabled", "TagSpecifications"))


def test_what_was_not_known_when_it_was_decided_does_not_differ() -> None:
    (one,) = link([event("d1", 1, unknown=["/request/PrivateDnsEnabled"])], made("v", 2, PrivateDnsEnabled=False)).links
    assert one.outcome == "as decided"


def test_what_the_log_does_not_keep_does_not_differ() -> None:
    hidden = event("d1", 1, request={**REQUEST, "PolicyDocument": "[erased]"}, erased=["/input/request/PolicyDocument"])
    (one,) = link([hidden], made("vpce-1", 2)).links
    assert one.outcome == "as decided"


def test_the_default_policy_is_the_one_that_aws_attaches() -> None:
    (one,) = link([event("d1", 1, request={**REQUEST, "PolicyDocument": FULL_ACCESS})], made("vpce-1", 2)).links
    assert one.outcome == "as decided"


def test_of_several_none_is_taken_unless_one_has_the_tag() -> None:
    tagged = made("vpce-2", 3, Tags=[{"Key": "owner", "Value": "payments"}, {"Key": TAG, "Value": "d1"}])
    (one,) = link([event("d1", 1)], made("vpce-1", 2), made("vpce-3", 3)).links
    assert (one.outcome, one.certainty, one.endpoint_ids) == ("several possible", None, ("vpce-1", "vpce-3"))
    found = link([event("d1", 1)], made("vpce-1", 2), tagged)
    (one,) = found.links
    assert (one.outcome, one.certainty, one.endpoint_ids) == ("as decided", "tag", ("vpce-2",))
    assert [other.endpoint_id for other in found.undecided] == ["vpce-1"]


def test_what_is_decided_again_before_it_is_made_counts_by_the_last_decision() -> None:
    found = link([event("d1", 1, request={**REQUEST, "PrivateDnsEnabled": False}), event("d2", 2)], made("vpce-1", 3))
    assert [one.outcome for one in found.links] == ["decided again", "as decided"]
    assert {one.endpoint_ids for one in found.links} == {("vpce-1",)}


@pytest.mark.parametrize(("day", "outcome"), [(1, "never made"), (29, "waiting")])
def test_what_is_not_there_is_waited_for_some_days(day: int, outcome: str) -> None:
    (one,) = link([event("d1", day)], made("vpce-old", 20, VpcId="vpc-0b000002")).links
    assert (one.outcome, one.endpoint_ids) == (outcome, ())


def test_only_allowed_creates_with_a_vpc_are_looked_for() -> None:
    events = [
        event("denied", 1, allowed=False),
        event("modify", 1, operation="modify"),
        event("audited", 1, exists=True),
        event("no vpc", 1, request={"ServiceName": "com.amazonaws.us-east-1.s3"}),
    ]
    (one,) = link(events, made("vpce-1", 2)).links
    assert (one.decision_id, one.outcome) == ("no vpc", "no VPC")


def test_endpoints_from_before_the_log_are_not_told() -> None:
    found = link([event("d1", 10)], made("vpce-before", 2), made("vpce-after", 11, VpcId="vpc-0b000002"))
    (one,) = found.undecided
    assert (one.endpoint_id, one.vpc_id, one.created) == ("vpce-after", "vpc-0b000002", "2026-11-11T13:00:00Z")
    assert link([], made("vpce-1", 2)) == LinkReport(links=(), undecided=())


def test_of_several_the_one_that_was_asked_for_so_is_taken() -> None:
    creations = {"vpce-1": recorded(2, PrivateDnsEnabled=False), "vpce-3": recorded(3)}
    (one,) = link([event("d1", 1)], made("vpce-1", 2), made("vpce-3", 3), creations=creations).links
    assert (one.outcome, one.certainty, one.endpoint_ids) == ("as decided", "request", ("vpce-3",))


def test_what_was_changed_since_it_was_made_as_asked_differs() -> None:
    now_without = made("vpce-1", 2, PrivateDnsEnabled=False)
    (one,) = link([event("d1", 1)], now_without, creations={"vpce-1": recorded(2)}).links
    assert (one.outcome, one.certainty, one.differs) == ("differs", "request", ("PrivateDnsEnabled",))


def test_what_is_not_there_any_more_is_told_by_its_event() -> None:
    found = link([event("d1", 1)], creations={"vpce-gone": recorded(2), "vpce-own": recorded(3, VpcId="vpc-0b000002")})
    assert [(one.outcome, one.endpoint_ids) for one in found.links] == [("as decided", ("vpce-gone",))]
    assert [(one.endpoint_id, one.account) for one in found.undecided] == [("vpce-own", "111122223333")]
    tagged = [{"ResourceType": "vpc-endpoint", "Tags": [{"Key": TAG, "Value": "d1"}]}]
    (one,) = link([event("d1", 1)], creations={"vpce-gone": recorded(2, TagSpecifications=tagged)}).links
    assert (one.certainty, one.differs) == ("tag", ("TagSpecifications",))


def test_what_was_decided_before_the_time_asked_for_is_no_endpoint_that_nobody_asked_for() -> None:
    creations = {"vpce-1": recorded(10), "vpce-0": recorded(9, VpcId="vpc-0b000002")}
    creations["vpce-2"] = recorded(11, VpcId="vpc-0b000002")
    asked = [event("d1", 5), event("d2", 12)]
    found = link_decisions(asked, [], creations, days=7, at=AT, since="2026-11-10T00:00:00.000Z")
    assert [one.decision_id for one in found.links] == ["d2"]
    assert [one.endpoint_id for one in found.undecided] == ["vpce-2"]
