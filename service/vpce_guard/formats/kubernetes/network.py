"""What the other objects of a document tell of an endpoint's surroundings, in the shapes of EC2's Describe calls.

An object that has no id yet goes by its kind and name. A list is absent unless the document tells of at least one, and
never claims to be complete. Rules of a security group and routes are told by ACK's objects only: Crossplane's are
objects of their own, of which others may exist. Sources: the CRDs of both controllers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from vpce_guard.formats.kubernetes.expressions import hide_expressions, is_open
from vpce_guard.formats.kubernetes.objects import ACK, PlacedObject, sub_object
from vpce_guard.formats.kubernetes.references import ObjectReferences, id_of
from vpce_guard.model import Json

_VPC = {"cidrblock": "CidrBlock", "enablednssupport": "EnableDnsSupport", "enablednshostnames": "EnableDnsHostnames"}
_SUBNET = {
    "availabilityzone": "AvailabilityZone",
    "availabilityzoneid": "AvailabilityZoneId",
    "cidrblock": "CidrBlock",
    "ipv6native": "Ipv6Native",
}
_ROUTE = {
    "destinationcidrblock": "DestinationCidrBlock",
    "destinationipv6cidrblock": "DestinationIpv6CidrBlock",
    "destinationprefixlistid": "DestinationPrefixListId",
    "gatewayid": "GatewayId",
    "vpcendpointid": "GatewayId",
    "natgatewayid": "NatGatewayId",
    "transitgatewayid": "TransitGatewayId",
    "networkinterfaceid": "NetworkInterfaceId",
    "instanceid": "InstanceId",
}
_ADDRESSES = (
    ("ipranges", "IpRanges", "cidrip", "CidrIp"),
    ("ipv6ranges", "Ipv6Ranges", "cidripv6", "CidrIpv6"),
    ("prefixlistids", "PrefixListIds", "prefixlistid", "PrefixListId"),
    ("useridgrouppairs", "UserIdGroupPairs", "groupid", "GroupId"),
)
_VPC_DEFAULTS = {"EnableDnsSupport": True, "EnableDnsHostnames": False}


class ManifestContext:
    """The context of a document, worked out once; `context_for` adds what depends on the endpoint."""

    def __init__(self, references: ObjectReferences, given: Json) -> None:
        """`given` is the context that the caller supplies: what it tells of other objects stays told."""
        self._references = references
        self._vpcs = {vpc["VpcId"]: vpc for vpc in self._describe("VPC", _vpc)}
        found = {
            "Subnets": (list(self._describe("Subnet", self._subnet)), "SubnetId"),
            "RouteTables": (list(self._describe("RouteTable", self._route_table)), "RouteTableId"),
            "SecurityGroups": (list(self._describe("SecurityGroup", self._security_group)), "GroupId"),
        }
        self._lists = {
            name: _join_objects(given.get(name), items, key) for name, (items, key) in found.items() if items
        }

    def context_for(self, vpc_id: Any) -> Json:
        """The context for an endpoint of a VPC."""
        vpc = self._vpcs.get(vpc_id) if isinstance(vpc_id, str) else None
        return {**self._lists, **({"Vpc": vpc} if vpc else {})}

    def _describe(self, kind: str, describe: Any) -> Iterator[Json]:
        for placed in self._references.of_kind(kind):
            identity = id_of(placed)
            spec = _spec(placed)
            if identity is not None and spec is not None:
                yield describe(identity, placed, spec)

    def _subnet(self, identity: str, placed: PlacedObject, spec: Json) -> Json:
        subnet = {"SubnetId": identity, **self._vpc_of(placed, spec), **_members(spec, _SUBNET)}
        block = _member(spec, "ipv6cidrblock")
        if isinstance(block, str):
            state = {"State": "associated"}
            subnet["Ipv6CidrBlockAssociationSet"] = [{"Ipv6CidrBlock": block, "Ipv6CidrBlockState": state}]
        elif identity == placed.address and "CidrBlock" in subnet and not _may_have_ipv6(placed, spec):
            subnet["Ipv6CidrBlockAssociationSet"] = []
        return subnet

    def _route_table(self, identity: str, placed: PlacedObject, spec: Json) -> Json:
        table = {"RouteTableId": identity, **self._vpc_of(placed, spec)}
        routes = spec.get("routes")
        if placed.group == ACK and isinstance(routes, list) and not hide_expressions(routes)[1]:
            table["Routes"] = [_members(route, _ROUTE) for route in routes if isinstance(route, dict)]
        return table

    def _security_group(self, identity: str, placed: PlacedObject, spec: Json) -> Json:
        group = {"GroupId": identity, **self._vpc_of(placed, spec), **_members(spec, {"name": "GroupName"})}
        if placed.group != ACK:
            return group
        for field, member in (("ingressRules", "IpPermissions"), ("egressRules", "IpPermissionsEgress")):
            permissions = self._permissions(spec.get(field), placed)
            if permissions is not None and (permissions or member == "IpPermissions"):
                group[member] = permissions
        return group

    def _permissions(self, rules: Any, placed: PlacedObject) -> list[Json] | None:
        """IpPermissions; None where a rule is not wholly known."""
        if rules is None:
            return []
        if not isinstance(rules, list):
            return None
        found = [self._permission(rule, placed) for rule in rules]
        return None if any(one is None for one in found) else [one for one in found if one is not None]

    def _permission(self, rule: Any, placed: PlacedObject) -> Json | None:
        if not isinstance(rule, dict):
            return None
        permission: Json = {"IpProtocol": str(_member(rule, "ipprotocol") or "-1")}
        for name, member in (("fromport", "FromPort"), ("toport", "ToPort")):
            if isinstance(_member(rule, name), int):
                permission[member] = _member(rule, name)
        for field, member, inner, own in _ADDRESSES:
            sides = _member(rule, field)
            values = [self._side(side, inner, placed) for side in sides] if isinstance(sides, list) else []
            if any(value is None for value in values):
                return None
            if values:
                permission[member] = [{own: value} for value in values]
        return permission

    def _side(self, side: Any, inner: str, placed: PlacedObject) -> str | None:
        if not isinstance(side, dict):
            return None
        reference = side.get("groupRef")
        found = _member(side, inner)
        if found is None and reference is not None:
            return self._references.resolve_one("SecurityGroup", reference, placed)
        return found if isinstance(found, str) and not is_open(found) else None

    def _vpc_of(self, placed: PlacedObject, spec: Json) -> Json:
        found = _member(spec, "vpcid")
        for name in ("vpcRef", "vpcIdRef", "vpcIdSelector"):
            if found is None and spec.get(name) is not None:
                found = self._references.resolve_one("VPC", spec[name], placed)
        return {"VpcId": found} if isinstance(found, str) and found else {}


def tells_of_network(context: Json) -> bool:
    """Whether a caller's context tells which VPC is meant, so that a name of another document may be that one."""
    return any(name in context for name in ("Vpc", "Subnets", "RouteTables", "SecurityGroups", "VpcEndpoints"))


