"""The network that a Terraform plan tells of, in the shapes of EC2's Describe calls: VPCs, subnets, route tables.

Security groups are in security_groups.py. A resource that is still to be created goes by its address.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from vpce_guard.formats.terraform.references import References
from vpce_guard.formats.terraform.resources import Instance
from vpce_guard.formats.terraform.zones import Zones
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
_VPC_DEFAULTS = {"enable_dns_support": True, "enable_dns_hostnames": False}
_IPV6 = ("ipv6_cidr_block", "ipv6_ipam_pool_id", "ipv6_netmask_length", "ipv6_native")
_ROUTE_TABLE = {"id": "RouteTableId", "vpc_id": "VpcId", "owner_id": "OwnerId"}
_DEFAULT_TABLE = "default_route_table_id"
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
_ALIASES = {  # what exists already and is taken over, or is looked up in another way
    "aws_default_vpc": "aws_vpc",
    "aws_default_subnet": "aws_subnet",
    "aws_default_route_table": "aws_route_table",
    "aws_default_security_group": "aws_security_group",
    "aws_default_network_acl": "aws_network_acl",
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
    "aws_vpc_endpoint",
    "aws_vpc_endpoint_service",
    "aws_vpc_ipv6_cidr_block_association",
    "aws_vpclattice_service_network",
    "aws_vpclattice_resource_configuration",
    "aws_lb",
    "aws_alb",
    "aws_network_acl",
    "aws_network_acl_rule",
    "aws_network_acl_association",
    "aws_route53_zone",
    "aws_route53_zone_association",
    "aws_prefix_list",
    "aws_ec2_managed_prefix_list",
    "aws_ec2_managed_prefix_list_entry",
    "aws_subnets",
    "aws_route_tables",
    "aws_security_groups",
    *_ALIASES,
}
_REFERRED = (
    "vpc_id",
    "subnet_id",
    "route_table_id",
    "security_group_id",
    "source_security_group_id",
    "referenced_security_group_id",
    "prefix_list_id",
    "network_acl_id",
    "zone_id",
)


class PlannedResource(NamedTuple):
    """A resource that stays or comes, or a data source: what is known of its values, and its after_unknown.

    `created` is true when the plan creates it: then the plan says all there is to say of it. `kind` is that of what
    it describes: a default VPC is a VPC.
    """

    kind: str
    values: Json
    unknown: Json
    created: bool
    instance: Instance


class PlannedNetwork:
    """The resources of a plan that surround endpoints, looked up by type."""

    def __init__(self, references: References) -> None:
        self.references = references
        self.resources = tuple(_resources(references))  # in the order of the plan
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

    @property
    def data_endpoints(self) -> Iterator[PlannedResource]:
        """The endpoints that data sources tell of, and those that are there already."""
        return (endpoint for endpoint in self.of_kind("aws_vpc_endpoint") if not endpoint.created)


def describe_vpcs(network: PlannedNetwork) -> list[Json]:
    """The VPCs; a new one has AWS's defaults where the configuration is silent."""
    found = describe(network.of_kind("aws_vpc"), _VPC)
    created = {resource.values["id"]: resource for resource in network.of_kind("aws_vpc") if resource.created}
    for vpc in found:
        if (resource := created.get(vpc["VpcId"])) is not None:
            for name, default in _VPC_DEFAULTS.items():
                if _VPC[name] not in vpc and not network.references.is_given(resource.instance, name):
                    vpc[_VPC[name]] = default
    return found


def describe_subnets(network: PlannedNetwork) -> list[Json]:
    """The subnets, with their IPv6 range where it is known which they have or that they have none."""
    found = describe(_in_zones(network), _SUBNET)
    resources = {resource.values.get("id"): resource for resource in network.of_kind("aws_subnet")}
    vpcs = (vpc.values for vpc in network.of_kind("aws_vpc") if vpc.created)
    with_ipv6 = {vpc["id"] for vpc in vpcs if vpc.get("assign_generated_ipv6_cidr_block") is True}
    with_ipv6 |= {given.values.get("vpc_id") for given in network.of_kind("aws_vpc_ipv6_cidr_block_association")}
    for subnet in found:
        resource = resources[subnet["SubnetId"]]
        cidr = resource.values.get("ipv6_cidr_block")
        if cidr:
            state = {"Ipv6CidrBlock": cidr, "Ipv6CidrBlockState": {"State": "associated"}}
            subnet["Ipv6CidrBlockAssociationSet"] = [state]
        elif _has_no_ipv6(resource, network.references):
            subnet["Ipv6CidrBlockAssociationSet"] = []
        elif _gets_ipv6(resource, with_ipv6):
            subnet["Ipv6CidrBlockAssociationSet"] = [{"Ipv6CidrBlockState": {"State": "associated"}}]
        if resource.created and resource.values.get("ipv6_native") is None and not resource.unknown.get("ipv6_native"):
            subnet["Ipv6Native"] = False
    return found


