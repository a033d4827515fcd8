"""Endpoints through which no data went, as CloudWatch tells. What it was not asked about is not idle.

Source: AWS PrivateLink Guide, "CloudWatch metrics for AWS PrivateLink": BytesProcessed has data points for minutes with
traffic; there are none of gateway endpoints, nor of endpoints to services of other Regions.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from vpce_guard.instants import instant
from vpce_guard.whatif.audit.types import WorthDoing
from vpce_guard.whatif.audit.worth.endpoint import ExistingPair, Facts, KeptEndpoint, Sorted, cost_of, owners_of

_SHORTEST = timedelta(days=7)
_TYPES = ("Interface", "GatewayLoadBalancer")


def sort_out(one: ExistingPair, kept: KeptEndpoint, facts: Facts) -> Sorted:
    """Each endpoint by itself that is older than a time of a week or more in which it had no data."""
    told = facts.traffic.get(one.endpoint_id)
    if told is None or told.gigabytes or one.member("VpcEndpointType") not in _TYPES or _is_elsewhere(one):
        return None
    created = one.member("CreationTimestamp")
    made = instant(created) if isinstance(created, str) else None
    since, until = (datetime.fromisoformat(moment) for moment in (told.since, told.until))
    if until - since < _SHORTEST or made is None or datetime.fromisoformat(made) > since:
        return None
    return (one.endpoint_id, told.since[:10], told.until[:10]), kept


def tell(key: Any, alike: Sequence[KeptEndpoint], _facts: Facts) -> Iterator[WorthDoing]:
    """A finding for each."""
    _, since, until = key
    for one in alike:
        yield WorthDoing(
            kind="idle",
            endpoint_ids=(one.endpoint_id,),
            **cost_of([one]),
            do="Ask its owner, and delete it.",
            why=f"CloudWatch has no BytesProcessed of it from {since} to {until}.",
            owners=owners_of([one]),
        )


def _is_elsewhere(one: ExistingPair) -> bool:
    """Whether its service is in another Region, or may be: CloudWatch would have nothing of it."""
    return one.member("ServiceRegion") not in (None, one.region)
