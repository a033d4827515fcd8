"""What exists and costs money without need, as far as endpoints tell it themselves: worth a look, and no violation.

Source: AWS PrivateLink Guide, "Gateway endpoints" (they cost nothing, and serve clients of the VPC only) and "Interface
endpoints" (each is billed by the hour in each Availability Zone).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from vpce_guard.formats.document import Draft
from vpce_guard.model import Decision, Json
from vpce_guard.whatif.audit.types import Saving

_WITH_GATEWAYS = (".s3", ".dynamodb")
Pair = tuple[Decision, Draft]
Group = tuple[object, object, object, object, object]


def find_savings(pairs: Sequence[Pair]) -> tuple[Saving, ...]:
    """What could be saved, most money first, what has no known price last.

    Endpoints that are not available, or that a service of AWS made, are left alone.
    """
    groups: defaultdict[Group, list[Pair]] = defaultdict(list)
    for pair in pairs:
        if _may_go(pair[1].exists or {}):
            groups[_group_of(pair[1])].append(pair)
    found = [*_find_duplicates(groups), *_find_gateways_that_would_do(groups)]
    return tuple(sorted(found, key=lambda one: (one.monthly is None, -(one.monthly or 0.0), one.endpoint_ids)))


def _may_go(endpoint: Json) -> bool:
    state = str(endpoint.get("State") or "available").lower()
    return state == "available" and endpoint.get("RequesterManaged") is not True


def _group_of(draft: Draft) -> Group:
    """Where an endpoint is and where it leads: its account, VPC, type, service, and the Region of the service."""
    endpoint = draft.exists or {}
    service_region = endpoint.get("ServiceRegion") or draft.context.get("Region")
    members = (endpoint.get(name) for name in ("VpcId", "VpcEndpointType", "ServiceName"))
    return (draft.context.get("AccountId"), *members, service_region)  # type: ignore[return-value]


def _find_duplicates(groups: defaultdict[Group, list[Pair]]) -> Iterator[Saving]:
    for (_, vpc, kind, service, _), pairs in groups.items():
        if kind != "Interface" or vpc is None or service is None or len(pairs) < 2:
            continue
        keep, *others = sorted(pairs, key=lambda pair: _worth_keeping(pair[1].exists or {}))
        yield Saving(
            kind="duplicate",
            endpoint_ids=tuple(_id(pair) for pair in others),
            **_cost_of(others),
            why=f"{vpc} has {len(pairs)} interface endpoints of {service}, and one serves all its clients. Keep "
            f"{_id(keep)}; before others go, give it their subnets, security groups and what their policies allow, and "
            "find who uses their own DNS names.",
        )


def _find_gateways_that_would_do(groups: defaultdict[Group, list[Pair]]) -> Iterator[Saving]:
    for (account, vpc, kind, service, region), pairs in list(groups.items()):
        if kind != "Interface" or not str(service).endswith(_WITH_GATEWAYS):
            continue
        beside = groups.get((account, vpc, "Gateway", service, region), [])
        there = f"{vpc} has {_id(beside[0])} already" if beside else f"{vpc} has none"
        for pair in pairs:
            options = (pair[1].exists or {}).get("DnsOptions") or {}
            if options.get("PrivateDnsOnlyForInboundResolverEndpoint") is True:
                continue  # made for clients outside the VPC
            yield Saving(
                kind="gateway-would-do",
                endpoint_ids=(_id(pair),),
                **_cost_of([pair]),
                why=f"A gateway endpoint of {service} costs nothing and serves the clients of its VPC; {there}. The "
                "interface endpoint is needed only for clients that come from outside the VPC.",
            )


def _worth_keeping(endpoint: Json) -> tuple[bool, str, str]:
    """The order in which to keep: private DNS on, then the oldest."""
    created = str(endpoint.get("CreationTimestamp") or "9")
    return endpoint.get("PrivateDnsEnabled") is not True, created, str(endpoint.get("VpcEndpointId"))


def _cost_of(pairs: Sequence[Pair]) -> dict[str, Any]:
    """What they cost a month together, and in which currency; None where that is not known of each."""
    costs = [decision.cost for decision, _ in pairs]
    known = [Decimal(str(cost.monthly)) for cost in costs if cost is not None and cost.monthly is not None]
    currencies = {cost.currency for cost in costs if cost is not None}
    if len(known) < len(pairs) or len(currencies) != 1:
        return {"monthly": None, "currency": None}
    return {"monthly": float(sum(known)), "currency": currencies.pop()}


def _id(pair: Pair) -> str:
    return str((pair[1].exists or {}).get("VpcEndpointId"))