def _in_zones(network: PlannedNetwork) -> list[PlannedResource]:
    """The subnets with the id and the name of their zone, where either tells the other."""
    zones, key_of = Zones(network.references), network.references.providers.key_of
    return [
        subnet._replace(values={**subnet.values, **zones.complete(subnet.values, key_of(subnet.instance))})
        for subnet in network.of_kind("aws_subnet")
    ]


def _gets_ipv6(subnet: PlannedResource, vpcs: set[str]) -> bool:
    """Whether a new subnet gets a range, not known yet, of one of these VPCs that get theirs from AWS."""
    return subnet.created and subnet.unknown.get("ipv6_cidr_block") is True and subnet.values.get("vpc_id") in vpcs


def _has_no_ipv6(subnet: PlannedResource, references: References) -> bool:
    if not subnet.created:
        return "ipv6_cidr_block" in subnet.values and not subnet.unknown.get("ipv6_cidr_block")
    given = (name for name in _IPV6 if subnet.values.get(name) or subnet.unknown.get(name))
    return not any(references.is_given(subnet.instance, name) for name in given)


def describe_route_tables(network: PlannedNetwork) -> list[Json]:
    """The route tables, with their associations and routes where those are known to be all.

    Of a table that is there the provider leaves out the routes through gateway endpoints; `without_endpoint_routes`
    says so. Source: flattenRoutes in internal/service/ec2/vpc_route_table.go of the AWS provider.
    """
    found = {table["RouteTableId"]: table for table in describe(network.of_kind("aws_route_table"), _ROUTE_TABLE)}
    for resource in network.of_kind("aws_route_table"):
        if (table := found.get(str(resource.values.get("id")))) is not None:
            if "VpcId" not in table and (vpc := network.references.owner(resource.instance, _DEFAULT_TABLE)):
                table["VpcId"] = vpc
            routes = resource.values.get("route")
            if isinstance(routes, list) or resource.instance.created:  # a default table loses those that it has
                given = routes if isinstance(routes, list) else []
                table["Routes"] = [_rename_members(route, _ROUTE) for route in given if isinstance(route, dict)]
                if not resource.created:
                    table["without_endpoint_routes"] = True
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


def is_partly_unknown(value: Any) -> bool:
    """Whether anything in a part of after_unknown is marked."""
    if isinstance(value, list):
        return any(map(is_partly_unknown, value))
    if isinstance(value, dict):
        return any(map(is_partly_unknown, value.values()))
    return value is True


def text_or_none(value: Any) -> str | None:
    """A text that says something; None for anything else."""
    return value if isinstance(value, str) and value else None


def _resources(references: References) -> Iterator[PlannedResource]:
    """Each resource that stays or comes, and each data source; what the plan changes after what it does not."""
    for instance in references.resources:
        if instance.kind not in _KINDS:
            continue
        values, unknown = dict(instance.values), dict(instance.unknown)
        for name in _REFERRED:
            if unknown.get(name) is True:
                found = references.value(instance, name)
                if isinstance(found, str):
                    values[name] = found
                if isinstance(found, str) or found is None:  # an expression that gives null gives nothing
                    del unknown[name]
        adopted = instance.kind in _ALIASES
        if not isinstance(values.get("id"), str) and (instance.created or not instance.is_data):
            values["id"] = references.identity_of(instance)
        if instance.kind == "aws_default_subnet" and not values.get("vpc_id"):
            values |= _default_vpc(instance, references)
        yield PlannedResource(
            kind=_ALIASES.get(instance.kind, instance.kind),
            values=values,
            unknown=unknown,
            created=instance.created and not adopted,
            instance=instance,
        )


def _default_vpc(subnet: Instance, references: References) -> Json:
    """The VPC of a default subnet: the default one of the Region, where the plan has that."""
    key_of, region_of = references.providers.key_of, references.region_of
    place = key_of(subnet), region_of(subnet)
    vpcs = [vpc for vpc in references.resources.of_kind("aws_default_vpc") if (key_of(vpc), region_of(vpc)) == place]
    return {"vpc_id": references.identity_of(vpcs[0])} if len(vpcs) == 1 else {}


def _rename_members(values: Json, names: dict[str, str]) -> Json:
    return {aws: values[name] for name, aws in names.items() if values.get(name) not in (None, "")}
