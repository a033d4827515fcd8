"""Of what there is around an endpoint that which rules may look at, so that an input and its record stay small.

What is left out, rules do not ask for: where an endpoint names its security groups, those that are not theirs, the
VPC's default or named by them; services that are neither the endpoint's nor may share a name with it; and what only
other types of endpoints lead to.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from vpce_guard.formats.document import Draft
from vpce_guard.model import Json

_WHOLE = (
    *("Vpcs", "Subnets", "RouteTables", "NetworkAcls", "VpcEndpoints", "ManagedPrefixLists", "PrivateHostedZones"),
    *("SecurityGroupVpcAssociations",),
)
_FREELY_NAMED = "com.amazonaws.vpce."
_ARNS = {"ResourceConfigurations": "ResourceConfigurationArn", "ServiceNetworks": "ServiceNetworkArn"}


def choose_relevant(things: Mapping[str, list[Json]], draft: Draft) -> Json:
    """The members of a context for a draft, of things by kind; a kind that is not there is not known."""
    context: Json = {kind: things[kind] for kind in _WHOLE if kind in things}
    if "SecurityGroups" in things:
        context["SecurityGroups"] = _choose_groups(things["SecurityGroups"], set(_groups_of(draft)))
    if "ServiceDetails" in things:
        services = set(_services_of(draft, things.get("VpcEndpoints", ())))
        context["ServiceDetails"] = [one for one in things["ServiceDetails"] if one.get("ServiceName") in services]
    if "DhcpOptions" in things and "Vpcs" in things:
        wanted = {vpc.get("DhcpOptionsId") for vpc in things["Vpcs"]}
        found = [one for one in things["DhcpOptions"] if one.get("DhcpOptionsId") in wanted]
        context |= {"DhcpOptions": found[0]} if len(found) == 1 else {}
    for kind, member in _ARNS.items():
        if kind in things and (arn := _value(draft, member)):
            context[kind] = [one for one in things[kind] if one.get("arn") == arn]
    return context


def _choose_groups(groups: list[Json], named: set[object]) -> list[Json]:
    """The groups that are named, the default one, and those that their permissions name; all where none is named."""
    if not named:
        return groups
    chosen = [one for one in groups if one.get("GroupId") in named or one.get("GroupName") == "default"]
    permissions = [each for one in chosen for each in _as_list(one.get("IpPermissions"))]
    others = {pair.get("GroupId") for each in permissions for pair in _as_list(each.get("UserIdGroupPairs"))}
    kept = {one.get("GroupId") for one in chosen} | others
    return [one for one in groups if one.get("GroupId") in kept]


def _groups_of(draft: Draft) -> Iterator[object]:
    for name in ("SecurityGroupIds", "AddSecurityGroupIds", "RemoveSecurityGroupIds"):
        yield from _as_list(draft.request.get(name))
        yield from _as_list((draft.current or {}).get(name))
    for group in _as_list((draft.current or {}).get("Groups")):
        yield group.get("GroupId") if isinstance(group, dict) else None


def _services_of(draft: Draft, endpoints: Any) -> Iterator[object]:
    """The endpoint's service, and those beside it whose providers name them freely."""
    yield _value(draft, "ServiceName")
    for endpoint in endpoints:
        name = endpoint.get("ServiceName")
        if isinstance(name, str) and name.startswith(_FREELY_NAMED):
            yield name


def _value(draft: Draft, member: str) -> object:
    return draft.request.get(member) or (draft.current or {}).get(member)


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
