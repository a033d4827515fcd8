"""Which endpoints go: of each service of AWS that has interface endpoints in more than one VPC of the Region."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from vpce_guard.formats.document import Draft
from vpce_guard.model import Json

_OF_AWS = re.compile(r"(?:com\.amazonaws|cn\.com\.amazonaws|aws\.[a-z]+)\.(?!vpce\.).+")
ZONE = re.compile(r"[a-z]{2,}(?:-[a-z]+)+-\d+[a-z]|[a-z]+\d+-az\d+")  # not a Local Zone, nor one of Wavelength


@dataclass(frozen=True, kw_only=True)
class Centre:
    """The VPC that endpoints go to, what is known around it (a context), and what is assumed of the change.

    `gb_per_month` is what goes through each endpoint of which nobody tells the data; None: it is not counted.
    `attached` says that all VPCs hang on a transit gateway already. `tags` are those of endpoints that are created;
    None: those that the endpoints which go have alike.
    """

    vpc_id: str
    around: Json = field(default_factory=dict)
    gb_per_month: float | None = None
    attached: bool = False
    tags: Mapping[str, str] | None = None

    @property
    def region(self) -> str:
        """Its Region."""
        return str(self.around["Region"])


@dataclass(frozen=True, kw_only=True)
class Move:
    """A service, its endpoints that go, and the one that the central VPC has already."""

    service: str
    endpoints: tuple[Draft, ...]
    central: Draft | None

    @property
    def vpcs(self) -> frozenset[str]:
        """The VPCs that give up their endpoints."""
        return frozenset(str(endpoint_of(one).get("VpcId")) for one in self.endpoints)


def choose_moves(drafts: Iterable[Draft], centre: Centre) -> list[Move]:
    """The moves, those of most endpoints first. Endpoints that are not available, or of AWS's making, stay."""
    by_service: defaultdict[str, list[Draft]] = defaultdict(list)
    for draft in drafts:
        if _may_move(draft, centre.region):
            by_service[str(endpoint_of(draft).get("ServiceName"))].append(draft)
    moves = []
    for service, found in by_service.items():
        outside = tuple(one for one in found if endpoint_of(one).get("VpcId") != centre.vpc_id)
        inside = next((one for one in found if endpoint_of(one).get("VpcId") == centre.vpc_id), None)
        move = Move(service=service, endpoints=outside, central=inside)
        if len(move.vpcs) + (inside is not None) > 1 and outside:
            moves.append(move)
    return sorted(moves, key=lambda move: (-len(move.endpoints), move.service))


def _may_move(draft: Draft, region: str) -> bool:
    endpoint = endpoint_of(draft)
    return (
        endpoint.get("VpcEndpointType") == "Interface"
        and _OF_AWS.fullmatch(str(endpoint.get("ServiceName"))) is not None
        and str(endpoint.get("State") or "available").lower() == "available"
        and endpoint.get("RequesterManaged") is not True
        and isinstance(endpoint.get("VpcId"), str)
        and draft.context.get("Region") == region
        and endpoint.get("ServiceRegion") in (None, region)
    )


def endpoint_of(draft: Draft) -> Json:
    """The endpoint that a draft is of."""
    return draft.exists or {}


def choose_subnets(move: Move, centre: Centre) -> list[str]:
    """A subnet of the centre in each of as many zones as the widest of the endpoints has, in those of most endpoints.

    In each zone it is the one with most free addresses.
    """
    used = [zones_of(one) for one in move.endpoints]
    wanted = max((len(zones) for zones in used), default=1)
    offered = _find_offered(move.service, centre.around)
    by_zone: defaultdict[str, list[Json]] = defaultdict(list)
    for subnet in centre.around.get("Subnets") or ():
        zone = zone_of(subnet)
        is_plain = ZONE.fullmatch(zone) and not subnet.get("OutpostArn") and subnet.get("SubnetId")
        is_offered = offered is None or subnet.get("AvailabilityZone") in offered
        if subnet.get("VpcId") == centre.vpc_id and is_plain and is_offered:
            by_zone[zone].append(subnet)
    best = sorted(by_zone, key=lambda zone: (-sum(zone in zones for zones in used), zone))[: max(wanted, 1)]
    return [str(min(by_zone[zone], key=_rank)["SubnetId"]) for zone in best]


def _rank(subnet: Json) -> tuple[int, str]:
    free = subnet.get("AvailableIpAddressCount")
    return (-free if isinstance(free, int) else 0), str(subnet.get("SubnetId"))


def zones_of(draft: Draft) -> set[str]:
    """The zones of an endpoint; a subnet that nobody tells of stands for one."""
    zones = {subnet.get("SubnetId"): zone_of(subnet) for subnet in draft.context.get("Subnets") or ()}
    return {zones.get(identity, str(identity)) for identity in endpoint_of(draft).get("SubnetIds") or ()}


def zone_of(subnet: Mapping[str, Any]) -> str:
    """The zone of a subnet, by the id that is the same in all accounts where it is told."""
    return str(subnet.get("AvailabilityZoneId") or subnet.get("AvailabilityZone") or subnet.get("SubnetId"))


def _find_offered(service: str, around: Json) -> Sequence[object] | None:
    details = around.get("ServiceDetails") or ()
    told = next((one for one in details if isinstance(one, dict) and one.get("ServiceName") == service), {})
    return offered_zones(told)


def offered_zones(detail: Json) -> Sequence[object] | None:
    """The zones that a service offers, by AWS's answer about it; None where that does not tell."""
    zones = detail.get("AvailabilityZones")
    return zones if isinstance(zones, list) and zones else None
