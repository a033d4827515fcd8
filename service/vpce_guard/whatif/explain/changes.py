"""Single edits of a request: of the members that rules read, with what the context and AWS offer for them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from vpce_guard.model import Json, Proposal

_MOST = 20  # alternatives for one member
_IP_TYPES = ("ipv4", "dualstack", "ipv6")
_REQUIRED = ("VpcId", "ServiceName")  # a request without them is none: nobody learns from its denial
_CHOICES: dict[str, tuple[Any, ...]] = {
    "VpcEndpointType": ("Interface", "Gateway", "GatewayLoadBalancer"),
    "IpAddressType": _IP_TYPES,
    "DnsOptions/DnsRecordIpType": (*_IP_TYPES, "service-defined"),
    "DnsOptions/PrivateDnsOnlyForInboundResolverEndpoint": (True, False),
    "PrivateDnsEnabled": (True, False),
    "ResetPolicy": (True, False),
}
_LISTS = {"SubnetIds": ("Subnets", "SubnetId"), "SecurityGroupIds": ("SecurityGroups", "GroupId")}
_LISTS |= {"RouteTableIds": ("RouteTables", "RouteTableId")}
_LISTS |= {f"{verb}{name}": source for name, source in list(_LISTS.items()) for verb in ("Add", "Remove")}


def propose_changes(proposal: Proposal, reads: Sequence[str], services: Json) -> list[Json]:
    """One operation of a JSON Patch each; `reads` are pointers of what rules read, most telling first."""
    if proposal.operation == "delete":
        return []
    found: list[Json] = []
    for pointer in dict.fromkeys([*reads, *(f"/request/{member}" for member in proposal.request)]):
        name = pointer.removeprefix("/request/")
        if name != "VpcEndpointId":
            found += _member_changes(proposal, name, services)
    return [edit for number, edit in enumerate(found) if edit not in found[:number]]


def _member_changes(proposal: Proposal, name: str, services: Json) -> Iterator[Json]:
    path, current, holder = f"/request/{name}", proposal.request, proposal.request
    *parents, last = name.split("/")
    for parent in parents:
        if not isinstance(current.get(parent), dict):
            return  # what is inside an absent object is added with it only by a fix
        holder = current = current[parent]
    if last not in holder:
        offered = _possible_values(proposal, name, services)
        if name in _LISTS:
            offered = [[one] for one in offered]
        yield from ({"op": "add", "path": path, "value": value} for value in offered)
        return
    value = holder[last]
    if name not in _REQUIRED:
        yield {"op": "remove", "path": path}
    if isinstance(value, list):
        yield from _list_changes(path, value, _possible_values(proposal, name, services))
        return
    if isinstance(value, bool):
        yield {"op": "replace", "path": path, "value": not value}
        return
    for other in _possible_values(proposal, name, services):
        if other != value:
            yield {"op": "replace", "path": path, "value": other}


def _list_changes(path: str, items: Sequence[Any], offered: Sequence[Any]) -> Iterator[Json]:
    for number in reversed(range(len(items))):
        yield {"op": "remove", "path": f"{path}/{number}"}
    for other in offered:
        if other not in items:
            yield {"op": "add", "path": f"{path}/-", "value": other}
    for number in range(len(items)):
        for other in offered:
            if other not in items:
                yield {"op": "replace", "path": f"{path}/{number}", "value": other}


def _possible_values(proposal: Proposal, name: str, services: Json) -> list[Any]:
    """What could stand there: of the context, and of what AWS takes."""
    if name in _LISTS:
        objects, member = _LISTS[name]
        return _values_of(proposal.context.get(objects), member)
    if name == "VpcId":
        vpc = proposal.context.get("Vpc")
        ids = [*_values_of([vpc], "VpcId"), *_values_of(proposal.context.get("Subnets"), "VpcId")]
        return list(dict.fromkeys(ids))[:_MOST]
    if name == "ServiceName":
        return _services(proposal, services)
    return list(_CHOICES.get(name, ()))


def _values_of(objects: Any, member: str) -> list[Any]:
    found = [each.get(member) for each in objects if isinstance(each, dict)] if isinstance(objects, list) else []
    return list(dict.fromkeys(one for one in found if isinstance(one, str)))[:_MOST]


def _services(proposal: Proposal, services: Json) -> list[str]:
    """Services the context tells of, then those of the catalogue that are asked for most, in the Region."""
    told = _values_of(proposal.context.get("ServiceDetails"), "ServiceName")
    region = proposal.context.get("Region")
    prefix = f"com.amazonaws.{region}." if isinstance(region, str) else ""
    known = services.get("services", {})
    usual = [prefix + name for name in ("s3", "dynamodb", "sqs", "sns", "ec2", "ssm", "kms", "logs") if name in known]
    return list(dict.fromkeys([*told, *(usual if prefix else [])]))[:_MOST]
