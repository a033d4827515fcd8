"""Several interface endpoints of one service in one VPC, where one serves all clients.

Source: AWS PrivateLink Guide, "Interface endpoints" (each is billed by the hour in each Availability Zone).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from vpce_guard.whatif.audit.types import WorthDoing
from vpce_guard.whatif.audit.worth.endpoint import ExistingPair, Facts, KeptEndpoint, Sorted, cost_of, owners_of


def sort_out(one: ExistingPair, kept: KeptEndpoint, _facts: Facts) -> Sorted:
    """Interface endpoints by their VPC and service."""
    vpc, service = one.member("VpcId"), one.member("ServiceName")
    if one.member("VpcEndpointType") != "Interface" or vpc is None or service is None:
        return None
    return (one.account, vpc, service, one.member("ServiceRegion") or one.region), kept


def tell(key: Any, alike: Sequence[KeptEndpoint], _facts: Facts) -> Iterator[WorthDoing]:
    """A finding where there are several; its endpoints are those that could go."""
    if len(alike) < 2:
        return
    _, vpc, service, _ = key
    keep, *others = sorted(alike, key=_worth_keeping)
    yield WorthDoing(
        kind="duplicate",
        endpoint_ids=tuple(one.endpoint_id for one in others),
        **cost_of(others),
        do=f"Keep {keep.endpoint_id}. Before others go, give it their subnets, security groups and what their "
        "policies allow, and find who uses their own DNS names.",
        why=f"{vpc} has {len(alike)} interface endpoints of {service}, and one serves all its clients.",
        owners=owners_of(others),
    )


def _worth_keeping(one: KeptEndpoint) -> tuple[bool, str, str]:
    """The order in which to keep: private DNS on, then the oldest."""
    return not one.has_private_dns, str(one.created or "9"), one.endpoint_id
