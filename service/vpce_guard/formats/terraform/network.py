"""The network that a Terraform plan tells of, in the shapes of EC2's Describe calls: VPCs, subnets, route tables.

Security groups are in security_groups.py. A resource that is still to be created goes by its address.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from vpce_guard.formats.terraform.changes import ResourceChange
from vpce_guard.formats.terraform.references import References, walk
from vpce_guard.model import Json

_SUBNET = {
    "id": "SubnetId",
    "vpc_id": "VpcId",
    "availability_zone": "AvailabilityZone",
    "availability_zone_id": "AvailabilityZoneId",
    "cidr_block": "CidrBlock",
    "owner_id": "OwnerId",
    "ipv6_native": "Ipv6Native",
}
_VPC = {
    "id": "VpcId",
    "cidr_block": "CidrBlock",
    "owner_id": "OwnerId",
    "enable_dns_support": "EnableDnsSupport",
    "enable_dns_hostnames": "EnableDnsHostnames",
}
_ROUTE_TABLE = {"id": "RouteTableId", "vpc_id": "VpcId", "owner_id": "OwnerId"}
_ROUTE = {
    "cidr_block": "DestinationCidrBlock",
    "destination_cidr_block": "DestinationCidrBlock",
    "ipv6_cidr_block": "DestinationIpv6CidrBlock",
    "destination_ipv6_cidr_block": "DestinationIpv6CidrBlock",
    "destination_prefix_list_id": "DestinationPrefixListId",
    "gateway_id": "GatewayId",
    "vpc_endpoint_id": "GatewayId",
    "nat_gateway_id": "NatGatewayId",
    "transit_gateway_id": "TransitGatewayId",
}
_KINDS = {
    "aws_vpc",
    "aws_subnet",
    "aws_route_table",
    "aws_route",
    "aws_route_table_association",
    "aws_security_group",
    "aws_security_group_rule",
    "aws_vpc_security_group_ingress_rule",
    "aws_vpc_security_group_egress_rule",
    "aws_caller_identity",
}
_REFERRED = ("vpc_id", "subnet_id", "route_table_id", "security_group_id")


class PlannedResource(NamedTuple):
    """A resource that stays or comes, or a data source: what is known of its values, and its after_unknown.

    `created` is true when the plan creates it: then the plan says all there is to say of it.
    """

    kind: str
    values: Json
    unknown: Json
    created: bool


class PlannedNetwork:
    """The resources of a plan that surround endpoints, looked up by type."""

    def __init__(self, plan: Json, references: References) -> None:
        self.resources = tuple(_resources(plan, references))  # in the order of the plan
        self._by_kind: defaultdict[str, list[PlannedResource]] = defaultdict(list)
        for resource in self.resources:
            self._by_kind[resource.kind].append(resource)

    def of_kind(self, kind: str) -> Sequence[PlannedResource]:
        """Those of a type; none where the plan tells of none."""
        return self._by_kind.get(kind, ())

    @property
    def created_ids(self) -> set[str]:
        """The ids of what the plan creates."""
        return {resource.values["id"] for resource in self.resources if resource.created}


def describe_vpcs(network: PlannedNetwork) -> list[Json]:
    """The VPCs."""
    return describe(network.of_kind("aws_vpc"), _VPC)


def describe_subnets(network: PlannedNetwork) -> list[Json]:
    """The subnets."""
    return describe(network.of_kind("aws_subnet"), _SUBNET)


def describe_route_tables(network: PlannedNetwork) -> list[Json]:
    """The route tables, with their associations and routes where those are known to be all."""
    found = {table["RouteTableId"]: table for table in describe(network.of_kind("aws_route_table"), _ROUTE_TABLE)}
    for resource in network.of_kind("aws_route_table"):
        if (table := found.get(str(resource.values.get("id")))) is not None:
            routes = resource.values.get("route")
            if isinstance(routes, list) or resource.created:
                given = routes if isinstance(routes, list) else []
                table["Routes"] = [_rename_members(route, _ROUTE) for route in given if isinstance(route, dict)]
            if resource.created:
                table["Associations"] = []
    for route in network.of_kind("aws_route"):
        table = found.get(str(route.values.get("route_table_id")))
        if table is not None and "Routes" in table:
            table["Routes"].append(_rename_members(route.values, _ROUTE))
    for association in network.of_kind("aws_route_table_association"):
        table = found.get(str(association.values.get("route_table_id")))
        if table is not None and association.created and "Associations" in table:
            table["Associations"].append({"SubnetId": association.values.get("subnet_id"), "Main": False})
    return list(found.values())


def describe(resources: Sequence[PlannedResource], names: dict[str, str]) -> list[Json]:
    """Resources in AWS's shape, each id once, later ones winning; `names` are AWS's names by the provider's."""
    found = {r.values["id"]: _rename_members(r.values, names) for r in resources if text_or_none(r.values.get("id"))}
    return list(found.values())


def text_or_none(value: Any) -> str | None:
    """A text that says something; None for anything else."""
    return value if isinstance(value, str) and value else None


def _resources(plan: Json, references: References) -> Iterator[PlannedResource]:
    """Each resource that stays or comes, and each data source; what the plan changes after what it does not."""
    entries = {entry.get("address"): entry for entry in plan.get("resource_changes", []) if entry.get("type") in _KINDS}
    state = (plan.get("prior_state") or {}).get("values") or {}
    for resource in walk(state.get("root_module") or {}):
        stays = resource.get("type") in _KINDS and resource.get("address") not in entries
        if stays and isinstance(resource.get("values"), dict):
            yield PlannedResource(resource["type"], resource["values"], {}, created=False)
    for change in map(ResourceChange.from_json, entries.values()):
        if change.after is None:
            continue
        values = dict(change.after)
        for name in _REFERRED:
            if change.unknown.get(name) is True and (found := references.resolve_one(change, name)):
                values[name] = found
        created = "create" in change.actions
        if created and not isinstance(values.get("id"), str):
            values["id"] = change.address
        yield PlannedResource(change.kind, values, change.unknown, created)


def _rename_members(values: Json, names: dict[str, str]) -> Json:
    return {aws: values[name] for name, aws in names.items() if values.get(name) not in (None, "")}
