"""What a CloudFormation template tells of an endpoint's surroundings, in the shapes of EC2's Describe calls.

A resource of the template goes by its logical id. What it says is all there is to say of it: it does not exist yet.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from vpce_guard.formats.cloudformation.values import Values
from vpce_guard.formats.cloudformation.words import UNKNOWN
from vpce_guard.model import Json

_EVERYWHERE: Json = {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
_DESTINATIONS = ("DestinationCidrBlock", "DestinationIpv6CidrBlock", "DestinationPrefixListId")
_TARGETS = ("GatewayId", "VpcEndpointId", "TransitGatewayId", "NatGatewayId", "NetworkInterfaceId", "InstanceId")


class TemplateContext:
    """The context of a template, worked out once; `of` adds what depends on the endpoint."""

    def __init__(self, resources: Json, values: Values, account: str | None) -> None:
        self._resources = resources
        self._values = values
        self._owner = {"OwnerId": account} if account else {}
        self._vpcs = {name: _vpc(name, found) for name, found in self._resources_of("AWS::EC2::VPC")}
        self._lists = {
            "Subnets": list(self._subnets()),
            "RouteTables": list(self._route_tables()),
            "SecurityGroups": list(self._security_groups()),
        }

    def context_for(self, request: Json) -> Json:
        """The context for an endpoint's request."""
        context: Json = {name: items for name, items in self._lists.items() if items}
        if (vpc := self._vpcs.get(str(request.get("VpcId")))) is not None:
            # A VPC that is only now created has no other endpoints than those of the template.
            context |= {"Vpc": {**vpc, **self._owner}, "VpcEndpoints": [], "complete_for": "vpc"}
        return context

    def _resources_of(self, kind: str) -> Iterator[tuple[str, Json]]:
        for name in self._resources:
            found = self._values.resource(name, kind)
            if found is not None:
                yield name, found

    def _subnets(self) -> Iterator[Json]:
        for name, found in self._resources_of("AWS::EC2::Subnet"):
            members = ("VpcId", "AvailabilityZone", "AvailabilityZoneId", "CidrBlock", "Ipv6Native")
            subnet = {"SubnetId": name, **_known_members(found, members), **self._owner}
            blocks = [found.get("Ipv6CidrBlock"), *_as_list(found.get("Ipv6CidrBlocks"))]
            if known := [block for block in blocks if isinstance(block, str)]:
                state = {"State": "associated"}
                subnet["Ipv6CidrBlockAssociationSet"] = [
                    {"Ipv6CidrBlock": block, "Ipv6CidrBlockState": state} for block in known
                ]
            yield subnet

    def _route_tables(self) -> Iterator[Json]:
        associated: dict[str, list[Json]] = {}
        for _, found in self._resources_of("AWS::EC2::SubnetRouteTableAssociation"):
            if isinstance(found.get("RouteTableId"), str) and isinstance(found.get("SubnetId"), str):
                associated.setdefault(found["RouteTableId"], []).append({"SubnetId": found["SubnetId"], "Main": False})
        routes: dict[str, list[Json]] = {}
        for _, found in self._resources_of("AWS::EC2::Route"):
            if isinstance(found.get("RouteTableId"), str):
                routes.setdefault(found["RouteTableId"], []).append(_known_members(found, (*_DESTINATIONS, *_TARGETS)))
        for name, found in self._resources_of("AWS::EC2::RouteTable"):
            yield {
                "RouteTableId": name,
                **_known_members(found, ("VpcId",)),
                "Associations": associated.get(name, []),
                "Routes": routes.get(name, []),
            }

    def _security_groups(self) -> Iterator[Json]:
        inward = self._rules("AWS::EC2::SecurityGroupIngress")
        outward = self._rules("AWS::EC2::SecurityGroupEgress")
        for name, found in self._resources_of("AWS::EC2::SecurityGroup"):
            group = {"GroupId": name, **_known_members(found, ("VpcId", "GroupName"))}
            incoming = _permissions(found.get("SecurityGroupIngress"), inward.get(name, []), "Source")
            if incoming is not None:
                group["IpPermissions"] = incoming
            outgoing = _permissions(found.get("SecurityGroupEgress"), outward.get(name, []), "Destination")
            if outgoing is not None:
                group["IpPermissionsEgress"] = outgoing or [_EVERYWHERE]
            yield group

    def _rules(self, kind: str) -> dict[str, list[Json]]:
        rules: dict[str, list[Json]] = {}
        for _, found in self._resources_of(kind):
            if isinstance(found.get("GroupId"), str):
                rules.setdefault(found["GroupId"], []).append(found)
        return rules


def _vpc(name: str, found: Json) -> Json:
    vpc = {"VpcId": name, **_known_members(found, ("CidrBlock",))}
    for member, default in (("EnableDnsSupport", True), ("EnableDnsHostnames", False)):
        value = found.get(member, default)
        if value in (True, False, "true", "false"):
            vpc[member] = value in (True, "true")
    return vpc


def _permissions(inline: Any, own: list[Json], side: str) -> list[Json] | None:
    """IpPermissions; None where a rule is not wholly known."""
    rules = [*_as_list(inline), *own]
    if inline is UNKNOWN or any(not isinstance(r, dict) or UNKNOWN in r.values() for r in rules):
        return None
    return [_permission(rule, side) for rule in rules]


def _permission(rule: Json, side: str) -> Json:
    permission: Json = {"IpProtocol": str(rule.get("IpProtocol", "-1"))}
    for port in ("FromPort", "ToPort"):
        if str(rule.get(port, "")).lstrip("-").isdecimal():
            permission[port] = int(rule[port])
    for member, place, inside in (
        ("CidrIp", "IpRanges", "CidrIp"),
        ("CidrIpv6", "Ipv6Ranges", "CidrIpv6"),
        (f"{side}PrefixListId", "PrefixListIds", "PrefixListId"),
        (f"{side}SecurityGroupId", "UserIdGroupPairs", "GroupId"),
    ):
        if isinstance(rule.get(member), str):
            permission[place] = [{inside: rule[member]}]
    return permission


def _known_members(found: Json, members: tuple[str, ...]) -> Json:
    return {m: found[m] for m in members if isinstance(found.get(m), str | bool)}


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
