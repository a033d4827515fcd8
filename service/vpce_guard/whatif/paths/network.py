"""What a proposal tells of the network around its endpoint, by id. Any JSON value may stand anywhere in it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any

from vpce_guard.model import Json
from vpce_guard.whatif.paths.members import ids, object_in, objects, text
from vpce_guard.whatif.paths.traffic import Network, read_range
from vpce_guard.whatif.paths.types import PathTerms

_SERVICE = re.compile(
    r"(?:(?:cn\.)?com\.amazonaws|eu\.amazonaws|aws\.api|api\.aws)\.(?:vpce\.)?[a-z]{2,5}(?:-[a-z]+)+-\d\.(?P<name>.+)"
)


class EndpointNetwork:
    """The endpoint as it is before the change or after it, and what the context tells of its VPC.

    `parts` is a rule's input, `part` the member of it that changes what the endpoint is: `request` or `current`.
    """

    def __init__(self, parts: Json, endpoint: Json, terms: PathTerms, *, part: str) -> None:
        self.endpoint = endpoint
        self.context = object_in(parts.get("context"))
        self.intent = object_in(parts.get("intent"))
        self.type = endpoint.get("VpcEndpointType")
        self.vpc_id = text(endpoint.get("VpcId"))
        told = parts.get("unknown")
        self._unknown = [one for one in told if isinstance(one, str)] if isinstance(told, list | tuple) else []
        self._part = part
        self._terms = terms

    def is_hidden(self, *members: str) -> bool:
        """Whether one of the members, spelled as in what changes the endpoint, is not known yet."""
        places = [f"/{self._part}/{member}" for member in members]
        return any(one == place or one.startswith(f"{place}/") for one in self._unknown for place in places)

    @cached_property
    def vpc(self) -> Json:
        """The VPC of the endpoint; empty where the context tells of another one or none."""
        found = object_in(self.context.get("Vpc"))
        return found if found.get("VpcId") in (None, self.endpoint.get("VpcId")) else {}

    @cached_property
    def vpc_ranges(self) -> tuple[Network, ...]:
        """The ranges of the VPC, as far as they are told."""
        texts = [self.vpc.get("CidrBlock")]
        for member, name in (
            ("CidrBlockAssociationSet", "CidrBlock"),
            ("Ipv6CidrBlockAssociationSet", "Ipv6CidrBlock"),
        ):
            texts += [
                one.get(name)
                for one in objects(self.vpc.get(member))
                if object_in(one.get(f"{name}State")).get("State") == "associated"
            ]
        return tuple(dict.fromkeys(found for one in texts if (found := read_range(one))))

    def attribute(self, name: str) -> bool | None:
        """A DNS attribute of the VPC; None where it is not told."""
        value = self.vpc.get(name)
        value = value.get("Value") if isinstance(value, dict) else value
        return value if isinstance(value, bool) else None

    @cached_property
    def subnets(self) -> dict[str, Json]:
        """The subnets of the VPC that are told, by id; and those of the endpoint."""
        own = set(ids(self.endpoint.get("SubnetIds")))
        return {
            one["SubnetId"]: one
            for one in objects(self.context.get("Subnets"))
            if isinstance(one.get("SubnetId"), str)
            and (one["SubnetId"] in own or (self.vpc_id and one.get("VpcId") == self.vpc_id))
        }

    def range_of(self, subnet_id: str) -> Network | None:
        """The IPv4 range of a subnet; None where it is not told."""
        return read_range(self.subnets.get(subnet_id, {}).get("CidrBlock"))

    def acl_of(self, subnet_id: str) -> Json | None:
        """The network ACL of a subnet, with its entries; None where it is not told."""
        return self._acls.get(subnet_id)

    def table_of(self, subnet_id: str) -> Json | None:
        """The route table of a subnet: its own, else the main one of the VPC; None where it is not told."""
        return self._tables.get(subnet_id) or self._main

    @cached_property
    def endpoint_subnets(self) -> list[str]:
        """The subnets that the endpoint surely has; none while they are not known."""
        hidden = self.is_hidden("SubnetIds", "AddSubnetIds", "RemoveSubnetIds", "SubnetConfigurations")
        return [] if hidden else list(dict.fromkeys(ids(self.endpoint.get("SubnetIds"))))

    @cached_property
    def lists(self) -> dict[str, list[Any]]:
        """The ranges of the prefix lists whose entries are told."""
        return {
            one["PrefixListId"]: [entry.get("Cidr") for entry in objects(one["Entries"])]
            for one in objects(self.context.get("ManagedPrefixLists"))
            if isinstance(one.get("PrefixListId"), str) and isinstance(one.get("Entries"), list)
        }

    @cached_property
    def service_ranges(self) -> tuple[Network, ...]:
        """The IPv4 ranges of the service by its prefix list; none where that is not told."""
        name = self.endpoint.get("ServiceName")
        named = [
            one.get("PrefixListId")
            for one in objects(self.context.get("ManagedPrefixLists"))
            if name and one.get("PrefixListName") == name
        ]
        texts = [entry for one in named if isinstance(one, str) for entry in self.lists.get(one, ())]
        return tuple(found for one in texts if (found := read_range(one)))

    @cached_property
    def groups(self) -> tuple[str, ...]:
        """The ids of the endpoint's security groups; without any that of the VPC's default group, where it is told."""
        own = [one.get("GroupId") for one in objects(self.endpoint.get("Groups"))]
        found = tuple(dict.fromkeys(one for one in own if isinstance(one, str)))
        if found:
            return found
        default = (
            one["GroupId"]
            for one in objects(self.context.get("SecurityGroups"))
            if one.get("GroupName") == "default"
            and self.vpc_id
            and one.get("VpcId") == self.vpc_id
            and isinstance(one.get("GroupId"), str)
        )
        return tuple(default)[:1]

    @cached_property
    def told_groups(self) -> dict[str, Json]:
        """The security groups whose ingress rules are told, by id."""
        return {
            one["GroupId"]: one
            for one in objects(self.context.get("SecurityGroups"))
            if isinstance(one.get("GroupId"), str) and isinstance(one.get("IpPermissions"), list)
        }

    @cached_property
    def ports(self) -> tuple[int, ...]:
        """The TCP ports of the service, of which clients use any; none where they are not known."""
        found = _SERVICE.fullmatch(text(self.endpoint.get("ServiceName")))
        if found is None or self.is_hidden("ServiceName"):
            return ()
        name = found["name"].split(".c-")[0]
        if name in self._terms.ports:
            return tuple(one for one in self._terms.ports[name] if isinstance(one, int))
        return () if name.startswith("vpce-svc-") else (443,)

    @cached_property
    def _acls(self) -> dict[str, Json]:
        return {
            text(place.get("SubnetId")): acl
            for acl in objects(self.context.get("NetworkAcls"))
            if isinstance(acl.get("Entries"), list)
            for place in objects(acl.get("Associations"))
        }

    @cached_property
    def _own_tables(self) -> list[Json]:
        return [
            one
            for one in objects(self.context.get("RouteTables"))
            if isinstance(one.get("RouteTableId"), str) and one.get("VpcId") in (None, self.vpc_id)
        ]

    @cached_property
    def _tables(self) -> dict[str, Json]:
        return {
            place["SubnetId"]: table
            for table in self._own_tables
            for place in objects(table.get("Associations"))
            if isinstance(place.get("SubnetId"), str)
        }

    @cached_property
    def _main(self) -> Json | None:
        mains = (
            table
            for table in self._own_tables
            if any(place.get("Main") is True for place in objects(table.get("Associations")))
        )
        return next(mains, None)


def outside_routes(found: EndpointNetwork, subnet_ids: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Where routes of subnets lead out of the VPC to clients: the gateway, and the range behind it."""
    for table in (table for one in subnet_ids if (table := found.table_of(one))):
        for route in objects(table.get("Routes")):
            target, place = target_of(route), text(route.get("DestinationCidrBlock"))
            if target.startswith(("vgw-", "tgw-", "pcx-")) and place and place != "0.0.0.0/0":
                yield target, place


def target_of(route: Json) -> str:
    """The id of what a route leads to, or the word that AWS has for it; empty where that is not told."""
    members = ("GatewayId", "TransitGatewayId", "VpcPeeringConnectionId", "NatGatewayId", "NetworkInterfaceId")
    return next((route[one] for one in members if isinstance(route.get(one), str)), "")
