"""What is read of an account and Region: the kinds of things that rules look at, with the call of AWS that lists each.

Network interfaces are left out: they come and go by the minute. Quotas are org data (`limits`).
Source: Amazon EC2 API Reference, VPC Lattice API Reference, Amazon Route 53 API Reference; Service Authorization
Reference for the actions; AWS PrivateLink Guide, "CloudWatch metrics for AWS PrivateLink".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One kind: its member of the context, and the operation of a service that lists it.

    `result` is the member of the answer that holds the things. `config_type` is its type in AWS Config, where that
    records all that rules read.
    """

    name: str
    service: str
    operation: str
    result: str
    actions: tuple[str, ...]
    arguments: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    config_type: str | None = None


def _of_ec2(name: str, operation: str, *, result: str = "", config: str | None = None) -> Kind:
    action = "ec2:" + "".join(part.capitalize() for part in operation.split("_"))
    return Kind(
        name=name,
        service="ec2",
        operation=operation,
        result=result or name,
        actions=(action,),
        config_type=config,
    )


VPCS = Kind(
    name="Vpcs",
    service="ec2",
    operation="describe_vpcs",
    result="Vpcs",
    actions=("ec2:DescribeVpcs", "ec2:DescribeVpcAttribute"),
    config_type="AWS::EC2::VPC",
)
HOSTED_ZONES = Kind(
    name="PrivateHostedZones",
    service="route53",
    operation="list_hosted_zones_by_vpc",
    result="HostedZoneSummaries",
    actions=("route53:ListHostedZonesByVPC", "ec2:DescribeVpcs"),
)
TRAFFIC = Kind(
    name="EndpointTraffic",
    service="cloudwatch",
    operation="get_metric_data",
    result="MetricDataResults",
    actions=("cloudwatch:GetMetricData", "ec2:DescribeVpcEndpoints"),
)
"""What went through endpoints, which no rule looks at: it is read only where it is asked for."""

KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        kind.name: kind
        for kind in (
            VPCS,
            _of_ec2("Subnets", "describe_subnets", config="AWS::EC2::Subnet"),
            _of_ec2("RouteTables", "describe_route_tables", config="AWS::EC2::RouteTable"),
            _of_ec2("SecurityGroups", "describe_security_groups", config="AWS::EC2::SecurityGroup"),
            _of_ec2("NetworkAcls", "describe_network_acls"),
            _of_ec2("VpcEndpoints", "describe_vpc_endpoints", config="AWS::EC2::VPCEndpoint"),
            _of_ec2("ServiceDetails", "describe_vpc_endpoint_services"),
            _of_ec2("ManagedPrefixLists", "describe_managed_prefix_lists", result="PrefixLists"),
            _of_ec2("DhcpOptions", "describe_dhcp_options"),
            _of_ec2("SecurityGroupVpcAssociations", "describe_security_group_vpc_associations"),
            HOSTED_ZONES,
            Kind(
                name="ResourceConfigurations",
                service="vpc-lattice",
                operation="list_resource_configurations",
                result="items",
                actions=("vpc-lattice:ListResourceConfigurations",),
            ),
            Kind(
                name="ServiceNetworks",
                service="vpc-lattice",
                operation="list_service_networks",
                result="items",
                actions=("vpc-lattice:ListServiceNetworks",),
            ),
        )
    }
)


def actions_of(kinds: Mapping[str, Kind]) -> list[str]:
    """The IAM actions that reading the kinds needs, in order."""
    return sorted({action for kind in kinds.values() for action in kind.actions})
