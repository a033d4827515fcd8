"""Several interface endpoints of one service in one VPC, where one serves all clients.

Source: AWS PrivateLink Guide, "Interface endpoints" (each is billed by the hour in each Availability Zone).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from vpce_guard.model import Json
from vpce_guard.whatif.audit.types import WorthDoing
from vpce_guard.whatif.audit.worth.endpoint import ExistingPair, Facts, cost_of, owners_of


def find(endpoints: Sequence[ExistingPair], _facts: Facts) -> Iterator[WorthDoing]:
    """A finding for each VPC and service; its endpoints are those that could go."""
    groups: defaultdict[tuple[object, ...], list[ExistingPair]] = defaultdict(list)
    for one in endpoints:
        if one.member("VpcEndpointType") == "Interface":
            place = one.account, one.member("VpcId"), one.member("ServiceName")
            groups[*place, one.member("ServiceRegion") or one.region].append(one)
    for (_, vpc, service, _), alike in groups.items():
        if vpc is None or service is None or len(alike) < 2:
            continue
        keep, *others = sorted(alike, key=lambda one: _worth_keeping(one.endpoint))
        yield WorthDoing(
            kind="duplicate",
            endpoint_ids=tuple(one.endpoint_id for one in others),
            **cost_of(others),
            do=f"Keep {keep.endpoint_id}. Before others go, give it their subnets, security groups and what their "
            "policies allow, and find who uses their own DNS names.",
            why=f"{vpc} has {len(alike)} interface endpoints of {service}, and one serves all its clients.",
            owners=owners_of(others),
        )


def _worth_keeping(endpoint: Json) -> tuple[bool, str, str]:
    """The order in which to keep: private DNS on, then the oldest."""
    created = str(endpoint.get("CreationTimestamp") or "9")
    return endpoint.get("PrivateDnsEnabled") is not True, created, str(endpoint.get("VpcEndpointId"))
