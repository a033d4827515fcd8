"""Pulumi's types of resources and their properties, as Terraform's providers name them.

Source: the schemas of Pulumi's AWS (classic) and AWS Cloud Control (native) providers.
"""

from __future__ import annotations

import re
from typing import Any

from vpce_guard.model import Json

NATIVE_ENDPOINT = "aws-native:ec2:VpcEndpoint"

_CLASSIC = {
    "ec2": {
        "vpcEndpoint": "aws_vpc_endpoint",
        "vpcEndpointSubnetAssociation": "aws_vpc_endpoint_subnet_association",
        "vpcEndpointRouteTableAssociation": "aws_vpc_endpoint_route_table_association",
        "securityGroupAssociation": "aws_vpc_endpoint_security_group_association",
        "vpcEndpointPolicy": "aws_vpc_endpoint_policy",
        "vpc": "aws_vpc",
        "defaultVpc": "aws_default_vpc",
        "subnet": "aws_subnet",
        "defaultSubnet": "aws_default_subnet",
        "routeTable": "aws_route_table",
        "defaultRouteTable": "aws_default_route_table",
        "route": "aws_route",
        "routeTableAssociation": "aws_route_table_association",
        "securityGroup": "aws_security_group",
        "defaultSecurityGroup": "aws_default_security_group",
        "securityGroupRule": "aws_security_group_rule",
        "managedPrefixList": "aws_ec2_managed_prefix_list",
        "vpcEndpointService": "aws_vpc_endpoint_service",
    },
    "lb": {"loadBalancer": "aws_lb"},
    "vpclattice": {
        "serviceNetwork": "aws_vpclattice_service_network",
        "resourceConfiguration": "aws_vpclattice_resource_configuration",
    },
    "vpc": {
        "endpointPrivateDns": "aws_vpc_endpoint_private_dns",
        "securityGroupIngressRule": "aws_vpc_security_group_ingress_rule",
        "securityGroupEgressRule": "aws_vpc_security_group_egress_rule",
    },
    "ecs": {"service": "aws_ecs_service", "taskDefinition": "aws_ecs_task_definition"},
    "eks": {
        "cluster": "aws_eks_cluster",
        "fargateProfile": "aws_eks_fargate_profile",
        "nodeGroup": "aws_eks_node_group",
    },
    "emr": {"cluster": "aws_emr_cluster"},
    "imagebuilder": {"infrastructureConfiguration": "aws_imagebuilder_infrastructure_configuration"},
    "route53": {"zone": "aws_route53_zone"},
    "cloudcontrol": {"resource": "aws_cloudcontrolapi_resource"},
}
_NATIVE = {
    "VpcEndpoint": "awscc_ec2_vpc_endpoint",
    "Vpc": "aws_vpc",
    "Subnet": "aws_subnet",
    "RouteTable": "aws_route_table",
    "Route": "aws_route",
    "SubnetRouteTableAssociation": "aws_route_table_association",
    "SecurityGroup": "aws_security_group",
    "SecurityGroupIngress": "aws_vpc_security_group_ingress_rule",
    "SecurityGroupEgress": "aws_vpc_security_group_egress_rule",
}
KINDS: dict[str, str] = {
    **{
        f"aws:{module}/{name}:{name[0].upper()}{name[1:]}": kind
        for module, kinds in _CLASSIC.items()
        for name, kind in kinds.items()
    },
    **{f"aws-native:ec2:{name}": kind for name, kind in _NATIVE.items()},
}
"""Terraform's type of a resource, by Pulumi's."""

_SINGULAR = {  # blocks, which Pulumi names in the plural
    "aws_vpc_endpoint": {"subnet_configurations": "subnet_configuration"},
    "aws_route_table": {"routes": "route"},
    "aws_default_route_table": {"routes": "route"},
    "aws_route53_zone": {"vpcs": "vpc"},
    "aws_ec2_managed_prefix_list": {"entries": "entry"},
}
_NATIVE_RULE = {
    "group_id": "security_group_id",
    "cidr_ip": "cidr_ipv4",
    "cidr_ipv6": "cidr_ipv6",
    "source_prefix_list_id": "prefix_list_id",
    "destination_prefix_list_id": "prefix_list_id",
    "source_security_group_id": "referenced_security_group_id",
    "destination_security_group_id": "referenced_security_group_id",
}
_INLINE = {"security_group_ingress": "ingress", "security_group_egress": "egress"}
_RESOLVER = "private_dns_only_for_inbound_resolver_endpoint"
_RESOLVERS = {"OnlyInboundResolver": True, "AllResolvers": False}
_EVERYWHERE: Json = {"ip_protocol": "-1", "cidr_ipv4": "0.0.0.0/0"}
_WORD = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def snake_case(name: str) -> str:
    """A property's name as Terraform has it: cidrIpv4 is cidr_ipv4."""
    return _WORD.sub("_", name).lower()


def is_native(kind: str) -> bool:
    """Whether a type is of the provider that has CloudFormation's resources."""
    return kind.startswith("aws-native:")


def attribute_name(pulumi_type: str, kind: str, name: str) -> str:
    """Terraform's name of a property of a resource."""
    name = snake_case(name)
    if is_native(pulumi_type):
        if kind.endswith("gress_rule"):
            return _NATIVE_RULE.get(name, name)
        if kind == "awscc_ec2_vpc_endpoint" and name == "subnet_configurations":
            return "subnet_configuration"
        return _INLINE.get(name, name)
    return _SINGULAR.get(kind, {}).get(name, name)


def with_native_words(kind: str, values: Json, *, created: bool) -> Json:
    """The values of a native resource in Terraform's words.

    A new security group lets everything out unless it says otherwise; the resolver option of an endpoint has words.
    """
    found = dict(values)
    if kind == "aws_security_group":
        for side in _INLINE.values():
            if isinstance(found.get(side), list):
                found[side] = [_rule(item) for item in found[side]]
        if created and not found.get("egress"):
            found["egress"] = [_EVERYWHERE]
    options = found.get("dns_options")
    if isinstance(options, dict) and isinstance(word := options.get(_RESOLVER), str):
        rest = {name: value for name, value in options.items() if name != _RESOLVER}
        found["dns_options"] = rest if word == "NotSpecified" else {**rest, _RESOLVER: _RESOLVERS.get(word, word)}
    return found


def _rule(item: Any) -> Any:
    if not isinstance(item, dict):
        return item
    return {_NATIVE_RULE.get(name, name): value for name, value in item.items()}