def _vpc(identity: str, placed: PlacedObject, spec: Json) -> Json:
    blocks = spec.get("cidrBlocks")
    first = blocks[0] if isinstance(blocks, list) and blocks else None
    block = {"CidrBlock": first} if isinstance(first, str) and not is_open(first) else {}
    hidden = {field.lower() for field in _filled_fields(placed)}
    hidden |= {name.lower() for name, value in spec.items() if is_open(value)}
    defaults = {m: v for m, v in _VPC_DEFAULTS.items() if m.lower() not in hidden and "" not in hidden}
    return {"VpcId": identity, **block, **defaults, **_members(spec, _VPC)}


def _may_have_ipv6(placed: PlacedObject, spec: Json) -> bool:
    """Whether something says or may yet say that a subnet that does not exist yet gets an IPv6 range."""
    initial = sub_object(placed.item["spec"], "initProvider", f"{placed.pointer}/spec")
    names = {*(n for n, value in {**initial, **spec}.items() if value), *_filled_fields(placed)}
    return "" in names or any(name.lower().startswith("ipv6") for name in names)


def _filled_fields(placed: PlacedObject) -> set[str]:
    """The fields of a spec that are filled in later, whole or in part; empty for all of them."""
    found = set()
    for hole in placed.holes:
        parts = [part for part in re.split(r"[.\[\]\"']+", hole) if part not in ("forProvider", "initProvider")]
        if parts[0] == "spec":
            found.add(parts[1] if len(parts) > 1 else "")
    return found


def _spec(placed: PlacedObject) -> Json | None:
    """What is said of an object, without what is filled in later."""
    spec = placed.item.get("spec")
    if isinstance(spec, dict) and placed.group != ACK:
        spec = spec.get("forProvider")
    if not isinstance(spec, dict):
        return None
    filled = _filled_fields(placed)
    return {} if "" in filled else {name: value for name, value in spec.items() if name not in filled}


def _join_objects(given: Any, found: Sequence[Json], key: str) -> list[Json]:
    """What the caller tells and what the document does, which wins."""
    told = {item[key] for item in found}
    return [*(g for g in (given if isinstance(given, list) else []) if g.get(key) not in told), *found]


def _member(spec: Json, name: str) -> Any:
    """A field in whichever spelling."""
    return next((value for key, value in spec.items() if key.lower() == name), None)


def _members(spec: Json, names: dict[str, str]) -> Json:
    found = {names[key.lower()]: value for key, value in spec.items() if key.lower() in names}
    return {m: value for m, value in found.items() if isinstance(value, str | bool) and not is_open(value)}
