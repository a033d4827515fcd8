"""Interface endpoints for S3 and DynamoDB, where a gateway endpoint would do.

Source: AWS PrivateLink Guide, "Gateway endpoints" (they cost nothing, and serve clients of the VPC only).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from vpce_guard.whatif.audit.types import WorthDoing
from vpce_guard.whatif.audit.worth.endpoint import ExistingPair, Facts, cost_of, owners_of

_WITH_GATEWAYS = (".s3", ".dynamodb")


def find(endpoints: Sequence[ExistingPair], _facts: Facts) -> Iterator[WorthDoing]:
    """A finding for each interface endpoint, but those that are made for clients outside the VPC."""
    beside = {_place_of(one): one for one in reversed(endpoints) if one.member("VpcEndpointType") == "Gateway"}
    for one in endpoints:
        service = str(one.member("ServiceName"))
        if one.member("VpcEndpointType") != "Interface" or not service.endswith(_WITH_GATEWAYS):
            continue
        options = one.endpoint.get("DnsOptions") or {}
        if options.get("PrivateDnsOnlyForInboundResolverEndpoint") is True:
            continue
        vpc, there = one.member("VpcId"), beside.get(_place_of(one))
        first = f"{vpc} has {there.endpoint_id}." if there else f"Create a gateway endpoint in {vpc}."
        yield WorthDoing(
            kind="gateway-would-do",
            endpoint_ids=(one.endpoint_id,),
            **cost_of([one]),
            do=f"{first} Delete the interface endpoint, unless clients from outside the VPC use it.",
            why=f"A gateway endpoint of {service} costs nothing and serves the clients of its VPC.",
            owners=owners_of([one]),
        )


def _place_of(one: ExistingPair) -> tuple[object, ...]:
    service_region = one.member("ServiceRegion") or one.region
    return one.account, one.member("VpcId"), one.member("ServiceName"), service_region
