"""What a plan replaces or deletes may still be there when an endpoint is made."""

from __future__ import annotations

from tests.support.planned import SERVICE, VPC, change, endpoint, only, plan
from vpce_guard.formats import read, read_drafts
from vpce_guard.formats.proposal import write
from vpce_guard.model import Proposal

OLD = {"id": "vpce-0a", "vpc_id": VPC, "service_name": SERVICE, "vpc_endpoint_type": "Interface"}


def replaced(*actions: str) -> Proposal:
    new = {key: value for key, value in OLD.items() if key != "id"}
    return only(plan(change("aws_vpc_endpoint", "this", list(actions), before=OLD, after=new, unknown={"id": True})))


def test_what_is_replaced_is_still_there_when_the_new_one_comes_first() -> None:
    assert [peer["VpcEndpointId"] for peer in replaced("create", "delete").peers] == ["vpce-0a"]
    assert replaced("delete", "create").peers == ()


def test_what_goes_under_another_address_may_still_be_there() -> None:
    gone = change("aws_vpc_endpoint", "old", ["delete"], before=OLD)
    (peer,) = only(plan(endpoint(), gone)).peers
    assert peer["address"] == "aws_vpc_endpoint.old (which this plan deletes)"
    elsewhere = change("aws_vpc_endpoint", "old", ["delete"], before={**OLD, "service_name": f"{SERVICE}x"})
    assert only(plan(endpoint(), elsewhere)).peers == ()


def test_another_vpce_guard_sees_what_is_beside_and_what_is_sensitive() -> None:
    gone = change("aws_vpc_endpoint", "old", ["delete"], before=OLD)
    document = plan(endpoint(policy="a secret"), gone)
    document["resource_changes"][0]["change"]["after_sensitive"] = {"policy": True}
    here = only(document)
    there = next(p for p in read(write(read_drafts(document))) if p.address == here.address)
    assert (there.peers, there.sensitive) == (here.peers, ("a secret",))


def test_a_replacement_tells_what_it_is_made_in_the_place_of() -> None:
    kind = "Interface"
    told = {"VpcEndpointId": "vpce-0a", "VpcId": VPC, "ServiceName": SERVICE, "VpcEndpointType": kind, "Tags": []}
    assert replaced("create", "delete").context["predecessor"] == told
    assert replaced("delete", "create").context["predecessor"] == {**told, "State": "deleted"}
    assert "predecessor" not in only(plan(endpoint())).context
