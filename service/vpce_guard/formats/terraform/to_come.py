"""What stands for attributes of resources that do not exist yet, and which of them are the id of the same thing.

A VPC is made with a main route table, a security group and a network ACL of its own. Their ids are attributes of the
VPC, and resources like aws_default_route_table take them over. Source: the AWS provider's documentation of aws_vpc,
aws_default_route_table, aws_default_security_group and aws_default_network_acl, v6.
"""

from __future__ import annotations

from collections.abc import Callable

from vpce_guard.formats.terraform.resources import Instance
from vpce_guard.formats.terraform.services import name_to_come

VPCS = ("aws_vpc", "aws_default_vpc")
DEFAULT_GROUP = "default_security_group_id"
DEFAULT_TABLE = "default_route_table_id"
DEFAULT_ACL = "default_network_acl_id"
OF_A_VPC = {
    DEFAULT_GROUP: ("security_group", DEFAULT_GROUP),
    DEFAULT_TABLE: ("route_table", DEFAULT_TABLE),
    "main_route_table_id": ("route_table", DEFAULT_TABLE),  # the same one in a new VPC
    DEFAULT_ACL: ("network_acl", DEFAULT_ACL),
}
"""Attributes of a VPC that are the id of something it is made with: the kind of that, and the attribute it goes by."""

ADOPTING = {
    "aws_default_security_group": "vpc_id",
    "aws_default_route_table": DEFAULT_TABLE,
    "aws_default_network_acl": DEFAULT_ACL,
}
"""Resources that take over what a VPC is made with, and the attribute that says which one."""

SAME_AS_ID = {("aws_route53_zone", "zone_id")}
_WITH_ARN = (
    *("aws_lb", "aws_alb", "aws_vpclattice_service_network", "aws_vpclattice_resource_configuration"),
    "aws_ecs_task_definition",
)


def name_of_attribute(instance: Instance, name: str, region_of: Callable[[Instance], str | None]) -> str | None:
    """What stands for an attribute of a resource that the plan creates; None for one that nothing stands for."""
    if not instance.created:
        return None
    if instance.kind in VPCS and name in OF_A_VPC:
        return id_with_vpc(instance.address, name)
    if (instance.kind, name) in SAME_AS_ID:
        return instance.address
    if (instance.kind, name) == ("aws_vpc_endpoint_service", "service_name"):
        return name_to_come(instance.address, region_of(instance))
    if name == "arn" and instance.kind in _WITH_ARN:
        return f"{instance.address}.arn"
    return None


def id_with_vpc(address: str, attribute: str) -> str:
    """What stands for the id of something that a VPC is made with; `attribute` is one of OF_A_VPC."""
    return f"{address}.{OF_A_VPC[attribute][1]}"
