"""Zones in which a VPC has subnets and its interface endpoints have none: availability, and what a zone more costs.

Clients there reach the endpoint in another zone, and lose it with that zone. AWS takes nothing for PrivateLink data
between zones of a Region since April 2022, so only the hours of a zone more are counted.
Source: AWS PrivateLink Guide, "Subnets and Availability Zones"; AWS What's New, April 2022, "AWS Data Transfer Price
Reduction for AWS PrivateLink, AWS Transit Gateway, and AWS Client VPN services".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from vpce_guard.whatif.audit.types import WorthDoing
from vpce_guard.whatif.audit.worth.endpoint import ExistingPair, Facts, KeptEndpoint, Sorted, owners_of
from vpce_guard.whatif.consolidation.moves import ZONE, offered_zones


class _Lack(NamedTuple):
    """What an endpoint lacks: zones, and what it costs a month to add them."""

    zones: tuple[str, ...]
    monthly: float | None


def sort_out(one: ExistingPair, kept: KeptEndpoint, _facts: Facts) -> Sorted:
    """Endpoints by their VPC and the zones that they lack, with what these cost; none where subnets are not told."""
    if (lack := _find_lack(one)) is None:
        return None
    return (one.account, one.member("VpcId"), ", ".join(lack.zones)), kept._replace(monthly=lack.monthly)


def tell(key: Any, alike: Sequence[KeptEndpoint], _facts: Facts) -> Iterator[WorthDoing]:
    """A finding for the endpoints of a VPC that lack the same zones."""
    _, vpc, zones = key
    known = [one.monthly for one in alike if one.monthly is not None]
    currencies = {one.currency for one in alike}
    priced = len(known) == len(alike) and len(currencies) == 1
    yield WorthDoing(
        kind="missing-zone",
        endpoint_ids=tuple(one.endpoint_id for one in alike),
        monthly=round(-sum(known), 2) if priced else None,
        currency=currencies.pop() if priced else None,
        do=f"Add a subnet of {zones} to each, if clients run there.",
        why=f"{vpc} has subnets in {zones}, and these endpoints have none there: clients there lose the service "
        "when the endpoint's zones fail. AWS does not charge PrivateLink data between zones, so a zone more costs "
        "its hours and saves no data.",
        owners=owners_of(alike),
    )


def _find_lack(one: ExistingPair) -> _Lack | None:
    """The zones that an endpoint lacks; None where it lacks none, or not all that matters is told."""
    listed = one.draft.context.get("Subnets")
    own = one.member("SubnetIds")
    if one.member("VpcEndpointType") != "Interface" or not isinstance(listed, list) or not isinstance(own, list):
        return None
    vpc = one.member("VpcId")
    zones = {subnet.get("SubnetId"): _zone_of(subnet) for subnet in listed if subnet.get("VpcId") == vpc}
    if not own or any(zones.get(identity) is None for identity in own):
        return None
    there = {zones[identity] for identity in own}
    offered = offered_zones(one.service_detail() or {})
    lacking = {
        zone
        for subnet in listed
        if subnet.get("VpcId") == vpc
        and (zone := _zone_of(subnet)) is not None
        and zone not in there
        and ZONE.fullmatch(zone)
        and not subnet.get("OutpostArn")
        and (offered is None or subnet.get("AvailabilityZone") in offered)
    }
    if not lacking:
        return None
    cost = one.decision.cost
    monthly = None if cost is None or cost.monthly is None else cost.monthly / len(there) * len(lacking)
    return _Lack(tuple(sorted(lacking)), monthly)


def _zone_of(subnet: Mapping[str, Any]) -> str | None:
    zone = subnet.get("AvailabilityZone") or subnet.get("AvailabilityZoneId")
    return zone if isinstance(zone, str) else None
