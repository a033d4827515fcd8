"""Proposals for a type: what the context offers and the organisation demands goes into them."""

from __future__ import annotations

from tests.whatif.advice.test_advise import CONTEXT, TAGS, advised, judged_again
from vpce_guard.runtime.guard import Guard


def test_clients_of_the_vpc_keep_a_gateway_beside_the_interface(free: Guard) -> None:
    advice = advised(free, service="s3", access_paths=["vpc", "on-prem-dx"])
    assert [p["request"]["VpcEndpointType"] for p in advice.proposals] == ["Gateway", "Interface"]
    assert advice.proposals[1]["request"]["DnsOptions"] == {"PrivateDnsOnlyForInboundResolverEndpoint": True}


def test_each_route_table_gets_a_gateway_of_its_own(free: Guard) -> None:
    advice = advised(free, service="s3", policy_per_route_table=True)
    assert [p["request"]["RouteTableIds"] for p in advice.proposals] == [["rtb-0a000001"], ["rtb-0b000001"]]


def test_what_the_organisation_demands_is_put_in(bound: Guard) -> None:
    advice = advised(bound, service="sqs", tags=TAGS)
    (proposal,) = advice.proposals
    tags = {tag["Key"]: tag["Value"] for tag in proposal["request"]["TagSpecifications"][0]["Tags"]}
    assert tags == {**TAGS, "Environment": "prod", "Name": "prod-sqs-vpce"}
    assert "aws:PrincipalOrgID" in proposal["request"]["PolicyDocument"]
    assert len(proposal["request"]["SubnetIds"]) == 2
    assert judged_again(bound, advice, CONTEXT)
    assert all(d.allowed for d in advice.decisions)
