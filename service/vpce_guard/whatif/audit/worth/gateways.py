"""Interface endpoints for S3 and DynamoDB, where a gateway endpoint would do.

Source: AWS PrivateLink Guide, "Gateway endpoints" (they cost nothing, and serve clients of the VPC only).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from vpce_guard.whatif.audit.types import WorthDoing
from vpce_guard.whatif.audit.worth.endpoint import ExistingPair, Facts, KeptEndpoint, Sorted, cost_of, owners_of

_WITH_GATEWAYS = (".s3", ".dynamodb")


def sort_out(one: ExistingPair, kept: KeptEndpoint, _facts: Facts) -> Sorted:
    """Gateway endpoints, and interface endpoints of the same services, by their VPC and service."""
    service, kind = one.member("ServiceName"), one.member("VpcEndpointType")
    if kind not in ("Gateway", "Interface") or not str(service).endswith(_WITH_GATEWAYS):
        return None
    return (one.account, one.member("VpcId"), service, one.member("ServiceRegion") or one.region), kept


def tell(key: Any, alike: Sequence[KeptEndpoint], _facts: Facts) -> Iterator[WorthDoing]:
    """A finding for each interface endpoint, but those that are made for clients outside the VPC."""
    _, vpc, service, _ = key
    there = next((one for one in alike if one.endpoint_type == "Gateway"), None)
    first = f"{vpc} has {there.endpoint_id}." if there else f"Create a gateway endpoint in {vpc}."
    for one in alike:
        if one.endpoint_type == "Gateway" or one.is_for_inbound_resolvers:
            continue
        yield WorthDoing(
            kind="gateway-would-do",
            endpoint_ids=(one.endpoint_id,),
            **cost_of([one]),
            do=f"{first} Delete the interface endpoint, unless clients from outside the VPC use it.",
            why=f"A gateway endpoint of {service} costs nothing and serves the clients of its VPC.",
            owners=owners_of([one]),
        )
